"""A seeded stream of credit mail, written straight into a Maildir. A smaller corpus begins a larger one."""

from __future__ import annotations

import csv
import itertools
import os
import shutil
import statistics
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks import letters, mime
from benchmarks.letters import Correspondent, Matter

SEED = 20_260_101
BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
APART = timedelta(seconds=97)
CUSTOMERS = 500
# Replies go to one of so many recent conversations.
REMEMBERED = 400

REPLIES, FORWARDS, AUTOMATIC, BROKEN = 0.35, 0.08, 0.04, 0.003
WITH_PDF, GERMAN, WITH_LOGO = 0.10, 0.22, 0.12


@dataclass(frozen=True, slots=True)
class _Conversation:
    about: Matter
    writer: Correspondent
    ids: tuple[str, ...]
    text: str
    at: datetime


class Corpus:
    """Iterate over it for raw messages, without an end."""

    def __init__(self, seed: int = SEED) -> None:
        self._dice = Random(seed)  # noqa: S311 - a corpus, not a key
        self._people = letters.customers(CUSTOMERS)
        self._recent: deque[_Conversation] = deque(maxlen=REMEMBERED)
        self._broken = itertools.count()

    def __iter__(self) -> Iterator[bytes]:
        for number in itertools.count():
            at = BEGIN + number * APART
            whole = self._next(at, f"<{number:06}.{self._dice.randbytes(6).hex()}@mail.example>")
            if self._dice.random() < BROKEN:
                whole = mime.broken(next(self._broken), whole, self._dice)
            yield whole

    def _next(self, at: datetime, own_id: str) -> bytes:
        roll = self._dice.random()
        if not self._recent or roll > REPLIES + FORWARDS + AUTOMATIC:
            return self._first(at, own_id)
        before = self._dice.choice(self._recent)
        if roll < REPLIES:
            return self._reply(before, at, own_id)
        if roll < REPLIES + FORWARDS:
            return self._forward(before, at, own_id)
        return self._automatic(before, at, own_id)

    def _first(self, at: datetime, own_id: str) -> bytes:
        writer = self._dice.choice(self._people)
        about = letters.matter(self._dice, writer, is_german=self._dice.random() < GERMAN)
        text = letters.first_letter(self._dice, about, writer)
        self._recent.append(_Conversation(about, writer, (own_id,), text, at))
        return self._message(writer, about.subject, text, at, (own_id,))

    def _reply(self, before: _Conversation, at: datetime, own_id: str) -> bytes:
        text = letters.answer(self._dice, before.about, before.writer)
        whole = letters.quoted(text, before.text, before.writer, before.at)
        ids = (*before.ids[-6:], own_id)
        self._recent.append(_Conversation(before.about, before.writer, ids, whole, at))
        return self._message(before.writer, f"Re: {before.about.subject}", whole, at, ids)

    def _forward(self, before: _Conversation, at: datetime, own_id: str) -> bytes:
        note = self._dice.choice(("FYI", "Please handle.", "See below, can you help?", "Zur Kenntnis"))
        colleague = Correspondent("Dana Whitfield", "dana.whitfield@northgate.example", "Sales", "Northgate", "")
        subject = f"FW: {before.about.subject}"
        if self._dice.random() < 0.5:
            text = letters.forwarded(note, before.about, before.text, before.writer, before.at)
            return self._message(colleague, subject, text, at, (own_id,))
        inner = self._message(before.writer, before.about.subject, before.text, before.at, before.ids[-1:])
        parts = [mime.text_part(note, self._dice), b"Content-Type: message/rfc822\r\n\r\n" + inner]
        body = mime.multipart("mixed", parts, self._dice)
        return mime.message(self._head(colleague, subject, at, (own_id,)), body)

    def _automatic(self, before: _Conversation, at: datetime, own_id: str) -> bytes:
        writer = before.writer
        if self._dice.random() < 0.5:
            subject = f"Automatic reply: {before.about.subject}"
            head = [*self._head(writer, subject, at, (own_id,)), b"Auto-Submitted: auto-replied"]
            return mime.message(head, mime.body_of("I am out of the office until Monday.", self._dice))
        robot = Correspondent("Mail Delivery System", "mailer-daemon@mx.example", "", "", "")
        returned = self._message(writer, before.about.subject, before.text, before.at, before.ids[-1:])
        head = self._head(robot, "Undelivered Mail Returned to Sender", at, (own_id,))
        return mime.message(head, mime.bounce(writer.email, returned, self._dice))

    def _message(self, writer: Correspondent, subject: str, text: str, at: datetime, ids: Sequence[str]) -> bytes:
        body = mime.body_of(text, self._dice)
        parts = [body]
        if self._dice.random() < WITH_LOGO:
            parts.append(mime.file_part("image001.png", "image/png", mime.logo(self._dice), inline=True))
        if self._dice.random() < WITH_PDF:
            parts.append(mime.file_part("invoice.pdf", "application/pdf", mime.pdf(self._dice)))
        if len(parts) > 1:
            body = mime.multipart("mixed", parts, self._dice)
        return mime.message(self._head(writer, subject, at, ids), body)

    def _head(self, writer: Correspondent, subject: str, at: datetime, ids: Sequence[str]) -> list[bytes]:
        fields = [
            ("From", f"{writer.name} <{writer.email}>"),
            ("To", f"Northgate Credit <{mime.DESK}>"),
            ("Subject", subject),
            ("Message-ID", ids[-1]),
        ]
        if len(ids) > 1:
            fields += [("In-Reply-To", ids[-2]), ("References", "\r\n ".join(ids[:-1]))]
        return mime.head_of(fields, self._dice, at)


def small_mail(count: int) -> Iterator[bytes]:
    """Plain mail of 0.8 kB, for a mailbox that is only looked at."""
    people = letters.customers(CUSTOMERS)
    for number in range(count):
        writer = people[number % len(people)]
        head = f"From: {writer.name} <{writer.email}>\r\nTo: {mime.DESK}\r\nSubject: Invoice INV-{number}\r\n"
        head += f"Message-ID: <small-{number}@mail.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        yield head.encode() + b"Please send us a copy of the invoice named above, we need it for our books.\r\n" * 7


def write_maildir(messages: Iterator[bytes], folder: Path, owner: tuple[str, str] | None = None) -> list[int]:
    """Write them in order, as mail that arrived over the year. The size of each."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sizes: list[int] = []
    for number, raw in enumerate(messages):
        arrived = (BEGIN + number * APART).timestamp()
        path = folder / "cur" / f"{int(arrived)}.M{number:06}.corpus,S={len(raw)}:2,"
        path.write_bytes(raw)
        os.utime(path, (arrived, arrived))
        sizes.append(len(raw))
    if owner is not None and os.geteuid() == 0:
        for path in (folder, folder / "cur", folder / "new", folder / "tmp"):
            shutil.chown(path, *owner)
    return sizes


def take(count: int) -> Iterator[bytes]:
    return itertools.islice(Corpus(), count)


def shape_of(sizes: Sequence[int]) -> str:
    cuts = statistics.quantiles(sizes, n=100)
    mean, median = statistics.mean(sizes), statistics.median(sizes)
    return (
        f"{len(sizes):,} messages, {sum(sizes) / 1e6:.0f} MB, median {median / 1000:.1f} kB, "
        f"mean {mean / 1000:.1f} kB, p90 {cuts[89] / 1000:.0f} kB, p99 {cuts[98] / 1000:.0f} kB"
    )


def write_customers(path: Path) -> None:
    """The customers behind the corpus, as the ERP would export them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Customer No", "Customer Name", "Terms", "State", "Language", "Domains", "Emails"])
        for one in letters.customers(CUSTOMERS):
            rows.writerow([one.number, one.company, "NET30", "TX", "en", one.email.partition("@")[2], one.email])


def write_invoices(path: Path) -> None:
    """An invoice for every number that the corpus can name."""
    dice = Random(SEED)  # noqa: S311 - a corpus, not a key
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Invoice No", "Customer No", "Invoice Date", "Due Date", "Amount", "Balance", "Status"])
        for number in range(10_000, 40_000):
            amount = f"{dice.randrange(100, 60_000)}.00"
            customer = f"C-{10_000 + dice.randrange(CUSTOMERS)}"
            rows.writerow([f"INV-{number}", customer, "2026-01-02", "2026-02-01", amount, amount, "Open"])
