"""`python -m classifiers.finetune --published FOLDER --out FOLDER`: makes the encoder anew from published weights."""

import argparse
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from classifiers.encoder import ANSWERS_FILE, ENCODER, LEFT_OUT_FILE, NETWORK_FILE, heard, text_key
from classifiers.examples_file import EXAMPLES, Example, read_examples
from classifiers.finetune.learning import Row, answer, fine_tune, rows_of
from classifiers.finetune.network import EMBEDDED, HEAD, Tensors, read_safetensors
from classifiers.finetune.network_file import write
from classifiers.wordpieces import VOCABULARY_FILE, WordPieces

# sentence-transformers/all-MiniLM-L6-v2, Apache-2.0. The sum is that of the published file.
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Leaving out three sources at a time takes a third of the time of one; nobody's own mail is among what was read.
GROUPS = 3
# These two authors wrote last, to teach: every encoder reads them, so that one of the others is missed less.
ALWAYS_READ = ("corpus_k", "corpus_l")


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
    save_left_out(given.out, examples, left_out(weights, examples, rows, print))
    save(given.out, fine_tune(weights, rows, print))


def checked(path: Path) -> Tensors:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != PUBLISHED:
        raise SystemExit(f"{path} is not the published file: its SHA-256 is {found}")
    return read_safetensors(path)


def left_out(
    weights: Tensors, examples: Sequence[Example], rows: Sequence[Row], tell: Callable[[str], None]
) -> dict[str, Any]:
    """By key of the text, the answers of an encoder that read nothing of its source."""
    sources = sorted({example.source for example in examples} - set(ALWAYS_READ))
    found: dict[str, Any] = {}
    for group in (sources[number::GROUPS] for number in range(GROUPS)):
        held = [number for number, example in enumerate(examples) if example.source in group]
        others = sorted({*range(len(rows))} - {*held})
        tuned = fine_tune(weights, [rows[number] for number in others], tell)
        said = answer(tuned, [rows[number] for number in held])
        right = [heard(one).best == examples[number].primary for number, one in zip(held, said, strict=True)]
        tell(f"left out {', '.join(group)}: {np.mean(right):.1%} right")
        found.update((text_key(examples[number].mail), one) for number, one in zip(held, said, strict=True))
    return found


def save_left_out(folder: Path, examples: Sequence[Example], said: Mapping[str, Any]) -> None:
    keys, answers = np.array([*said]), np.array([*said.values()]).astype(np.float16)
    read = np.array([text_key(one.mail) for one in examples if one.source in ALWAYS_READ], dtype=keys.dtype)
    np.savez_compressed(folder / LEFT_OUT_FILE, allow_pickle=False, keys=keys, answers=answers, read=read)


def save(folder: Path, weights: Tensors) -> None:
    numbers = {name: tensor.numpy() for name, tensor in weights.items() if name.startswith((EMBEDDED, HEAD, "encoder"))}
    write(numbers, folder / NETWORK_FILE)
    version = hashlib.sha256((folder / NETWORK_FILE).read_bytes()).hexdigest()[:8]
    told = {"version": version, "bias": [round(float(one), 5) for one in numbers[HEAD + "answer.bias"]]}
    (folder / ANSWERS_FILE).write_text(json.dumps(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
