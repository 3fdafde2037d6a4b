"""The outbox: what is retried, what is given up, what a person must decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from bot.desk.outbox import (
    WAITS,
    Failed,
    OutboxEntry,
    OutboxState,
    Retry,
    Sent,
    Uncertain,
    after_failure,
    after_lost_claim,
    check_untouched,
    decide_entry,
)
from bot.errors import BotError, PermanentError, RuleViolationError, TransientError, UncertainError
from bot.mail.envelope import Envelope

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
RAW = b"Subject: Re\r\n\r\nanswer"


def make_entry(**changes: object) -> OutboxEntry:
    values: dict[str, object] = {
        "entry_id": 1,
        "draft_id": 1,
        "mailbox": "icc",
        "message_id_header": "a@b",
        "envelope": Envelope("icc@northgate.example", ("ann@customer.example",)),
        "approved_by": "kim",
        "approved_sha256": sha256(RAW).hexdigest(),
        "state": OutboxState.SENDING,
        "failures": 0,
        "next_attempt_at": NOW,
        "raw": RAW,
    }
    return OutboxEntry(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("failures", range(len(WAITS)))
def test_a_passing_failure_is_retried_later_each_time(failures: int) -> None:
    outcome = after_failure(failures, TransientError("greylisted"), NOW)
    assert outcome == Retry(NOW + WAITS[failures], "greylisted")


def test_after_two_days_of_failures_it_is_given_up_with_the_reason() -> None:
    assert sum(WAITS, timedelta()) >= timedelta(days=2)
    outcome = after_failure(len(WAITS), TransientError("greylisted"), NOW)
    assert isinstance(outcome, Failed)
    assert "greylisted" in outcome.reason


def test_a_final_refusal_is_not_retried() -> None:
    assert after_failure(0, PermanentError("550 no such user"), NOW) == Failed("550 no such user")


@pytest.mark.parametrize("error", [UncertainError("no answer"), BotError("unknown")])
def test_doubt_is_never_a_retry(error: BotError) -> None:
    assert after_failure(0, error, NOW) == Uncertain(str(error))


@pytest.mark.parametrize(
    ("was_found", "kind"), [(True, Sent), (False, Uncertain), (None, Uncertain)], ids=["found", "not found", "no look"]
)
def test_a_dead_sender_leaves_certainty_only_in_the_sent_folder(was_found: bool | None, kind: type) -> None:
    assert isinstance(after_lost_claim(was_found_in_sent=was_found, now=NOW), kind)


def test_only_what_a_named_person_approved_may_leave() -> None:
    check_untouched(make_entry())
    with pytest.raises(PermanentError, match="not the one"):
        check_untouched(make_entry(raw=RAW + b" "))
    with pytest.raises(PermanentError, match="nobody"):
        check_untouched(make_entry(approved_by=""))


def test_a_person_decides_about_doubt() -> None:
    doubtful = make_entry(state=OutboxState.UNCERTAIN)
    assert isinstance(decide_entry(doubtful, "sent", NOW), Sent)
    assert isinstance(decide_entry(doubtful, "again", NOW), Retry)
    with pytest.raises(RuleViolationError, match="sent or again"):
        decide_entry(doubtful, "cancel", NOW)


def test_what_still_waits_can_be_called_back() -> None:
    waiting = make_entry(state=OutboxState.QUEUED)
    assert isinstance(decide_entry(waiting, "cancel", NOW), Failed)
    with pytest.raises(RuleViolationError, match="decide cancel"):
        decide_entry(waiting, "again", NOW)


@pytest.mark.parametrize("state", [OutboxState.SENDING, OutboxState.SENT])
def test_what_is_not_in_doubt_is_not_for_a_person_to_repeat(state: OutboxState) -> None:
    with pytest.raises(RuleViolationError, match="nothing to decide"):
        decide_entry(make_entry(state=state), "again", NOW)
