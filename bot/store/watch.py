"""What the watchdog reads, and the little that it writes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from bot.desk.draft import DraftState
from bot.desk.outbox import OutboxState
from bot.desk.watch import BalanceCheck, CanaryFacts, MailboxFacts, Pile, Told, WatchFacts
from bot.store import tables as t
from bot.store import watch_tables as w
from bot.store.engine import reading
from bot.store.installation_tables import installation

_DRAFT_WAITS = (DraftState.OPEN, DraftState.STALE)


def watch_facts(engine: Engine, now: datetime) -> WatchFacts:
    """One reading of everything that alarms depend on. It waits for no writer."""
    raw, outbox = t.raw_message.c, t.outbox.c
    with reading(engine) as connection:
        installed_at = connection.scalar(select(installation.c.installed_at))
        return WatchFacts(
            installed_at=installed_at or now,
            mailboxes=_mailboxes(connection),
            raw_waiting=_pile(connection, raw.stored_at, raw.state == "waiting"),
            quarantine=_pile(connection, t.quarantine.c.held_at, t.quarantine.c.released_at.is_(None)),
            uncertain=_pile(connection, outbox.claimed_at, outbox.state == OutboxState.UNCERTAIN),
            queued=_pile(
                connection, outbox.next_attempt_at, outbox.state == OutboxState.QUEUED, outbox.next_attempt_at <= now
            ),
            sending=_pile(connection, outbox.claimed_at, outbox.state == OutboxState.SENDING),
            drafts=_pile(connection, t.draft.c.created_at, t.draft.c.state.in_(_DRAFT_WAITS)),
        )


def told_of_alarms(engine: Engine) -> Told:
    with reading(engine) as connection:
        rows = connection.execute(select(w.alarm_told)).all()
    told = {(row.kind, row.about): row.told_at for row in rows if not row.is_mended}
    return Told(told, max((row.told_at for row in rows), default=None))


class SqlWatch:
    """See `repositories.Watch`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_balance(self, mailbox: str, check: BalanceCheck) -> None:
        self._connection.execute(delete(w.balance_check).where(w.balance_check.c.mailbox == mailbox))
        values = {"checked_at": check.checked_at, "on_server": check.on_server, "missing": check.missing}
        self._connection.execute(insert(w.balance_check).values(mailbox=mailbox, **values))

    def save_told(self, told: Told) -> None:
        table = w.alarm_told
        self._connection.execute(update(table).values(is_mended=True))
        for (kind, about), at in told.of.items():
            self._connection.execute(delete(table).where(table.c.kind == kind, table.c.about == about))
            self._connection.execute(insert(table).values(kind=kind, about=about, told_at=at, is_mended=False))

    def add_canary(self, mailbox: str, message_id_header: str, now: datetime) -> None:
        values = {"mailbox": mailbox, "message_id_header": message_id_header, "sent_at": now}
        self._connection.execute(insert(w.canary).values(**values))

    def canary_arrived(self, message_id_header: str, now: datetime) -> bool:
        canary = w.canary.c
        is_this = (canary.message_id_header == message_id_header) & canary.arrived_at.is_(None)
        return self._connection.execute(update(w.canary).where(is_this).values(arrived_at=now)).rowcount == 1

    def canary_altered(self, local_part: str) -> None:
        is_this = w.canary.c.message_id_header.startswith(f"{local_part}@", autoescape=True)
        self._connection.execute(update(w.canary).where(is_this).values(was_altered=True))

    def forget_canaries(self, before: datetime) -> None:
        self._connection.execute(delete(w.canary).where(w.canary.c.sent_at < before))


def _pile(connection: Connection, since: ColumnElement[datetime], *conditions: ColumnElement[bool]) -> Pile:
    count, oldest = connection.execute(select(func.count(), func.min(since)).where(*conditions)).one()
    return Pile(count, oldest)


def _mailboxes(connection: Connection) -> dict[str, MailboxFacts]:
    balances = {
        row.mailbox: BalanceCheck(row.checked_at, row.on_server, row.missing)
        for row in connection.execute(select(w.balance_check))
    }
    states = {row.slug: row for row in connection.execute(select(t.mailbox))}
    canaries = _canaries(connection)
    found = {}
    for slug in states.keys() | canaries.keys():
        state = states.get(slug)
        found[slug] = MailboxFacts(
            first_poll_at=state.first_poll_at if state is not None else None,
            last_success_at=state.last_success_at if state is not None else None,
            failures=state.failures if state is not None else 0,
            balance=balances.get(slug),
            canary=canaries.get(slug),
        )
    return found


def _canaries(connection: Connection) -> dict[str, CanaryFacts]:
    canary = w.canary.c
    newest = select(func.max(canary.id)).group_by(canary.mailbox)
    return {
        row.mailbox: CanaryFacts(row.sent_at, row.arrived_at, row.was_altered)
        for row in connection.execute(select(w.canary).where(canary.id.in_(newest)))
    }
