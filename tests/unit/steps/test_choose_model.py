"""Promotion, rollback, and what of them is on record."""

from __future__ import annotations

import pytest

from bot.desk.model_choice import Comparison, champion_of
from bot.desk.user import Role
from bot.errors import NotAllowedError, RuleViolationError
from bot.steps.choose_model import note_comparison, promote, roll_back
from tests.desks.step_desk import StepDesk


@pytest.fixture
def kept(desk: StepDesk) -> StepDesk:
    desk.add_person("root", Role.ADMINISTRATOR)
    return desk


def _compared(desk: StepDesk, name: str, *, better: bool, champion: str = "") -> None:
    said = "better: 12 to 1" if better else "that could be luck: 2 to 1"
    note_comparison(Comparison(champion, name, desk.clock.now(), "root", 40, better, said), store=desk.store)


def _promote(desk: StepDesk, name: str, *, anyway: bool = False, person: str = "root") -> None:
    promote(name, person, anyway=anyway, store=desk.store, clock=desk.clock)


def _champion(desk: StepDesk) -> str:
    with desk.store.look() as uow:
        return champion_of(uow.models.choices())


def test_a_model_that_proved_better_is_promoted_with_the_reason_on_record(kept: StepDesk) -> None:
    _compared(kept, "one", better=True)
    _promote(kept, "one")
    assert _champion(kept) == "one"
    entry = kept.queries.record("model")[0]
    assert (entry.who, entry.what) == ("root", "promoted_model")
    assert (entry.before["model"], entry.after["model"]) == ("the shipped one", "one")
    assert entry.after["why"] == "better: 12 to 1"


def test_a_model_that_is_not_better_is_refused_with_the_reason(kept: StepDesk) -> None:
    with pytest.raises(RuleViolationError, match="not compared"):
        _promote(kept, "one")
    _compared(kept, "one", better=False)
    with pytest.raises(RuleViolationError, match="could be luck"):
        _promote(kept, "one")
    assert _champion(kept) == ""


def test_who_wants_it_anyway_gets_it_on_record(kept: StepDesk) -> None:
    _compared(kept, "one", better=False)
    _promote(kept, "one", anyway=True)
    assert kept.queries.record("model")[0].after["why"].startswith("chosen all the same: that could be luck")


def test_a_comparison_with_another_champion_proves_nothing(kept: StepDesk) -> None:
    _compared(kept, "one", better=True)
    _compared(kept, "two", better=True)
    _promote(kept, "one")
    with pytest.raises(RuleViolationError, match="not compared"):
        _promote(kept, "two")


def test_rollback_goes_back_step_by_step(kept: StepDesk) -> None:
    for name in ("one", "two"):
        _promote(kept, name, anyway=True)
    for expected in ("one", ""):
        roll_back("it was worse", "root", store=kept.store, clock=kept.clock)
        assert _champion(kept) == expected
    with pytest.raises(RuleViolationError, match="no earlier model"):
        roll_back("", "root", store=kept.store, clock=kept.clock)


def test_only_administrators_choose_models(kept: StepDesk) -> None:
    with pytest.raises(NotAllowedError):
        _promote(kept, "one", anyway=True, person="kim")
    with pytest.raises(NotAllowedError):
        roll_back("", "kim", store=kept.store, clock=kept.clock)
