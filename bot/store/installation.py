"""What makes an installation itself: its secret, its name, and what a restored copy must do anew."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text, update

from bot.desk.draft import Draft, DraftState
from bot.desk.outbox import OutboxState
from bot.mail.thread_token import derive_secret
from bot.store import tables as t
from bot.store import user_tables as people
from bot.store.installation_tables import installation
from bot.store.report_tables import report_mail
from bot.store.rows import COLUMNS, NEWEST, draft_from_row

_UNSENT = (OutboxState.QUEUED, OutboxState.SENDING)


class SqlInstallation:
    """See `repositories.Installation`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def secret(self, now: datetime) -> bytes:
        row = self._connection.execute(select(installation.c.secret, installation.c.name)).one_or_none()
        if row is None:
            master, name = secrets.token_bytes(32), _new_name()
            values = {"id": 1, "secret": master, "name": name, "installed_at": now}
            self._connection.execute(insert(installation), values)
        else:
            master, name = bytes(row.secret), row.name
        # Installations from before there were names go on with what they signed with.
        return derive_secret(master, name) if name else master

    def rename(self) -> None:
        self._connection.execute(update(installation).values(name=_new_name()))

    def skip_numbers(self, gap: int) -> None:
        if self._connection.dialect.name == "postgresql":
            sequence = "pg_get_serial_sequence('work_item', 'id')"
            query = f"SELECT setval({sequence}, nextval({sequence}) + :gap)"
        else:
            query = "UPDATE sqlite_sequence SET seq = seq + :gap WHERE name = 'work_item'"
        self._connection.execute(text(query), {"gap": gap})

    def hold_unsent(self, claimed_at: datetime) -> Sequence[int]:
        outbox = t.outbox.c
        is_unsent = outbox.state.in_(_UNSENT)
        held = list(self._connection.scalars(select(outbox.id).where(is_unsent).order_by(outbox.id)))
        values = {"state": OutboxState.SENDING, "claimed_at": claimed_at}
        self._connection.execute(update(t.outbox).where(is_unsent).values(values))
        # A report that was on its way is let go: nobody can tell, and the next one comes by itself.
        unsent_report = report_mail.c.state.in_(_UNSENT)
        self._connection.execute(update(report_mail).where(unsent_report).values(values))
        return held

    def open_drafts(self) -> Sequence[Draft]:
        query = select(*COLUMNS).select_from(NEWEST).where(t.draft.c.state == DraftState.OPEN).order_by(t.draft.c.id)
        return [draft_from_row(row) for row in self._connection.execute(query)]

    def end_sessions(self) -> None:
        self._connection.execute(delete(people.session))
        self._connection.execute(delete(people.password_link))
        # One that was revoked since the backup must not come to life again.
        self._connection.execute(delete(people.api_token))


def _new_name() -> str:
    return secrets.token_hex(8)
