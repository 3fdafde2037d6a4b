"""A private Dovecot that lives for one block of code and leaves nothing behind."""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mailserver.dovecot_config import OAUTH, OAUTH_ARGUMENTS, PROFILES, Ports, dovecot_conf, mail_owner

USERS = ("icc", "invoicing", "tax-exempt", "customer", "manager", "stranger")
DOMAINS = ("northgate.example", "customer.example")
PASSWORD = "correct horse"
HOST = "127.0.0.1"

# The program that proves it, and the Debian package that has it.
NEEDED = {
    "dovecot": "dovecot-core",
    "doveadm": "dovecot-core",
    "imap": "dovecot-imapd",
    "lmtp": "dovecot-lmtpd",
    "sievec": "dovecot-sieve",
    "openssl": "openssl",
}
PROGRAM_FOLDERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/lib/dovecot"))
STARTS = 3


class MailServerError(RuntimeError):
    """The test mail server cannot run here."""


def program(name: str) -> str:
    missing = sorted({package for needed, package in NEEDED.items() if not shutil.which(needed, path=PROGRAM_FOLDERS)})
    if missing:
        raise MailServerError(
            f"the tests need a mail server: apt-get install --no-install-recommends {' '.join(missing)}"
        )
    return str(shutil.which(name, path=PROGRAM_FOLDERS))


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


class MailServer:
    """Use it as a context manager: `with MailServer() as server: ...`."""

    host = HOST
    password = PASSWORD

    def __init__(self, profile: str = "dovecot", *, directory: tuple[str, str] | None = None) -> None:
        """`directory` has the address of one that gives tokens, and the file with its certificate."""
        self.profile = profile
        self._directory = directory
        self.ports = Ports(0, 0, 0)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._dovecot = program("dovecot")
        self.folder = Path(tempfile.mkdtemp(prefix="mail-"))
        try:
            self._prepare()
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def ca_file(self) -> str:
        return str(self.folder / "cert.pem")

    @property
    def key_file(self) -> str:
        return str(self.folder / "key.pem")

    @contextlib.contextmanager
    def imap(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A plain connection, logged in, as a colleague's mail program would have it."""
        with imaplib.IMAP4(HOST, self.ports.imap, timeout=10) as connection:
            connection.login(user, PASSWORD)
            yield connection

    def deliver(self, to: str, raw: bytes, sender: str = "someone@customer.example") -> None:
        """By LMTP, so that the recipient's Sieve script runs."""
        with smtplib.LMTP(HOST, self.ports.lmtp, local_hostname="localhost") as lmtp:
            refused = lmtp.sendmail(sender, [to], raw, mail_options=["BODY=8BITMIME"])
        if refused:
            raise MailServerError(f"not delivered: {refused}")

    def append(
        self, user: str, raw: bytes, folder: str = "INBOX", received_at: datetime | None = None, flags: str = ""
    ) -> None:
        """Put a message straight into a folder, with any INTERNALDATE and flags."""
        with self.imap(user) as connection:
            date = imaplib.Time2Internaldate(received_at) if received_at else ""
            kind, answer = connection.append(folder, flags, date, raw)
        if kind != "OK":
            raise MailServerError(f"not appended: {answer!r}")

    def install_sieve(self, user: str, script: str) -> None:
        """Make this the user's only script; a mistake in it is told at once."""
        home = self.folder / "home" / user
        (home / "sieve").mkdir(exist_ok=True)
        path = home / "sieve" / "test.sieve"
        path.write_text(script)
        checked = subprocess.run(
            [program("sievec"), "-c", str(self._conf), str(path)], capture_output=True, text=True, check=False
        )
        if checked.returncode:
            raise MailServerError(f"the Sieve script has a mistake: {checked.stderr}")
        active = home / "active.sieve"
        active.unlink(missing_ok=True)
        active.symlink_to("sieve/test.sieve")
        self._hand_over(home)

    def clear(self, user: str) -> None:
        """Empty the account: its messages, its folders but INBOX, its Sieve script. UIDs go on counting."""
        if not self._is_used(user):
            return
        (self.folder / "home" / user / "active.sieve").unlink(missing_ok=True)
        with self.imap(user) as connection:
            names = [line.decode().partition(' "/" ')[2] for line in connection.list()[1] if isinstance(line, bytes)]
            # From the inmost outwards: a folder with folders in it cannot be deleted.
            for name in sorted(names, reverse=True):
                kind, count = connection.select(name)
                if kind == "OK":
                    if count != [b"0"]:
                        connection.store("1:*", "+FLAGS.SILENT", "\\Deleted")
                    connection.close()
                if name != "INBOX":
                    connection.delete(name)

    def new_uidvalidity(self, user: str, uidvalidity: int) -> None:
        """As after a restored backup or a move to another server: the same messages under new numbers."""
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(uidvalidity), "INBOX")

    def kick(self, user: str) -> None:
        """Cut every IMAP connection of a user, as a restarted server or a firewall does."""
        self._doveadm("kick", user)

    def _doveadm(self, *arguments: str) -> None:
        done = subprocess.run(
            [program("doveadm"), "-c", str(self._conf), *arguments], capture_output=True, text=True, check=False
        )
        # 68 says that there was nobody to kick.
        if done.returncode not in (0, 68):
            raise MailServerError(f"doveadm {arguments[0]} failed: {done.stderr}")

    @property
    def _conf(self) -> Path:
        return self.folder / "dovecot.conf"

    def _prepare(self) -> None:
        if len(str(self.folder)) > 60:
            raise MailServerError(f"{self.folder} is too long a name for Unix sockets; set TMPDIR to a shorter one")
        self.folder.chmod(0o755)
        self._make_certificate()
        for name in ("run", "state", "log", *(f"home/{user}" for user in USERS)):
            (self.folder / name).mkdir(parents=True)
        owner = pwd.getpwnam(mail_owner().user)
        homes = self.folder / "home"
        lines = [f"{user}:{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{homes / user}::\n" for user in USERS]
        (self.folder / "users").write_text("".join(lines))
        self._hand_over(homes)

    def _is_used(self, user: str) -> bool:
        home = self.folder / "home" / user
        own_folders = {path.name.removeprefix(".") for path in (home / "Maildir").glob(".*") if path.is_dir()}
        has_mail = any(",S=" in path.name for path in (home / "Maildir").rglob("*"))
        return has_mail or (home / "active.sieve").is_symlink() or bool(own_folders - set(PROFILES[self.profile][0]))

    def _make_certificate(self) -> None:
        kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        files = ["-keyout", self.key_file, "-out", self.ca_file]
        subprocess.run([program("openssl"), "req", *kind, *names, *files], check=True, capture_output=True)

    def _hand_over(self, folder: Path) -> None:
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                if not path.is_symlink():
                    shutil.chown(path, *mail_owner())

    def _start(self) -> None:
        for _ in range(STARTS):
            self.ports = Ports(free_port(), free_port(), free_port())
            self._conf.write_text(dovecot_conf(self.folder, self.ports, self.profile) + self._oauth())
            with (self.folder / "log" / "start.log").open("wb") as log:
                self._process = subprocess.Popen(
                    [self._dovecot, "-F", "-c", str(self._conf)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            if self._answers():
                return
            self._end_process()
        raise MailServerError(f"Dovecot did not start:\n{self.log()}")

    def _oauth(self) -> str:
        if self._directory is None:
            return ""
        url, ca_file = self._directory
        # Dovecot asks as another user, who may not read the files of the tests.
        own = self.folder / "directory.pem"
        own.write_text(Path(ca_file).read_text().partition("-----END PRIVATE KEY-----\n")[2])
        own.chmod(0o644)
        (self.folder / "oauth2.conf").write_text(OAUTH_ARGUMENTS.format(directory=url, ca_file=own))
        return OAUTH.format(folder=self.folder)

    def _answers(self, seconds: float = 10) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                for port in self.ports:
                    socket.create_connection((HOST, port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return True
        return False

    def log(self) -> str:
        """What Dovecot has written, for the message of a test that failed."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.folder / "log").glob("*.log")))

    def _stop(self) -> None:
        self._end_process()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_process(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
