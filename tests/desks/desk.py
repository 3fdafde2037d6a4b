"""The desk under test: its configuration on real servers, its commands as real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli.main import cli
from bot.errors import BotError
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long password"

BOT = """\
[company]
name = "Northgate"
domains = ["northgate.example"]

[store]
url = "{store}"

[outgoing]
host = "127.0.0.1"
port = {smtp}
tls = "none"

[engine]
send_every = "1s"
sweep_every = "1s"
"""

MAILBOX = """\
[{slug}]
address = "{slug}@northgate.example"
protocol = "imap"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{slug}"
password_env = "PASSWORD_{variable}"
folder = "{folder}"
start = "{start}"
poll_every = "30s"
timeout = "10s"
{more}

"""


@dataclass
class MailboxConfig:
    slug: str
    folder: str = "INBOX"
    start: str = "all"
    password: str = MailServer.password
    more: str = ""


@dataclass
class DeskUnderTest:
    """Write the configuration, run commands, read lists. `folder` is where the desk keeps everything."""

    folder: Path
    mail_server: MailServer
    smtp_port: int
    mailboxes: list[MailboxConfig] = field(default_factory=lambda: [MailboxConfig("icc")])
    store: str = "sqlite:///desk.sqlite3"

    def __post_init__(self) -> None:
        self.write_config()

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def environment(self) -> Mapping[str, str]:
        passwords = {f"PASSWORD_{_variable(one.slug)}": one.password for one in self.mailboxes}
        return {**os.environ, **passwords, "CREDITDESK_CONFIG": str(self.config), "PYTHONPATH": str(ROOT)}

    def write_config(self) -> None:
        self.config.mkdir(parents=True, exist_ok=True)
        (self.config / "bot.toml").write_text(BOT.format(store=self.store, smtp=self.smtp_port))
        tables = [
            MAILBOX.format(
                slug=one.slug,
                port=self.mail_server.ports.imap,
                variable=_variable(one.slug),
                folder=one.folder,
                start=one.start,
                more=one.more,
            )
            for one in self.mailboxes
        ]
        (self.config / "mailboxes.toml").write_text("".join(tables))

    def command(self, *words: str | Path, stdin: bytes = b"", expect: int | None = 0) -> str:
        """Run `creditdesk` with these words in this process; what it printed.

        Another exit status than `expect` fails the test.
        """
        done = CliRunner().invoke(cli, [str(word) for word in words], input=stdin, env=dict(self.environment))
        if done.exception is not None and not isinstance(done.exception, SystemExit | BotError):
            raise done.exception
        status = 1 if isinstance(done.exception, BotError) else done.exit_code
        printed = f"{done.output}{done.exception if isinstance(done.exception, BotError) else ''}"
        if expect is not None:
            assert status == expect, f"creditdesk {words} exited {status}:\n{printed}"
        return printed

    def process(self, *words: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run `creditdesk` with these words in a process of its own, as a shell would."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *map(str, words)],
            input=stdin,
            capture_output=True,
            env=dict(self.environment),
            cwd=self.folder,
            timeout=120,
            check=False,
        )

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.command(*words, "--json").splitlines() if line.startswith("{")]

    def add_user(self, name: str = "kim", role: str = "approver") -> None:
        self.command("user", "add", name, "--role", role, "--password-stdin", stdin=f"{PASSWORD}\n".encode())

    @contextmanager
    def running(self) -> Iterator[RunningDesk]:
        """`creditdesk run` as a process, ended by SIGTERM; the test fails unless it ends well."""
        port = _free_port()
        log = self.folder / "run.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run", "--port", str(port)],
                stdout=file,
                stderr=file,
                env=dict(self.environment),
                cwd=self.folder,
            )
            try:
                desk = RunningDesk(f"http://127.0.0.1:{port}", process, log)
                desk.wait_until_up()
                yield desk
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=40) == 0, log.read_text()
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()


@dataclass
class RunningDesk:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_until_up(self, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310 (our own loopback address)
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the desk did not come up:\n{self.log.read_text()}")


def mail_desk(folder: Path, mail_server: MailServer, smtp_server: SmtpServer, **changes: Any) -> DeskUnderTest:
    return DeskUnderTest(folder, mail_server, smtp_server.port, **changes)


def _variable(slug: str) -> str:
    return slug.upper().replace("-", "_")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
