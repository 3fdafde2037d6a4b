"""Fine-tunes the upper layers on the examples: every message, beside it the sentence that says what is asked, and why
a careless reader would be wrong."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from classifiers.categories import CATEGORIES
from classifiers.encoder import ALL_REASONS, REASON_PLACES
from classifiers.examples_file import Example
from classifiers.finetune.asking import HALF, asking_shares
from classifiers.finetune.network import HEAD, LAYERS, Tensors, answers, embed, fresh_head, layer, shares
from classifiers.verdict import MailText
from classifiers.wordpieces import WordPieces

# What the lower layers make of the words stays as published: it was learned from a billion pairs of sentences.
FROZEN = 3
ROUNDS, BATCH, LONG_STEP, HEAD_STEP = 5, 16, 2e-4, 2e-3
WARM_UP, DROPPED, HEAD_DROPPED, SMOOTHING, STEEPEST = 0.1, 0.1, 0.2, 0.1, 1.0
# How much the reason, the categories by themselves and those beside the first count.
REASON, MEMBER, BESIDE = 0.5, 3.0, 2.0
# How much the asking sentence, its likeness to the message, the place where it stands, and the trap count.
ASKED, ALIKE, POINTED, TRAP = 0.8, 0.4, 0.5, 0.5
LIKENESS_SCALE, TINY = 0.07, 1e-6
SEED = 0


@dataclass(frozen=True)
class Row:
    """What the frozen layers make of a message, its asking sentence and its trap, and what is true of it.

    `asking` tells for each token how much it has to do with what is asked.
    """

    message: Any
    asked: Any
    trap: Any
    asking: Any
    category: int
    reason: int
    members: list[float]


def rows_of(weights: Tensors, words: WordPieces, examples: Sequence[Example]) -> list[Row]:
    def told(text: str, example: Example) -> Any:
        return _lower(weights, words.read(MailText("", text, side=example.mail.side)).ids)

    asking = asking_shares(weights, words, examples)
    return [
        Row(
            message=_lower(weights, words.read(example.mail).ids),
            asked=told(example.asks or "nothing", example),
            trap=told(example.trap, example) if example.trap else None,
            asking=where,
            category=CATEGORIES.index(example.primary),
            reason=ALL_REASONS.index((example.primary, example.reason)) if example.reason else -1,
            members=[float(category in example.categories) for category in CATEGORIES],
        )
        for example, where in zip(examples, asking, strict=True)
    ]


@torch.no_grad()  # type: ignore[untyped-decorator]
def _lower(weights: Tensors, tokens: list[int]) -> Any:
    given = torch.tensor([tokens])
    hidden, mask = embed(weights, given), torch.ones_like(given, dtype=torch.bool)
    for number in range(FROZEN):
        hidden = layer(weights, number, hidden, mask, lambda x: x)
    return hidden[0].to(HALF)


def fine_tune(weights: Tensors, rows: Sequence[Row], tell: Callable[[str], None]) -> Tensors:
    """All weights, with the upper layers and the head learned from these rows."""
    torch.manual_seed(SEED)
    order = random.Random(SEED)  # noqa: S311 (an order of rows, no secret)
    upper = tuple(f"encoder.layer.{number}." for number in range(FROZEN, LAYERS))
    # Learned in full width, used in half: steps are too small to show in half a number.
    exact = {name: tensor.clone() for name, tensor in weights.items() if name.startswith(upper)}
    head = {name: tensor.requires_grad_() for name, tensor in fresh_head(torch.Generator().manual_seed(SEED)).items()}
    half = {name: tensor.to(HALF).requires_grad_() for name, tensor in exact.items()}
    groups = [{"params": [*exact.values()], "lr": LONG_STEP}, {"params": [*head.values()], "lr": HEAD_STEP}]
    steps = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
    count, done = ROUNDS * -(-len(rows) // BATCH), 0
    for number in range(ROUNDS):
        total = 0.0
        for batch in _batches(rows, order):
            for group, step in zip(steps.param_groups, (LONG_STEP, HEAD_STEP), strict=True):
                group["lr"] = step * _share(done / count)
            loss = _loss({**half, **head}, batch, hears_asked=done % 2 == 0)
            loss.backward()
            for name, tensor in exact.items():
                tensor.grad, half[name].grad = half[name].grad.float(), None
            torch.nn.utils.clip_grad_norm_([*exact.values(), *head.values()], STEEPEST)
            steps.step()
            steps.zero_grad()
            with torch.no_grad():
                for name, tensor in exact.items():
                    half[name].copy_(tensor)
            total += float(loss.detach()) * len(batch) / len(rows)
            done += 1
        tell(f"round {number + 1} of {ROUNDS}: loss {total:.3f}")
    return {**weights, **exact, **{name: tensor.detach() for name, tensor in head.items()}}


def answer(weights: Tensors, rows: Sequence[Row]) -> NDArray[np.float32]:
    """One row of answers for each message."""
    half = {name: tensor.to(HALF) if not name.startswith(HEAD) else tensor for name, tensor in weights.items()}
    with torch.no_grad():
        found = [torch.cat(_heard(half, [row.message], _kept, _kept).said, dim=1) for row in rows]
    everything: NDArray[np.float32] = torch.cat(found).numpy().astype(np.float32)
    return everything


def _kept(x: Any) -> Any:
    return x


def _share(progress: float) -> float:
    return progress / WARM_UP if progress < WARM_UP else max(0.0, 1 - progress) / (1 - WARM_UP)


def _batches(rows: Sequence[Row], order: random.Random) -> Iterator[list[Row]]:
    """Messages of like length together, so that little is padded, in an order drawn anew."""
    drawn = list(rows)
    order.shuffle(drawn)
    blocks: list[list[Row]] = []
    for start in range(0, len(drawn), BATCH * 16):
        alike = sorted(drawn[start : start + BATCH * 16], key=lambda row: len(row.message))
        blocks += [alike[first : first + BATCH] for first in range(0, len(alike), BATCH)]
    order.shuffle(blocks)
    yield from blocks


class _Heard(NamedTuple):
    """`message` is the mean over the questions about the first category, `counted` how much each token counts in it."""

    message: Any
    counted: Any
    said: tuple[Any, Any, Any]


def _loss(weights: Tensors, batch: Sequence[Row], *, hears_asked: bool) -> Any:
    """Asking sentences and traps are heard in turn: both in every batch cost a third more time than the messages."""

    def drop(x: Any) -> Any:
        return functional.dropout(x, DROPPED)

    def drop_heard(x: Any) -> Any:
        return functional.dropout(x, HEAD_DROPPED)

    message = _heard(weights, [row.message for row in batch], drop, drop_heard)
    where = torch.nn.utils.rnn.pad_sequence([row.asking for row in batch], batch_first=True)
    pointed = -(where * (message.counted + TINY).log()).sum(1).mean()
    loss = _wrong(message.said, batch) + POINTED * pointed
    if hears_asked:
        asked = _heard(weights, [row.asked for row in batch], drop, drop_heard)
        return loss + ASKED * _wrong(asked.said, batch) + ALIKE * _unlike(message.message, asked.message)
    trapped = [row for row in batch if row.trap is not None]
    if not trapped:
        return loss
    traps = _heard(weights, [row.trap for row in trapped], drop, drop_heard)
    return loss + TRAP * _wrong(traps.said, trapped) * len(trapped) / len(batch)


def _unlike(messages: Any, asked: Any) -> Any:
    """How badly each message is told from the others of its batch by what it asks, and the other way round."""
    alike = functional.normalize(messages, dim=-1) @ functional.normalize(asked, dim=-1).T / LIKENESS_SCALE
    own = torch.arange(len(messages))
    return (functional.cross_entropy(alike, own) + functional.cross_entropy(alike.T, own)) / 2


def _heard(
    weights: Tensors, hidden: Sequence[Any], drop: Callable[[Any], Any], drop_heard: Callable[[Any], Any]
) -> _Heard:
    x = torch.nn.utils.rnn.pad_sequence(list(hidden), batch_first=True)
    lengths = torch.tensor([len(one) for one in hidden])
    mask = torch.arange(x.shape[1])[None, :] < lengths[:, None]
    for number in range(FROZEN, LAYERS):
        x = layer(weights, number, x, mask, drop)
    x = x.float()
    counted = shares(weights, x, mask)
    heard = torch.einsum("btq,bth->bqh", counted, x)
    first = slice(0, len(CATEGORIES))
    return _Heard(heard[:, first].mean(1), counted[..., first].mean(-1), answers(weights, drop_heard(heard)))


def _wrong(said: tuple[Any, Any, Any], batch: Sequence[Row]) -> Any:
    reasons, members, beside = said
    columns = [reasons[:, torch.from_numpy(REASON_PLACES[category])].logsumexp(1) for category in CATEGORIES]
    true = torch.tensor([row.category for row in batch])
    why = torch.tensor([row.reason for row in batch])
    there = torch.tensor([row.members for row in batch])
    not_first = there.clone()
    not_first[torch.arange(len(batch)), true] = 0.0
    by_reason = functional.cross_entropy(reasons, why.clamp(min=0), reduction="none", label_smoothing=SMOOTHING)
    return (
        functional.cross_entropy(torch.stack(columns, dim=1), true, label_smoothing=SMOOTHING)
        + REASON * (by_reason * (why >= 0)).mean()
        + MEMBER * functional.binary_cross_entropy_with_logits(members, there)
        + BESIDE * functional.binary_cross_entropy_with_logits(beside, not_first)
    )
