"""A mail from a mailbox to itself, followed all the way round: by it an administrator proves that a mailbox works.

Nothing is stored. A desk that watches the mailbox meanwhile knows the mail for what it is, and leaves it aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.errors import BotError, MailboxUnreachableError
from bot.mail.cursor import BatchLimits, Cursor, Fetched, Start
from bot.ports import Clock, Mailbox, Sender, SentFolder
from bot.steps.canary import TRIAL
from bot.steps.operator_mail import Notice, Operator, send_notice

# How long one wait for news lasts, of those that make up the patience.
WAIT_SECONDS = 5.0
_TEXT = "This is a trial: the desk sent this mail to the mailbox itself, to see that it arrives. It can be deleted.\n"


@dataclass(frozen=True, slots=True)
class ExercisePorts:
    mailbox: Mailbox
    sent_folder: SentFolder
    sender: Sender
    clock: Clock


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was tried, and what came of it."""

    what: str
    told: str
    is_good: bool = True


def exercise_mailbox(
    address: str, ports: ExercisePorts, operator: Operator, patience: timedelta, *, settles: bool
) -> Iterator[Proof]:
    """Each proof when it is there; the first that fails is the last."""
    own = replace(operator, sender=address)
    notice = Notice((address,), "Creditdesk trial", _TEXT, own.new_id(TRIAL))
    what = "opening the mailbox"
    try:
        yield Proof(what, ports.mailbox.check())
        what = "looking at what is there"
        before = ports.mailbox.fetch(None, Start(ports.clock.now()), BatchLimits())
        yield Proof(what, "nothing was changed there")
        what = f"sending from {address} to itself"
        raw, receipt = send_notice(notice, ports.clock.now(), operator=own, sender=ports.sender)
        yield Proof(what, receipt.answer)
        what = "finding its copy in the folder of sent mail"
        yield Proof(what, _copy(notice.message_id_header, raw, ports.sent_folder, is_filed=receipt.is_filed))
        what = "reading it where the desk reads mail"
        arrived = _arrived(notice.message_id_header, before.cursor, ports, patience)
        yield Proof(what, f"{arrived.size:,} bytes, with its Message-ID")
        if settles:
            what = "moving or marking it, as after_store says"
            ports.mailbox.settle([arrived.pointer])
            yield Proof(what, "done")
    except BotError as error:
        yield Proof(what, str(error), is_good=False)


def _copy(message_id_header: str, raw: bytes, sent_folder: SentFolder, *, is_filed: bool) -> str:
    if not is_filed:
        sent_folder.add(raw)
    if not sent_folder.holds(message_id_header):
        raise MailboxUnreachableError("it is not there: what was sent could not be told from what was not")
    return "the server filed it" if is_filed else "the desk filed it"


def _arrived(message_id_header: str, cursor: Cursor, ports: ExercisePorts, patience: timedelta) -> Fetched:
    until = ports.clock.now() + patience
    while True:
        batch = ports.mailbox.fetch(cursor, Start(None), BatchLimits())
        cursor = batch.cursor
        for each in batch.fetched:
            if f"<{message_id_header}>".encode() in (each.raw or b""):
                return each
        if not batch.has_more and ports.clock.now() >= until:
            raise MailboxUnreachableError(
                f"it did not arrive within {patience.total_seconds():.0f} s; see the folder, and the rule that fills it"
            )
        if not batch.has_more:
            ports.mailbox.wait_for_news(WAIT_SECONDS)
