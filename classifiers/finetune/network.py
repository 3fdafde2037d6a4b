"""BERT's layers as plain functions over named tensors, so that the weights keep the names they are published under."""

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from classifiers.categories import CATEGORIES
from classifiers.encoder import ALL_REASONS, ANSWERS, BESIDE, MEMBERS

Tensors = dict[str, Any]
WIDTH, HEADS, LAYERS, EPSILON = 384, 12, 6, 1e-12
ABSENT = -1e4
# Each question looks for its own words: the reasons of one category together, each category by itself, and each beside.
QUESTIONS = 3 * len(CATEGORIES)
QUESTION_OF = np.array(
    [CATEGORIES.index(category) for category, _ in ALL_REASONS] + list(range(len(CATEGORIES), QUESTIONS)), np.int64
)
EMBEDDED = "embeddings."
HEAD = "head."


def read_safetensors(path: Path) -> Tensors:
    """The format is a length, a JSON table of names and places, and the numbers; nothing in it is run."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    table: Mapping[str, Any] = json.loads(content[8 : 8 + length])
    body = memoryview(content)[8 + length :]
    found: Tensors = {}
    for name, entry in table.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(body[first:last], np.float32).reshape(entry["shape"])
        found[name] = torch.from_numpy(numbers.copy())
    return found


def fresh_head(generator: Any) -> Tensors:
    def drawn(*shape: int) -> Any:
        return torch.randn(*shape, generator=generator) * 0.02

    return {
        HEAD + "query.weight": drawn(QUESTIONS, WIDTH),
        HEAD + "query.bias": torch.zeros(QUESTIONS),
        HEAD + "answer.weight": drawn(ANSWERS, WIDTH),
        HEAD + "answer.bias": torch.zeros(ANSWERS),
    }


def embed(weights: Tensors, tokens: Any) -> Any:
    places = weights[EMBEDDED + "position_embeddings.weight"][: tokens.shape[1]]
    kind = weights[EMBEDDED + "token_type_embeddings.weight"][0]
    return _normed(
        weights, EMBEDDED + "LayerNorm", weights[EMBEDDED + "word_embeddings.weight"][tokens] + places + kind
    )


def layer(weights: Tensors, number: int, x: Any, mask: Any, drop: Callable[[Any], Any]) -> Any:
    name = f"encoder.layer.{number}."

    def dense(part: str, given: Any) -> Any:
        return functional.linear(given, weights[f"{name}{part}.weight"], weights[f"{name}{part}.bias"])

    def split(given: Any) -> Any:
        return given.view(*given.shape[:2], HEADS, WIDTH // HEADS).transpose(1, 2)

    query, key, value = (split(dense(f"attention.self.{part}", x)) for part in ("query", "key", "value"))
    # The library's own attention takes four times as long on a processor in half numbers.
    alike = (query * (WIDTH // HEADS) ** -0.5) @ key.transpose(-1, -2)
    attended = alike.masked_fill(~mask[:, None, None, :], ABSENT).softmax(-1) @ value
    attended = dense("attention.output.dense", attended.transpose(1, 2).reshape(x.shape))
    x = _normed(weights, name + "attention.output.LayerNorm", x + drop(attended))
    inner = functional.gelu(dense("intermediate.dense", x))
    return _normed(weights, name + "output.LayerNorm", x + drop(dense("output.dense", inner)))


def shares(weights: Tensors, hidden: Any, mask: Any) -> Any:
    """How much each token counts for each question: (messages, tokens, QUESTIONS), one in sum over the tokens."""
    asked = functional.linear(hidden, weights[HEAD + "query.weight"], weights[HEAD + "query.bias"])
    return asked.masked_fill(~mask[..., None], ABSENT).softmax(1)


def answers(weights: Tensors, heard: Any) -> tuple[Any, Any, Any]:
    """Scores of all reasons, of the categories by themselves, and beside the first, of (messages, QUESTIONS, WIDTH)."""
    own = heard[:, torch.from_numpy(QUESTION_OF)]
    found = (own * weights[HEAD + "answer.weight"]).sum(-1) + weights[HEAD + "answer.bias"]
    return found[:, : len(ALL_REASONS)], found[:, MEMBERS], found[:, BESIDE]


def _normed(weights: Tensors, name: str, x: Any) -> Any:
    return functional.layer_norm(x, (WIDTH,), weights[name + ".weight"], weights[name + ".bias"], EPSILON)
