"""Reports on their way. Each change of state is conditional on the state before, as in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from bot.desk.outbox import Failed, OutboxState, Outcome, Retry, Sent
from bot.desk.report_mail import ReportMail
from bot.errors import ConflictError
from bot.mail.envelope import Envelope
from bot.store.engine import reading
from bot.store.report_tables import report_mail

_COLUMN = report_mail.c


class SqlReportMails:
    """See `timekeeping.ReportMails`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_written(self, mailing: str, as_of: datetime) -> bool:
        query = select(_COLUMN.id).where(_COLUMN.mailing == mailing, _COLUMN.as_of == as_of)
        return self._connection.scalar(query) is not None

    def add(self, mail: ReportMail) -> int:
        values = {
            "mailing": mail.mailing,
            "as_of": mail.as_of,
            "message_id_header": mail.message_id_header,
            "sender": mail.envelope.sender,
            "recipients": list(mail.envelope.recipients),
            "raw": mail.raw,
            "state": mail.state,
            "next_attempt_at": mail.next_attempt_at,
        }
        return int(self._connection.execute(insert(report_mail).returning(_COLUMN.id), values).scalar_one())

    def due(self, now: datetime) -> Sequence[int]:
        is_due = (_COLUMN.state == OutboxState.QUEUED) & (_COLUMN.next_attempt_at <= now)
        return list(self._connection.scalars(select(_COLUMN.id).where(is_due).order_by(_COLUMN.id)))

    def claim(self, mail_id: int, now: datetime) -> ReportMail | None:
        claimed = self._connection.execute(
            update(report_mail)
            .where(_COLUMN.id == mail_id, _COLUMN.state == OutboxState.QUEUED, _COLUMN.next_attempt_at <= now)
            .values(state=OutboxState.SENDING, claimed_at=now)
        )
        if claimed.rowcount != 1:
            return None
        return _mail(self._connection.execute(select(report_mail).where(_COLUMN.id == mail_id)).one())

    def lost_claims(self, before: datetime) -> Sequence[ReportMail]:
        query = select(report_mail).where(_COLUMN.state == OutboxState.SENDING, _COLUMN.claimed_at < before)
        return [_mail(row) for row in self._connection.execute(query.order_by(_COLUMN.id))]

    def settle(self, mail: ReportMail, outcome: Outcome) -> None:
        """Raises ConflictError where someone else settled it meanwhile."""
        unchanged = (_COLUMN.id == mail.mail_id) & (_COLUMN.state == mail.state)
        unchanged &= _COLUMN.claimed_at == mail.claimed_at
        changed = self._connection.execute(update(report_mail).where(unchanged).values(**_settled(mail, outcome)))
        if changed.rowcount != 1:
            raise ConflictError(f"the report {mail.mailing} was settled by someone else meanwhile")


def newest_mails(engine: Engine) -> list[ReportMail]:
    """The last one of each mailing, without its bytes."""
    newest = select(func.max(_COLUMN.id)).group_by(_COLUMN.mailing)
    columns = [one for one in _COLUMN if one.name != "raw"]
    with reading(engine) as connection:
        query = select(*columns).where(_COLUMN.id.in_(newest)).order_by(_COLUMN.mailing)
        return [_mail(row, b"") for row in connection.execute(query)]


def _mail(row: Row[Any], raw: bytes | None = None) -> ReportMail:
    return ReportMail(
        mail_id=row.id,
        mailing=row.mailing,
        as_of=row.as_of,
        message_id_header=row.message_id_header,
        envelope=Envelope(row.sender, tuple(row.recipients)),
        state=OutboxState(row.state),
        next_attempt_at=row.next_attempt_at,
        failures=row.failures,
        raw=row.raw if raw is None else raw,
        claimed_at=row.claimed_at,
        sent_at=row.sent_at,
        error=row.error,
    )


def _settled(mail: ReportMail, outcome: Outcome) -> Mapping[str, object]:
    if isinstance(outcome, Sent):
        return {"state": OutboxState.SENT, "sent_at": outcome.at, "error": ""}
    if isinstance(outcome, Retry):
        again = {"state": OutboxState.QUEUED, "next_attempt_at": outcome.at, "failures": mail.failures + 1}
        return again | {"error": outcome.reason}
    state = OutboxState.FAILED if isinstance(outcome, Failed) else OutboxState.UNCERTAIN
    return {"state": state, "error": outcome.reason}
