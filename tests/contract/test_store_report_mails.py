"""What the store promises about reports on their way, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.outbox import Failed, OutboxState, Outcome, Retry, Sent, Uncertain
from bot.desk.report_mail import ReportMail
from bot.errors import ConflictError
from bot.mail.envelope import Envelope, Receipt
from bot.store.report_mails import newest_mails
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW

ENVELOPE = Envelope("icc@northgate.example", ("boss@northgate.example",))


def write(store: SqlStore, mailing: str = "morning", day: int = 0) -> int:
    as_of = NOW + timedelta(days=day)
    mail = ReportMail(0, mailing, as_of, f"{mailing}{day}@x", ENVELOPE, OutboxState.QUEUED, NOW, raw=b"raw")
    with store.begin() as uow:
        mail_id = uow.report_mails.add(mail)
        uow.commit()
    return mail_id


def test_a_mailing_is_written_once_for_each_moment(store: SqlStore) -> None:
    write(store)
    write(store, day=1)
    with store.look() as uow:
        assert uow.report_mails.is_written("morning", NOW)
        assert not uow.report_mails.is_written("evening", NOW)
    with pytest.raises(ConflictError):
        write(store)


def test_one_claim_wins_and_a_lost_one_is_found(store: SqlStore) -> None:
    mail_id = write(store)
    with store.begin() as uow:
        assert uow.report_mails.due(NOW - timedelta(seconds=1)) == []
        assert uow.report_mails.due(NOW) == [mail_id]
        claimed = uow.report_mails.claim(mail_id, NOW)
        assert claimed is not None
        assert (claimed.raw, claimed.state, claimed.envelope) == (b"raw", OutboxState.SENDING, ENVELOPE)
        assert uow.report_mails.claim(mail_id, NOW) is None
        assert uow.report_mails.due(NOW) == []
        assert uow.report_mails.lost_claims(NOW) == []
        assert uow.report_mails.lost_claims(NOW + timedelta(seconds=1)) == [claimed]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(NOW, Receipt("250")), OutboxState.SENT),
        (Failed("550"), OutboxState.FAILED),
        (Uncertain("lost"), OutboxState.UNCERTAIN),
        (Retry(NOW + timedelta(minutes=1), "later"), OutboxState.QUEUED),
    ],
)
def test_a_claim_is_settled_once(store: SqlStore, outcome: Outcome, state: OutboxState) -> None:
    mail_id = write(store)
    with store.begin() as uow:
        claimed = uow.report_mails.claim(mail_id, NOW)
        assert claimed is not None
        uow.report_mails.settle(claimed, outcome)
        with pytest.raises(ConflictError):
            uow.report_mails.settle(claimed, outcome)
        uow.commit()
    (newest,) = newest_mails(store.engine)
    assert (newest.state, newest.raw) == (state, b"")
    assert newest.failures == (1 if state is OutboxState.QUEUED else 0)


def test_the_last_mail_of_each_mailing_is_shown(store: SqlStore) -> None:
    write(store)
    write(store, day=1)
    write(store, "evening")
    assert [(one.mailing, one.as_of) for one in newest_mails(store.engine)] == [
        ("evening", NOW),
        ("morning", NOW + timedelta(days=1)),
    ]
