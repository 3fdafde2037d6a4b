"""Where a message asks: how alike each of its sentences is to the one that says what its sender wants.

The published encoder was made to tell like sentences, so it points at them before anything is learned.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.nn import functional

from classifiers.examples_file import Example
from classifiers.finetune.network import LAYERS, Tensors, embed, layer
from classifiers.wordpieces import END, NOWHERE, START, Tokens, WordPieces

HALF = torch.bfloat16
ENDS = frozenset(".!?;")
# A sentence that means the same outweighs one that has nothing to do with it by the exponential of this.
SHARPNESS = 8.0
BATCH = 64
LONGEST = 100


def asking_shares(weights: Tensors, words: WordPieces, examples: Sequence[Example]) -> list[Any]:
    """For each message how much each of its tokens should count, one in sum."""
    readings = [words.read(example.mail) for example in examples]
    ends = frozenset(token for mark in ENDS for token in words.cut(mark))
    found = [
        list(_sentences(reading, len(example.mail.subject.split()), ends))
        for reading, example in zip(readings, examples, strict=True)
    ]
    cut = [reading.ids[first:end] for reading, spans in zip(readings, found, strict=True) for first, end in spans]
    meant = iter(_meanings(weights, cut))
    asked = _meanings(weights, [_tokens(words, example.asks or "nothing is asked") for example in examples])
    return [
        _shares(len(reading.ids), spans, torch.stack([next(meant) for _ in spans]) @ wanted if spans else None)
        for reading, spans, wanted in zip(readings, found, asked, strict=True)
    ]


def _sentences(reading: Tokens, subject: int, ends: frozenset[int]) -> Iterator[tuple[int, int]]:
    """First token and end of the subject, of each sentence, and of the names of the attachments."""
    first = next((place for place, piece in enumerate(reading.pieces) if piece != NOWHERE), 0)
    for place in range(first, len(reading.ids)):
        token, piece = reading.ids[place], reading.pieces[place]
        following = reading.pieces[place + 1] if place + 1 < len(reading.pieces) else NOWHERE
        if token == END or token in ends or NOWHERE < piece < subject <= following:
            yield first, place + 1
            first = place + 1


def _shares(length: int, spans: Sequence[tuple[int, int]], alike: Any) -> Any:
    shares = torch.zeros(length)
    for number, (first, end) in enumerate(spans):
        shares[first:end] = torch.exp(SHARPNESS * alike[number])
    return shares / shares.sum() if spans else torch.full((length,), 1 / length)


def _tokens(words: WordPieces, text: str) -> list[int]:
    return [token for piece in text.split() for token in words.cut(piece)][:LONGEST]


@torch.no_grad()  # type: ignore[untyped-decorator]
def _meanings(weights: Tensors, sentences: Sequence[Sequence[int]]) -> Any:
    """Each sentence as the published encoder embeds it: the mean of its tokens, of length one."""
    half = {name: tensor.to(HALF) for name, tensor in weights.items()}
    found: dict[int, Any] = {}
    by_length = sorted(range(len(sentences)), key=lambda number: len(sentences[number]))
    for start in range(0, len(by_length), BATCH):
        batch = by_length[start : start + BATCH]
        rows = [torch.tensor([START, *sentences[number], END]) for number in batch]
        tokens = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
        mask = torch.arange(tokens.shape[1])[None] < torch.tensor([len(row) for row in rows])[:, None]
        hidden = embed(half, tokens)
        for number in range(LAYERS):
            hidden = layer(half, number, hidden, mask, lambda x: x)
        mean = (hidden.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        found.update(zip(batch, functional.normalize(mean, dim=-1), strict=True))
    return torch.stack([found[number] for number in range(len(sentences))])
