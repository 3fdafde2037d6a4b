"""What parsing made of a raw message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.mail.address import Address
from bot.mail.authentication import AuthenticationResult


@dataclass(frozen=True, slots=True)
class Attachment:
    """One enclosed file. `content_type` is decided by content where the bytes tell, `text` is what could be read.

    `content` is there only where attachments were asked for; `sha256` is "" where a large file was left encoded.
    """

    name: str
    content_type: str
    size: int
    sha256: str
    content: bytes = field(repr=False, default=b"")
    is_inline: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A message inside the message: a forward as attachment, or the returned mail of a bounce."""

    sender: Address | None
    subject: str
    message_id_header: str
    sent_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A parsed RFC 5322 message. Strings carry no NUL and no lone surrogates, so that any database takes them.

    `senders` holds every address of From, in order; `sender` is the only one, or None where there is none or more.
    `message_id_header` is the header without brackets, "" where absent or unusable. `references` runs from oldest to
    newest and holds In-Reply-To as its last entry. `newest_text` is what the sender wrote now; `quoted_text` what they
    quoted or forwarded; `full_text` both, as it arrived. `html` is the unsanitised HTML part, "" where there is none.
    `automatic` is None or one of auto_reply, bounce, list, receipt, challenge, spam, system.
    `flags` are words of `flag.Flag`. `authentication` is what servers on the way said of the sender.
    `original_from` is whom a list names that put its own address into From.
    """

    message_id_header: str
    references: tuple[str, ...]
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    newest_text: str
    quoted_text: str
    full_text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    automatic: str | None = None
    is_answerable: bool = True
    flags: tuple[str, ...] = ()
    # Lower-case addresses that a bounce says it could not reach, each with the server's words.
    failed_recipients: Mapping[str, str] = field(default_factory=dict)
    # The Message-IDs of what a bounce returns or a receipt is about.
    reported_ids: tuple[str, ...] = ()
    has_report: bool = False
    authentication: tuple[AuthenticationResult, ...] = ()
    original_from: tuple[Address, ...] = ()

    @property
    def sender(self) -> Address | None:
        return self.senders[0] if len(self.senders) == 1 else None
