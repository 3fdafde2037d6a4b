"""Logging in: right, wrong, too often, and over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import RuleViolationError
from bot.steps.keep_users import Keeper, add_user, lock_user
from bot.steps.log_in import FAILURES, WINDOW, Door, Lasting, log_in, log_out, session_of
from tests.desks.step_desk import StepDesk

PASSWORD = "a long password"
LASTS = Lasting(timedelta(hours=1), timedelta(hours=9))


@pytest.fixture
def kims_desk(desk: StepDesk) -> StepDesk:
    add_user("kim", "approver", PASSWORD, "root", store=desk.store, clock=desk.clock)
    return desk


def _log_in(desk: StepDesk, password: str = PASSWORD, name: str = "kim") -> str | None:
    return log_in(name, password, Door(LASTS), store=desk.store, clock=desk.clock)


def test_the_right_password_opens_a_session_that_ends(kims_desk: StepDesk) -> None:
    token = _log_in(kims_desk)
    assert token is not None
    session = session_of(token, LASTS, store=kims_desk.store, clock=kims_desk.clock)
    assert session is not None
    assert session.user.name == "kim"
    kims_desk.clock.forward(hours=1)
    assert session_of(token, LASTS, store=kims_desk.store, clock=kims_desk.clock) is None


@pytest.mark.parametrize(("name", "password"), [("kim", "wrong"), ("lee", PASSWORD), ("", ""), ("kim", "")])
def test_what_does_not_fit_opens_nothing(kims_desk: StepDesk, name: str, password: str) -> None:
    assert _log_in(kims_desk, password, name) is None


def test_after_too_many_failures_even_the_right_password_waits(kims_desk: StepDesk) -> None:
    for _ in range(FAILURES):
        _log_in(kims_desk, "wrong")
        kims_desk.clock.forward(seconds=1)
    assert _log_in(kims_desk) is None
    kims_desk.clock.moment += WINDOW + timedelta(seconds=1)
    assert _log_in(kims_desk) is not None


def test_whoever_tries_on_does_not_fill_the_record(kims_desk: StepDesk) -> None:
    for number in range(4 * FAILURES):
        _log_in(kims_desk, "wrong")
        _log_in(kims_desk, "wrong", f"nobody {number}")
        kims_desk.clock.forward(seconds=1)
    refused = [entry for entry in kims_desk.queries.record() if entry.what == "log_in_refused"]
    assert sorted(entry.subject for entry in refused) == ["user:"] * FAILURES + ["user:kim"] * FAILURES


def test_names_that_nobody_has_close_no_name_of_somebody(kims_desk: StepDesk) -> None:
    for number in range(2 * FAILURES):
        _log_in(kims_desk, PASSWORD, f"nobody {number}")
        kims_desk.clock.forward(seconds=1)
    assert _log_in(kims_desk) is not None


def test_what_was_typed_for_a_name_that_nobody_has_is_not_kept(kims_desk: StepDesk) -> None:
    _log_in(kims_desk, "kim", PASSWORD)
    (entry,) = (entry for entry in kims_desk.queries.record() if entry.what == "log_in_refused")
    assert PASSWORD not in str(entry)


def test_a_closed_session_and_a_disabled_person_are_out(kims_desk: StepDesk) -> None:
    first, second = _log_in(kims_desk), _log_in(kims_desk)
    assert first is not None
    assert second is not None
    log_out(first, store=kims_desk.store)
    assert session_of(first, LASTS, store=kims_desk.store, clock=kims_desk.clock) is None
    lock_user("kim", Keeper("root", at_terminal=True), store=kims_desk.store, clock=kims_desk.clock)
    assert session_of(second, LASTS, store=kims_desk.store, clock=kims_desk.clock) is None
    assert _log_in(kims_desk) is None


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [
        ("kim", "king", PASSWORD),
        ("", "approver", PASSWORD),
        (" kim", "approver", PASSWORD),
        ("kim", "approver", "short"),
    ],
)
def test_people_are_added_by_the_rules(desk: StepDesk, name: str, role: str, password: str) -> None:
    with pytest.raises(RuleViolationError):
        add_user(name, role, password, "root", store=desk.store, clock=desk.clock)


def test_no_password_is_kept_as_it_is(kims_desk: StepDesk) -> None:
    with kims_desk.store.look() as uow:
        stored = uow.users.password_hash("kim")
    assert stored is not None
    assert stored.startswith("$argon2id$")
