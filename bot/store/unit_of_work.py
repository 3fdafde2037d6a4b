"""One transaction over all repositories, and the store that opens them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, OperationalError

from bot.desk.canned_text import CannedText
from bot.desk.saved_filter import SavedFilter
from bot.errors import ConflictError, RuleViolationError, TransientError
from bot.store.api_tokens import SqlApiTokens
from bot.store.blobs import FolderBlobs
from bot.store.clocks import SqlClocks
from bot.store.conversations import Conversations
from bot.store.draft_files import SqlDraftFiles
from bot.store.drafts import SqlDrafts
from bot.store.engine import open_engine
from bot.store.examples import SqlExamples
from bot.store.identities import SqlIdentities
from bot.store.installation import SqlInstallation
from bot.store.kept_back import KeptBack
from bot.store.kept_by_staff import SqlKept, filters, texts
from bot.store.ledger import SqlLedger
from bot.store.mailboxes import SqlDeliveries, SqlMailboxes, SqlQuarantine
from bot.store.messages import SqlMessages
from bot.store.models import SqlModels
from bot.store.outbox import SqlOutbox
from bot.store.preferences import SqlPreferences
from bot.store.presence import SqlPresence
from bot.store.raw_messages import SqlRawMessages
from bot.store.record import SqlRecord
from bot.store.record_seals import SqlRecordSeals
from bot.store.reminders import SqlReminders
from bot.store.report_mails import SqlReportMails
from bot.store.rows import MOST_OF_ADDRESS, header_key
from bot.store.search import SqlSearch
from bot.store.tasks import SqlTasks
from bot.store.threads import SqlThreads
from bot.store.token_cache import SqlTokenCache
from bot.store.users import SqlUsers
from bot.store.watch import SqlWatch
from bot.store.work_items import SqlWorkItems
from bot.stored import Foreseen


class SqlUnitOfWork:
    """See `repositories.UnitOfWork`. The connection is taken on entering and given back on leaving."""

    def __init__(self, engine: Engine, blobs: FolderBlobs, *, reads_only: bool) -> None:
        self._engine = engine.execution_options(reads_only=True) if reads_only else engine
        self._blobs = blobs
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("a unit of work is used inside its with block")
        return self._connection

    @cached_property
    def _conversations(self) -> Conversations:
        return Conversations(self.connection, self._kept)

    @cached_property
    def _kept(self) -> KeptBack:
        return KeptBack(self.connection)

    @cached_property
    def mailboxes(self) -> SqlMailboxes:
        return SqlMailboxes(self.connection)

    @cached_property
    def raw(self) -> SqlRawMessages:
        return SqlRawMessages(self.connection, self._blobs)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        return SqlDeliveries(self.connection)

    @cached_property
    def quarantine(self) -> SqlQuarantine:
        return SqlQuarantine(self.connection)

    @cached_property
    def threads(self) -> SqlThreads:
        return SqlThreads(self.connection, self._conversations)

    @cached_property
    def messages(self) -> SqlMessages:
        return SqlMessages(self.connection, self._conversations)

    @cached_property
    def items(self) -> SqlWorkItems:
        return SqlWorkItems(self.connection, self._conversations)

    @cached_property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self.connection, self._conversations)

    @cached_property
    def files(self) -> SqlDraftFiles:
        return SqlDraftFiles(self.connection, self._blobs)

    @property
    def outbox(self) -> SqlOutbox:
        self._kept.write()
        return SqlOutbox(self.connection)

    @property
    def tasks(self) -> SqlTasks:
        # A task points at its thread.
        self._kept.write()
        return SqlTasks(self.connection)

    @cached_property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.connection)

    @cached_property
    def users(self) -> SqlUsers:
        return SqlUsers(self.connection)

    @cached_property
    def tokens(self) -> SqlApiTokens:
        return SqlApiTokens(self.connection)

    @cached_property
    def identities(self) -> SqlIdentities:
        return SqlIdentities(self.connection)

    @cached_property
    def preferences(self) -> SqlPreferences:
        return SqlPreferences(self.connection)

    @cached_property
    def token_cache(self) -> SqlTokenCache:
        return SqlTokenCache(self.connection)

    @cached_property
    def filters(self) -> SqlKept[SavedFilter]:
        return filters(self.connection)

    @cached_property
    def texts(self) -> SqlKept[CannedText]:
        return texts(self.connection)

    @cached_property
    def clocks(self) -> SqlClocks:
        return SqlClocks(self.connection)

    @cached_property
    def reminders(self) -> SqlReminders:
        return SqlReminders(self.connection)

    @cached_property
    def report_mails(self) -> SqlReportMails:
        return SqlReportMails(self.connection)

    @cached_property
    def record(self) -> SqlRecord:
        return SqlRecord(self.connection)

    @cached_property
    def examples(self) -> SqlExamples:
        return SqlExamples(self.connection)

    @cached_property
    def models(self) -> SqlModels:
        return SqlModels(self.connection)

    @cached_property
    def search(self) -> SqlSearch:
        return SqlSearch(self.connection)

    @cached_property
    def presences(self) -> SqlPresence:
        return SqlPresence(self.connection)

    @cached_property
    def installation(self) -> SqlInstallation:
        return SqlInstallation(self.connection)

    @cached_property
    def watch(self) -> SqlWatch:
        return SqlWatch(self.connection)

    @cached_property
    def seals(self) -> SqlRecordSeals:
        return SqlRecordSeals(self.connection)

    def foresee(self, what: Foreseen) -> None:
        self.ledger.foresee(what.senders, what.numbers)
        header_keys = [header_key(one) for one in what.references if one]
        senders = [one.key[:MOST_OF_ADDRESS] for one in what.senders]
        self._conversations.foresee(header_keys, what.thread_keys, senders)

    def commit(self) -> None:
        self._kept.write()
        self.record.write()
        self.connection.commit()

    def __enter__(self) -> Self:
        try:
            self._connection = self._engine.connect()
            self._connection.begin()
        except DatabaseError as error:
            # Not only OperationalError: a file that is no database says so with its parent.
            self._leave()
            where = self._engine.url.render_as_string(hide_password=True)
            raise TransientError(f"the store {where} cannot be opened: {error.orig}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        if isinstance(error, IntegrityError):
            raise ConflictError(f"someone else changed this meanwhile: {error.orig}") from error
        if isinstance(error, DataError):
            raise RuleViolationError(f"the store refused a value: {error.orig}") from error
        if isinstance(error, OperationalError):
            raise TransientError(f"the store failed: {error.orig}") from error

    def _leave(self) -> None:
        if self._connection is not None:
            # Closing rolls back whatever was not committed.
            self._connection.close()
            self._connection = None


class SqlStore:
    """See `repositories.Store`. One for a process; safe for threads."""

    def __init__(self, url: str, blobs: Path) -> None:
        self.engine = open_engine(url)
        self._blobs = FolderBlobs(blobs)

    def begin(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, self._blobs, reads_only=False)

    def look(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, self._blobs, reads_only=True)

    def revision(self) -> str | None:
        """The migration that the store is at, None where it is empty."""
        with self.look() as uow:
            if not inspect(uow.connection).has_table("alembic_version"):
                return None
            found: str | None = uow.connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found

    def secret(self) -> bytes:
        with self.begin() as uow:
            found = uow.installation.secret(datetime.now(UTC))
            uow.commit()
        return found

    def close(self) -> None:
        self.engine.dispose()
