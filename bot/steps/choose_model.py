"""Which model sorts from now on: a choice on record, with the reason, and the way back."""

from __future__ import annotations

from bot.desk.model_choice import (
    PROMOTED,
    ROLLED_BACK,
    Comparison,
    ModelChoice,
    before_champion,
    champion_of,
    check_promotable,
)
from bot.desk.record import RecordEntry
from bot.desk.user import check_keeps_users
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.persons import known_person

SUBJECT = "model"


def note_comparison(comparison: Comparison, *, store: Store) -> None:
    """Keep how a challenger fared, so that its promotion can rest on it."""
    with store.begin() as uow:
        known_person(uow, comparison.compared_by)
        uow.models.add_comparison(comparison)
        after = {"model": comparison.challenger, "result": comparison.said}
        entry = RecordEntry(comparison.compared_at, comparison.compared_by, "compared_models", SUBJECT, {}, after)
        uow.record.add(entry)
        uow.commit()


def promote(name: str, person: str, *, anyway: bool, store: Store, clock: Clock) -> ModelChoice:
    """From the next batch of mail on this model sorts. Administrators alone.

    Raises RuleViolationError where no comparison showed that it is better, unless it is wanted `anyway`.
    """
    with store.begin() as uow:
        check_keeps_users(known_person(uow, person))
        choices = uow.models.choices()
        fared = [one for one in uow.models.compared(champion_of(choices)) if one.challenger == name]
        why = check_promotable(name, choices, fared[-1] if fared else None, anyway=anyway)
        chosen = ModelChoice(name, clock.now(), person, PROMOTED, why)
        _choose(uow, chosen, champion_of(choices))
        uow.commit()
    return chosen


def roll_back(reason: str, person: str, *, store: Store, clock: Clock) -> ModelChoice:
    """The model before the present one sorts again. Raises RuleViolationError where there was none."""
    with store.begin() as uow:
        check_keeps_users(known_person(uow, person))
        choices = uow.models.choices()
        chosen = ModelChoice(before_champion(choices), clock.now(), person, ROLLED_BACK, reason)
        _choose(uow, chosen, champion_of(choices))
        uow.commit()
    return chosen


def _choose(uow: UnitOfWork, chosen: ModelChoice, before: str) -> None:
    uow.models.choose(chosen)
    names = [name or "the shipped one" for name in (before, chosen.name)]
    entry = RecordEntry(
        chosen.chosen_at,
        chosen.chosen_by,
        f"{chosen.how}_model",
        SUBJECT,
        {"model": names[0]},
        {"model": names[1], "why": chosen.why},
    )
    uow.record.add(entry)
