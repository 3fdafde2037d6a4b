"""A desk to be measured: its configuration, its ledger, and the mail server that it reads from."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import corpus
from bot.bootstrap import Desk, build
from bot.erp.mapping_file import read_mapping
from bot.erp.table_file import read_table
from bot.ledger.rows import read_rows
from bot.log import set_up
from bot.settings import load
from bot.steps.import_ledger import import_ledger
from tests.mailserver.dovecot_config import mail_owner
from tests.mailserver.server import MailServer

USER = "icc"
PASSWORD = "CREDITDESK_ICC_PASSWORD"


def fill(server: MailServer, count: int, user: str = USER, *, is_small: bool = False) -> list[int]:
    """Put the corpus into the user's INBOX. The size of each message."""
    messages = corpus.small_mail(count) if is_small else corpus.take(count)
    owner = mail_owner()
    return corpus.write_maildir(messages, server.folder / "home" / user / "Maildir", (owner.user, owner.group))


@contextlib.contextmanager
def configured(
    server: MailServer, *, start: str = "all", tls: str = "none", user: str = USER, is_encoder_on: bool = True
) -> Iterator[Path]:
    """A configuration folder for one mailbox on the server, with its store beside it."""
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        folder = Path(name)
        port = server.ports.imaps if tls == "implicit" else server.ports.imap
        (folder / "bot.toml").write_text(
            '[company]\nname = "Northgate"\ndomains = ["northgate.example"]\n'
            f"[sorting]\nencoder = {str(is_encoder_on).lower()}\n"
        )
        (folder / "mailboxes.toml").write_text(
            f'[{USER}]\naddress = "{USER}@northgate.example"\nhost = "{server.host}"\nport = {port}\ntls = "{tls}"\n'
            f'user = "{user}"\npassword_env = "{PASSWORD}"\nstart = "{start}"\nca_file = "{server.ca_file}"\n'
        )
        yield folder


def secrets(server: MailServer) -> dict[str, str]:
    return {PASSWORD: server.password}


@contextlib.contextmanager
def opened(folder: str) -> Iterator[Desk]:
    """The desk of that configuration, as a command opens it."""
    set_up("error")
    desk = build(load(Path(folder)))
    try:
        yield desk
    finally:
        desk.close()


def warm_up(desk: Desk) -> None:
    """What a desk does once in its life: start the parser, compile templates, lay out calendars, load the model."""
    desk.parser.parse_many([b"Subject: warm\r\n\r\nup\r\n"])
    desk.renderer.warm_up()
    now = desk.clock.now()
    for calendar in desk.settings.calendars.values():
        for year in (now.year - 1, now.year):
            calendar.year(year)
    desk.sorter.warm_up()


def import_customers(desk: Desk) -> None:
    """A ledger of 500 customers and 30,000 invoices, so that look-ups find what they would find in a real one."""
    folder = desk.settings.folder
    corpus.write_customers(folder / "customers.csv")
    corpus.write_invoices(folder / "invoices.csv")
    mapping = read_mapping(desk.settings.ledger_file)
    for kind in ("customers", "invoices"):
        read = read_rows(kind, read_table(folder / f"{kind}.csv", None), mapping)
        assert not read.refused, read.refused[:3]
        import_ledger(kind, read, f"{kind}.csv", "benchmark", store=desk.store, clock=desk.clock)


def prepare(folder: str) -> None:
    """Make the store and import the ledger: not part of any measurement."""
    with opened(folder) as desk:
        import_customers(desk)
