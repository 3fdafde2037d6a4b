"""A draft → the mail that the customer gets. The preview and the approval ask the same function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.desk.draft import Draft, DraftFile, DraftText
from bot.desk.outbox import Way
from bot.errors import RuleViolationError
from bot.mail.address import Address
from bot.mail.compose import Outgoing, Quoted
from bot.mail.message import Attachment
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.stored import StoredMessage


@dataclass(frozen=True, slots=True)
class Letterhead:
    """In whose name replies leave. `addresses` maps each mailbox to its own; `sender` replaces it in From where set."""

    company: str
    team: str
    addresses: Mapping[str, str]
    sender: str
    own_addresses: frozenset[str]
    secret: bytes
    time_zone: str
    # Where word to our own people may go.
    own_domains: tuple[str, ...] = ()
    # Whoever wrote a text that names more than this may not approve it alone.
    second_person_above: Decimal = Decimal(10000)
    # How long an approved mail stays here before it may leave, so that the approval can be taken back.
    held_for: timedelta = timedelta(0)
    # The mailboxes whose approved mail people send themselves from the Drafts folder.
    in_drafts: frozenset[str] = frozenset()

    def way_of(self, mailbox: str) -> Way:
        return Way.DRAFTS if mailbox in self.in_drafts else Way.SEND

    def sender_for(self, mailbox: str) -> tuple[Address, Address | None]:
        """From, and Reply-To where answers must go elsewhere: back to the mailbox that the desk reads."""
        own = self.addresses.get(mailbox)
        if own is None:
            raise RuleViolationError(f"mailboxes.toml has no mailbox {mailbox} any more, which this answer belongs to")
        name = f"{self.company} {self.team}"
        if self.sender and self.sender.lower() != own.lower():
            return Address(name, self.sender), Address(name, own)
        return Address(name, own), None


def outgoing_of(uow: UnitOfWork, draft: Draft, message_id: str, now: datetime, letterhead: Letterhead) -> Outgoing:
    """Everything that goes into the bytes, but for the contents of its files."""
    sender, reply_to = letterhead.sender_for(draft.mailbox)
    zone = ZoneInfo(letterhead.time_zone)
    answered = uow.messages.get(draft.reply_to_message_id) if draft.reply_to_message_id is not None else None
    return Outgoing(
        sender=sender,
        to=tuple(Address("", one) for one in draft.text.to),
        cc=tuple(Address("", one) for one in draft.text.cc),
        reply_to=reply_to,
        subject=draft.text.subject,
        body=draft.text.body,
        sent_at=now.astimezone(zone),
        message_id_header=message_id,
        in_reply_to=answered.message_id_header if answered else "",
        references=_references(answered),
        quoted=_quoted(answered, zone),
    )


def with_files(uow: UnitOfWork, outgoing: Outgoing, files: tuple[DraftFile, ...]) -> Outgoing:
    attachments = tuple(
        Attachment(one.name, one.content_type, one.size, one.sha256, uow.files.get(one.sha256)) for one in files
    )
    return replace(outgoing, attachments=attachments)


def preview(draft_id: int, text: DraftText, *, store: Store, clock: Clock, letterhead: Letterhead) -> Outgoing:
    """The mail that approving this text now would send. Nothing is stored."""
    with store.look() as uow:
        draft = replace(uow.drafts.get(draft_id), text=text)
        return outgoing_of(uow, draft, "preview@invalid", clock.now(), letterhead)


def _references(answered: StoredMessage | None) -> tuple[str, ...]:
    if answered is None:
        return ()
    chain = (*answered.references, answered.message_id_header)
    return tuple(dict.fromkeys(one for one in chain if one))


def _quoted(answered: StoredMessage | None, zone: tzinfo) -> Quoted | None:
    if answered is None or not answered.newest_text.strip():
        return None
    written_at = (answered.sent_at or answered.received_at).astimezone(zone)
    return Quoted(str(answered.sender), written_at, answered.newest_text)
