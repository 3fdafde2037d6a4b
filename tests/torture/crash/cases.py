"""One case after the other: a desk at its beginning, a fault, a life without one, and the count of what came of it."""

from __future__ import annotations

import imaplib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg

from bot.desk.outbox import CLAIM_HELD_FOR
from bot.desk.record_chain import verify
from bot.store.engine import open_engine
from bot.store.record_seals import sealed_entries
from tests.desks.desk import PASSWORD, ROOT, DeskUnderTest, MailboxConfig
from tests.e2e.letters import REVISION, letter
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import Misbehaviour, SmtpServer

# A command in this process has the environment, and the migrations, to itself.
_adding = Lock()

LATER = CLAIM_HELD_FOR.total_seconds() + 60
USER = "icc"

_LARGE = REVISION + "We have sent this to you before.\n" * 3000
_FIRST = letter()
LETTERS = (
    _FIRST,
    letter("Charged twice for INV-7001", "Hello,\nwe paid invoice INV-7001 twice. Please refund the duplicate payment "
           "of $1,204.50.\nThanks, Bo\n", message_id="2@bolt.example", sender="Bo <bo@bolt.example>"),
    letter("Invoice INV-55121 needs our PO number", _LARGE, message_id="3@cole.example", sender="Cy <cy@cole.example>"),
    # The same bytes again, as a rule that copies brings them.
    _FIRST,
    letter("Automatic reply: away", "I am out of office.", message_id="4@dorn.example", sender="Di <di@dorn.example>")
    .replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1),
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """What a desk holds when all is done."""

    raw: int
    deliveries: int
    messages: int
    items: int
    drafts: int
    outbox: int


@dataclass
class Tally:
    """What came of many cases. `problems` is empty where every promise held."""

    cases: int = 0
    kills: int = 0
    missed: int = 0
    messages: int = 0
    sent: int = 0
    uncertain: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        numbers = ("cases", "kills", "missed", "messages", "sent", "uncertain", "lost", "doubled")
        added = {name: getattr(self, name) + getattr(other, name) for name in numbers}
        return Tally(**added, problems=self.problems + other.problems, by_kind=self.by_kind + other.by_kind)

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.by_kind.items()))
        return (
            f"{self.cases} cases, {self.kills} processes killed ({self.missed} ended before their fault): {kinds}\n"
            f"{self.messages} messages, {self.lost} lost, {self.doubled} doubled; "
            f"{self.sent} sent, {self.uncertain} left to a person, {len(self.problems)} problems"
        )


class Zygote:
    """The process that forks lives. One thread talks to it at a time."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.crash.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )

    def begin(self, folder: Path, environment: Mapping[str, str], fault: Mapping[str, Any]) -> int:
        return int(self._ask({"live": str(folder), "environment": dict(environment), "fault": dict(fault)})["pid"])

    def wait(self, pid: int) -> int | None:
        """The exit status, negative for a signal; None where it froze."""
        answer = self._ask({"wait": pid})
        return None if answer.get("stopped") else int(answer["status"])

    def close(self) -> None:
        # Its end of file is what ends it.
        self._process.communicate(timeout=10)

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Shard:
    """Runs cases one after the other on servers that others may use too. Use it as a context manager.

    With `postgres`, the address of a server, each case has a database of its own there.
    """

    def __init__(self, name: str, folder: Path, mail_server: MailServer, postgres: str = "") -> None:
        self._name = name
        self._folder = folder
        self._mail_server = mail_server
        self._databases = Databases(postgres, f"crash_{name}") if postgres else None
        self._number = 0

    def __enter__(self) -> Shard:
        self._smtp = SmtpServer().__enter__()
        self._zygote = Zygote()
        self._imap = imaplib.IMAP4("127.0.0.1", self._mail_server.ports.imap)
        self._imap.login(USER, self._mail_server.password)
        self._template = self._desk("template", self._mail_server.ports.imap)
        if self._databases is not None:
            self._databases.make(self._template.store)
        with _adding:
            self._template.add_user("kim")
        self.expected = self._expect()
        return self

    def __exit__(self, *_: object) -> None:
        self._zygote.close()
        self._smtp.__exit__(None, None, None)
        self._imap.logout()

    def run(self, kind: str, fault: Mapping[str, Any], *, kill_after: float | None = None, **around: Any) -> Tally:
        """One case. `around` says what goes wrong outside the desk: smtp, imap_port, locked."""
        with self._case(around.get("imap_port")) as desk:
            self._smtp.misbehaviour = around.get("smtp", Misbehaviour())
            with _locked(desk) if around.get("locked") else nullcontext():
                status = self._life(desk, fault, kill_after)
            self._smtp.misbehaviour = Misbehaviour()
            desk.mail_server = self._mail_server
            desk.write_config()
            tally = Tally(cases=1, kills=int(status == -signal.SIGKILL), by_kind=Counter({kind: 1}))
            tally.missed = int(not tally.kills and bool(fault.keys() & {"point", "outside_call"}))
            self._recover(desk, tally, f"{kind} {dict(fault)} {sorted(around)}")
            return tally

    def run_frozen(self, fault: Mapping[str, Any]) -> Tally:
        """A life freezes; while it does, another does the work; then the first wakes up and goes on."""
        told = f"frozen {dict(fault)}"
        with self._case(None) as desk:
            pid = self._begin(desk, {**fault, "freezes": True})
            is_frozen = self._zygote.wait(pid) is None
            tally = Tally(cases=1, by_kind=Counter({"frozen": 1}), missed=int(not is_frozen))
            if is_frozen:
                # Frozen while another of its threads writes, it keeps SQLite to itself, and nobody can work until
                # it wakes up. That is chance, so such a case counts as missed; its end must be right all the same.
                is_alone = _is_held(desk)
                tally.missed = int(is_alone)
                second = 0 if is_alone else self._life(desk, {"offset": LATER}, None)
                os.kill(pid, signal.SIGCONT)
                woken = self._zygote.wait(pid)
                if (woken, second) != (0, 0):
                    tally.problems.append(f"{told}: ended with {woken}, the second with {second}: {_tail(desk)}")
            # Between its look into Sent and the copy nothing but the far server could hold it back.
            is_before_copy = "ImapSentFolder.holds" in fault["point"]
            self._recover(desk, tally, told, most_copies=2 if is_before_copy else 1)
            return tally

    def outside_calls(self) -> int:
        """How many calls to the outside a whole life has."""
        return self._calls

    def _expect(self) -> Counts:
        with self._case(None) as desk:
            assert self._life(desk, {"outside_call": 0}, None) == 0, (desk.folder / "life.log").read_text()
            self._calls = int((desk.folder / "calls").read_text())
            return _counts(desk)

    def _recover(self, desk: DeskUnderTest, tally: Tally, told: str, most_copies: int = 1) -> None:
        """The next run needs no repair; the one after it finds nothing to do."""
        for _ in range(2):
            status = self._life(desk, {"offset": LATER}, None)
            if status != 0:
                tally.problems.append(f"{told}: the next run ended with {status}: {_tail(desk)}")
                return
            counts = _counts(desk)
            if counts != self.expected:
                tally.problems.append(f"{told}: {counts} instead of {self.expected}")
        tally.messages += self.expected.messages
        tally.lost += max(0, self.expected.messages - counts.messages)
        tally.doubled += max(0, counts.messages - self.expected.messages)
        self._check_sent(desk, tally, told, most_copies)
        _check_store(desk, tally, told)

    def _check_sent(self, desk: DeskUnderTest, tally: Tally, told: str, most_copies: int) -> None:
        accepted = [_id_of(one.raw) for one in self._smtp.accepted]
        for message_id, state, is_filed in _outbox(desk):
            times, copies = accepted.count(message_id), self._copies(desk, message_id)
            tally.sent += state == "sent"
            tally.uncertain += state == "uncertain"
            tally.doubled += max(0, times - 1)
            is_right = times == 1 if state == "sent" else times <= 1 and state == "uncertain"
            if not is_right or copies > most_copies or (is_filed and not copies):
                tally.problems.append(f"{told}: {message_id} is {state}, accepted {times} times, {copies} copies")

    def _copies(self, desk: DeskUnderTest, message_id: str) -> int:
        self._imap.select(f"{desk.mailboxes[0].folder}-sent", readonly=True)
        _, found = self._imap.search(None, "HEADER", "Message-ID", f"<{message_id}>")
        self._imap.unselect()
        return len((found[0] or b"").split())

    def _life(self, desk: DeskUnderTest, fault: Mapping[str, Any], kill_after: float | None) -> int:
        pid = self._begin(desk, fault)
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)
        status = self._zygote.wait(pid)
        assert status is not None
        return status

    def _begin(self, desk: DeskUnderTest, fault: Mapping[str, Any]) -> int:
        passwords = {name: value for name, value in desk.environment.items() if name.startswith("PASSWORD_")}
        return self._zygote.begin(desk.folder, passwords, fault)

    def _desk(self, name: str, imap_port: int) -> DeskUnderTest:
        sent = f'sent_folder = "{self._name}-{name}-sent"'
        box = MailboxConfig(USER, folder=f"{self._name}-{name}", more=sent)
        store = self._databases.url(name) if self._databases is not None else "sqlite:///desk.sqlite3"
        return DeskUnderTest(self._folder / name, _Port(imap_port), self._smtp.port, [box], store)  # type: ignore[arg-type]

    @contextmanager
    def _case(self, imap_port: int | None) -> Iterator[DeskUnderTest]:
        self._number += 1
        desk = self._desk(str(self._number), imap_port or self._mail_server.ports.imap)
        if self._databases is not None:
            self._databases.copy(desk.store)
        else:
            shutil.copyfile(self._template.config / "desk.sqlite3", desk.config / "desk.sqlite3")
        folders = (desk.mailboxes[0].folder, f"{desk.mailboxes[0].folder}-sent")
        for folder in folders:
            self._imap.create(folder)
        for raw in LETTERS:
            self._imap.append(folders[0], "", imaplib.Time2Internaldate(time.time()), raw)
        yield desk
        for folder in folders:
            self._imap.delete(folder)
        shutil.rmtree(desk.folder)
        if self._databases is not None:
            self._databases.drop(desk.store)
        self._smtp.accepted.clear()


class Databases:
    """Copies of one database on a server of PostgreSQL, made and dropped case by case."""

    def __init__(self, server: str, prefix: str) -> None:
        self._server = server
        self._prefix = prefix

    def url(self, name: str) -> str:
        return f"{self._server}/{self._prefix}_{name}"

    def make(self, url: str) -> None:
        self._run(f"CREATE DATABASE {url.rpartition('/')[2]}")

    def copy(self, url: str) -> None:
        self._run(f"CREATE DATABASE {url.rpartition('/')[2]} TEMPLATE {self._prefix}_template")

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass
class _Ports:
    imap: int


class _Port:
    """As much of a mail server as a configuration needs."""

    password = PASSWORD

    def __init__(self, imap: int) -> None:
        self.ports = _Ports(imap)


@contextmanager
def _locked(desk: DeskUnderTest) -> Iterator[None]:
    with closing(sqlite3.connect(desk.config / "desk.sqlite3", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _counts(desk: DeskUnderTest) -> Counts:
    tables = ("raw_message", "delivery", "message", "work_item", "draft", "outbox")
    where = {"message": " WHERE direction = 'inbound'"}
    count = "(SELECT count(*) FROM {}{})"
    counted = ", ".join(count.format(table, where.get(table, "")) for table in tables)
    return Counts(*_rows(desk, f"SELECT {counted}")[0])


def _outbox(desk: DeskUnderTest) -> list[tuple[str, str, bool]]:
    return [
        (row[0], row[1], bool(row[2])) for row in _rows(desk, "SELECT message_id_header, state, is_filed FROM outbox")
    ]


def _check_store(desk: DeskUnderTest, tally: Tally, told: str) -> None:
    whole = _rows(desk, "PRAGMA quick_check")[0][0] if desk.store.startswith("sqlite") else "ok"
    missing = _rows(desk, "SELECT coalesce(max(missing), -1) FROM balance_check")[0][0]
    waiting = _rows(desk, "SELECT count(*) FROM raw_message WHERE state = 'waiting'")[0][0]
    engine = open_engine(_url(desk))
    findings = verify(sealed_entries(engine)).findings
    engine.dispose()
    if (whole, missing, waiting, findings) != ("ok", 0, 0, ()):
        tally.problems.append(f"{told}: store {whole}, {missing} missing, {waiting} waiting, record {findings}")


def _rows(desk: DeskUnderTest, query: str) -> list[tuple[Any, ...]]:
    engine = open_engine(_url(desk))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return found


def _is_held(desk: DeskUnderTest) -> bool:
    """Whether somebody is in the midst of writing to the store. PostgreSQL holds rows, never all of it."""
    if not desk.store.startswith("sqlite"):
        return False
    with closing(sqlite3.connect(desk.config / "desk.sqlite3", isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
    return False


def _url(desk: DeskUnderTest) -> str:
    return f"sqlite:///{desk.config / 'desk.sqlite3'}" if desk.store.startswith("sqlite") else desk.store


def _id_of(raw: bytes) -> str:
    return raw.partition(b"Message-ID: <")[2].partition(b">")[0].decode()


def _tail(desk: DeskUnderTest) -> str:
    return (desk.folder / "life.log").read_text()[-1500:]
