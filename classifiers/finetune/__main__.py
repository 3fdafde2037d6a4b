"""`python -m classifiers.finetune --published FOLDER --out FOLDER`: makes the encoder anew from published weights."""

import argparse
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from classifiers.encoder import ANSWERS_FILE, ENCODER, LEFT_OUT_FILE, NETWORK_FILE, text_key
from classifiers.examples_file import EXAMPLES, Example, read_examples
from classifiers.finetune.learning import Row, answer, fine_tune, rows_of
from classifiers.finetune.network import EMBEDDED, HEAD, Tensors, read_safetensors
from classifiers.finetune.network_file import write
from classifiers.wordpieces import VOCABULARY_FILE, WordPieces

# sentence-transformers/all-MiniLM-L6-v2, Apache-2.0. The sum is that of the published file.
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Leaving out three sources at a time takes a third of the time of one; nobody's own mail is among what was read.
GROUPS = 3


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m classifiers.finetune", description=__doc__)
    parser.add_argument("--published", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    parser.add_argument("--examples", type=Path, default=EXAMPLES)
    parser.add_argument("--out", type=Path, default=ENCODER)
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    weights = checked(given.published / "model.safetensors")
    given.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(given.published / "vocab.txt", given.out / VOCABULARY_FILE)
    examples = read_examples(given.examples)
    rows = rows_of(weights, WordPieces.load(given.out), examples)
    save_left_out(given.out, examples, left_out(weights, examples, rows))
    save(given.out, fine_tune(weights, rows, print))


def checked(path: Path) -> Tensors:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != PUBLISHED:
        raise SystemExit(f"{path} is not the published file: its SHA-256 is {found}")
    return read_safetensors(path)


def left_out(weights: Tensors, examples: Sequence[Example], rows: Sequence[Row]) -> Any:
    """The answers for every example by an encoder that read nothing of its source."""
    sources = sorted({example.source for example in examples})
    found = np.zeros((len(rows), 0), np.float32)
    for group in (sources[number::GROUPS] for number in range(GROUPS)):
        held = np.array([example.source in group for example in examples])
        tuned = fine_tune(weights, [row for row, is_held in zip(rows, held, strict=True) if not is_held], print)
        said = answer(tuned, [row for row, is_held in zip(rows, held, strict=True) if is_held])
        if not found.shape[1]:
            found = np.zeros((len(rows), said.shape[1]), np.float32)
        found[held] = said
    return found


def save_left_out(folder: Path, examples: Sequence[Example], said: Any) -> None:
    keys = np.array([text_key(example.mail) for example in examples])
    np.savez_compressed(folder / LEFT_OUT_FILE, allow_pickle=False, keys=keys, answers=said.astype(np.float16))


def save(folder: Path, weights: Tensors) -> None:
    numbers = {name: tensor.numpy() for name, tensor in weights.items() if name.startswith((EMBEDDED, HEAD, "encoder"))}
    write(numbers, folder / NETWORK_FILE)
    version = hashlib.sha256((folder / NETWORK_FILE).read_bytes()).hexdigest()[:8]
    told = {"version": version, "bias": [round(float(one), 5) for one in numbers[HEAD + "answer.bias"]]}
    (folder / ANSWERS_FILE).write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
