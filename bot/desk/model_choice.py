"""Which model sorts, since when and why: choices that follow each other, none of which is ever undone in secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import RuleViolationError

PROMOTED, ROLLED_BACK = "promoted", "rolled_back"
# The model of the configuration, or the one that came with this version.
SHIPPED = ""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`name` is a folder of the models' folder, or SHIPPED."""

    name: str
    chosen_at: datetime
    chosen_by: str
    how: str
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of one comparison of two models on the company's own held-out mail."""

    champion: str
    challenger: str
    compared_at: datetime
    compared_by: str
    messages: int
    is_better: bool
    said: str


def champion_of(choices: Sequence[ModelChoice]) -> str:
    """`choices` are newest first."""
    return choices[0].name if choices else SHIPPED


def before_champion(choices: Sequence[ModelChoice]) -> str:
    """The model to go back to. A model that was gone back from is not gone back to.

    Raises RuleViolationError where the desk never had another one.
    """
    stack: list[str] = [SHIPPED]
    for choice in reversed(choices):
        if choice.how == ROLLED_BACK and len(stack) > 1:
            stack.pop()
        elif choice.name != stack[-1]:
            stack.append(choice.name)
    if len(stack) < 2:
        raise RuleViolationError("there is no earlier model to go back to")
    return stack[-2]


def check_promotable(name: str, choices: Sequence[ModelChoice], newest: Comparison | None, *, anyway: bool) -> str:
    """Why this model is chosen, for the record.

    Raises RuleViolationError where nothing shows that it is better, unless it is to be chosen `anyway`.
    """
    if name == champion_of(choices):
        raise RuleViolationError(f"{name} is in use already")
    if newest is not None and newest.is_better:
        return newest.said
    shown = newest.said if newest is not None else "it was not compared with the model in use"
    if anyway:
        return f"chosen all the same: {shown}"
    advice = "" if newest is not None else f"; compare them with: creditdesk evaluate {name}"
    raise RuleViolationError(f"not promoted: {shown}{advice}")
