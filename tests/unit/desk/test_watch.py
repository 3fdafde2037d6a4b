"""What is an alarm, what is not, and when staff are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.watch import (
    Alarm,
    AlarmKind,
    BalanceCheck,
    CanaryFacts,
    MailboxFacts,
    MailCap,
    Pile,
    Told,
    WatchFacts,
    WatchRules,
    find_alarms,
    is_mail_due,
)

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
RULES = WatchRules(silent_after={"icc": timedelta(minutes=15)}, canaries=frozenset({"icc"}))
WELL = MailboxFacts(
    NOW - timedelta(days=9), NOW - timedelta(minutes=1), 0, BalanceCheck(NOW - timedelta(hours=5), 90, 0)
)
CANARY = CanaryFacts(NOW - timedelta(minutes=20), NOW - timedelta(minutes=19))


def _ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def _facts(mailbox: MailboxFacts = WELL, **changes: Pile) -> WatchFacts:
    return replace(WatchFacts(_ago(days=30), {"icc": mailbox}), **changes)


def _kinds(facts: WatchFacts, rules: WatchRules = RULES) -> list[str]:
    return [alarm.kind.value for alarm in find_alarms(facts, rules, NOW)]


def test_a_quiet_desk_is_no_alarm() -> None:
    assert _kinds(_facts(replace(WELL, canary=CANARY))) == []


@pytest.mark.parametrize(
    ("mailbox", "kinds"),
    [
        (replace(WELL, last_success_at=_ago(minutes=15)), []),
        (replace(WELL, last_success_at=_ago(minutes=16)), ["mailbox_silent"]),
        # Never read at all: from the first try, or where nobody even tried, from the installation.
        (MailboxFacts(first_poll_at=_ago(minutes=3)), []),
        (MailboxFacts(first_poll_at=_ago(minutes=16)), ["mailbox_silent"]),
        (MailboxFacts(), ["mailbox_silent"]),
        (replace(WELL, balance=BalanceCheck(_ago(hours=1), 90, 2)), ["balance_open"]),
        (replace(WELL, balance=BalanceCheck(_ago(hours=49), 90, 0)), ["balance_old"]),
        (replace(WELL, canary=CanaryFacts(_ago(minutes=14), None)), []),
        (replace(WELL, canary=CanaryFacts(_ago(minutes=16), None)), ["canary_missing"]),
        (replace(WELL, canary=CanaryFacts(_ago(minutes=2), None, was_altered=True)), ["canary_altered"]),
        (replace(WELL, canary=CanaryFacts(_ago(hours=3), _ago(hours=3))), ["canary_not_sent"]),
    ],
)
def test_of_a_mailbox(mailbox: MailboxFacts, kinds: list[str]) -> None:
    assert _kinds(_facts(mailbox)) == kinds


def test_of_a_mailbox_without_a_canary_none_is_missed() -> None:
    rules = replace(RULES, canaries=frozenset())
    assert _kinds(_facts(replace(WELL, canary=CanaryFacts(_ago(hours=3), None))), rules) == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"raw_waiting": Pile(3, _ago(minutes=14))}, []),
        ({"raw_waiting": Pile(3, _ago(minutes=16))}, ["work_stands_still"]),
        ({"quarantine": Pile(1, _ago(minutes=1))}, ["quarantine"]),
        ({"uncertain": Pile(1, _ago(minutes=1))}, ["uncertain"]),
        ({"queued": Pile(1, _ago(minutes=14))}, []),
        ({"queued": Pile(1, _ago(minutes=16))}, ["outbox_stands_still"]),
        ({"sending": Pile(1, _ago(minutes=16))}, ["outbox_stands_still"]),
        ({"drafts": Pile(9, _ago(hours=71))}, []),
        ({"drafts": Pile(9, _ago(hours=73))}, ["drafts_wait"]),
    ],
)
def test_of_what_waits(changes: dict[str, Pile], kinds: list[str]) -> None:
    assert _kinds(_facts(**changes)) == kinds


QUARANTINE = Alarm(AlarmKind.QUARANTINE, "", "1 message is in quarantine")
SILENT = Alarm(AlarmKind.MAILBOX_SILENT, "icc", "no successful look into icc for 16 minutes")
CAP = MailCap(timedelta(hours=1), timedelta(days=1))


@pytest.mark.parametrize(
    ("told", "is_due"),
    [
        (Told(), True),
        # Told already.
        (Told({SILENT.key: _ago(hours=2), QUARANTINE.key: _ago(hours=2)}, _ago(hours=2)), False),
        # Something new, but the last mail is too young.
        (Told({SILENT.key: _ago(minutes=59)}, _ago(minutes=59)), False),
        (Told({SILENT.key: _ago(minutes=61)}, _ago(minutes=61)), True),
        # Nobody mended it for a day.
        (Told({SILENT.key: _ago(hours=25), QUARANTINE.key: _ago(hours=2)}, _ago(hours=2)), True),
        # The clock was set back by a day since.
        (Told({SILENT.key: NOW + timedelta(days=1)}, NOW + timedelta(days=1)), True),
    ],
)
def test_staff_are_told_of_what_is_new_and_not_too_often(told: Told, *, is_due: bool) -> None:
    assert is_mail_due([SILENT, QUARANTINE], told, CAP, NOW) is is_due


def test_nothing_wrong_is_no_mail() -> None:
    assert not is_mail_due([], Told(), CAP, NOW)


def test_what_breaks_anew_is_news_again() -> None:
    told = Told().after([SILENT], _ago(hours=3)).without_mended([])
    assert is_mail_due([SILENT], told, CAP, NOW)
    assert not is_mail_due([SILENT], replace(told, last_at=_ago(minutes=5)), CAP, NOW)
