"""BERT's layers as plain functions over named tensors, so that the weights keep the names they are published under."""

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from classifiers.encoder import ALL_REASONS, ANSWERS

Tensors = dict[str, Any]
WIDTH, HEADS, LAYERS, EPSILON = 384, 12, 6, 1e-12
QUERIES = 4
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
        HEAD + "query.weight": drawn(QUERIES, WIDTH),
        HEAD + "query.bias": torch.zeros(QUERIES),
        HEAD + "mix": torch.zeros(QUERIES),
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
    attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
    attended = dense("attention.output.dense", attended.transpose(1, 2).reshape(x.shape))
    x = _normed(weights, name + "attention.output.LayerNorm", x + drop(attended))
    inner = functional.gelu(dense("intermediate.dense", x))
    return _normed(weights, name + "output.LayerNorm", x + drop(dense("output.dense", inner)))


def pooled(weights: Tensors, hidden: Any, mask: Any) -> Any:
    """The message as the tokens that matter: their weighted mean."""
    asked = functional.linear(hidden, weights[HEAD + "query.weight"], weights[HEAD + "query.bias"])
    shares = asked.masked_fill(~mask[..., None], -1e4).softmax(1) @ weights[HEAD + "mix"].softmax(0)
    return torch.einsum("bt,bth->bh", shares, hidden)


def answers(weights: Tensors, message: Any) -> tuple[Any, Any]:
    """The scores of all reasons, and those of the categories by themselves."""
    found = functional.linear(message, weights[HEAD + "answer.weight"], weights[HEAD + "answer.bias"])
    return found[:, : len(ALL_REASONS)], found[:, len(ALL_REASONS) :]


def _normed(weights: Tensors, name: str, x: Any) -> Any:
    return functional.layer_norm(x, (WIDTH,), weights[name + ".weight"], weights[name + ".bias"], EPSILON)
