"""What the steps need from the world. Each contract is written once, here; adapters only point at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.desk.draft import Rendered
from bot.desk.openid import Claims, Ties
from bot.desk.verdict import Verdict
from bot.ledger.account_statement import AccountStatement
from bot.mail.compose_summary import Published
from bot.mail.cursor import Batch, BatchLimits, Cursor, Start
from bot.mail.envelope import Envelope, Receipt
from bot.mail.filed import FiledMessage
from bot.mail.message import Attachment, InboundMessage
from bot.reports.report import Chart, Report


class Clock(Protocol):
    """The time of day. Only steps ask it; decisions are handed `now`."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Mailbox(Protocol):
    """An open connection to one configured place that the desk polls. Used by one thread at a time.

    Every method may raise MailboxUnreachableError, LoginRefusedError or another BotError; never a library's own error.
    """

    def fetch(self, cursor: Cursor | None, start: Start, limits: BatchLimits) -> Batch:
        """The next messages after `cursor`, oldest first, without changing anything on the server.

        Without a cursor, or when the server no longer knows it (IMAP: UIDVALIDITY changed), everything in the folder
        that is not history by `start` is new; the caller tells known messages by content. An empty batch still carries
        the cursor to store. Messages over the size limit come without their body.
        """
        ...

    def pointers(self) -> Sequence[str]:
        """The pointers of all messages now in the folder: for the balance, not for polling."""
        ...

    def history(self, pointers: Sequence[str], cursor: Cursor) -> set[str]:
        """Those of the pointers that arrived before the set point: never fetched, and out of the balance's scope."""
        ...

    def wait_for_news(self, seconds: float) -> bool:
        """Block until something arrived since the last fetch, or since this last told (True), or the time is over."""
        ...

    def settle(self, pointers: Sequence[str]) -> None:
        """Move or mark what has been stored, where the configuration asks for it; otherwise do nothing."""
        ...

    def check(self) -> str:
        """Connect, log in, open the folder; a short sentence of what answered."""
        ...

    def close(self) -> None:
        """Give the connection back. Never raises."""
        ...


class SentFolder(Protocol):
    """The place where copies of sent mail lie, beside the mailbox they were sent from."""

    def holds(self, message_id_header: str) -> bool:
        """Whether a message with this Message-ID (without brackets) lies there."""
        ...

    def add(self, raw: bytes) -> None:
        """Put a copy there, marked as read."""
        ...

    def close(self) -> None:
        """Give the connection back. Never raises."""
        ...


class IdentityProvider(Protocol):
    """The single sign-on provider. Raises TransientError where it gives no usable answer, NotAllowedError where it
    refuses or what it says cannot be trusted.

    `redirect_uri` is the address of ours to which it sends people back, the same in both calls.
    """

    def begin(self, redirect_uri: str, ties: Ties) -> str:
        """The address of the provider at which a person logs in."""
        ...

    def finish(self, redirect_uri: str, ties: Ties, code: str) -> Claims:
        """What it says of the person who brought this code, once everything about it was checked."""
        ...

    def sign_out_url(self, back_to: str) -> str:
        """Where a person ends their log-in at the provider too; "" where it has no such place."""
        ...


class DraftsFolder(Protocol):
    """The Drafts folder of a mailbox, where its configuration says that people send approved replies themselves.

    What a person sends, changes or deletes there, no mail program tells: it shows in what lies in Drafts and in Sent.
    So an adapter puts, lists and reads, and `desk/in_drafts.py` decides what became of a reply. A mail program may give
    what it saves or sends another Message-ID than ours, so adapters list all, and filter by nothing.
    """

    def put(self, raw: bytes) -> None:
        """Put an approved message there, with its own Message-ID, marked as a draft and as read. It stays unsent.

        Raises TransientError where it certainly does not lie there, and UncertainError where it may: the connection
        died after the message and before the answer. The caller then looks with `lying` and `sent_since`.
        """
        ...

    def lying(self) -> Sequence[FiledMessage]:
        """All that lies in Drafts now, people's own drafts too. No folder yet means nothing."""
        ...

    def sent_since(self, since: datetime) -> Sequence[FiledMessage]:
        """What came into Sent at `since` or later. Earlier mail may be among it, where servers count days."""
        ...

    def read(self, filed: FiledMessage) -> bytes | None:
        """The whole of a message that was listed; None where it is gone since. Marks nothing read."""
        ...

    def close(self) -> None:
        """Give the connection back. Never raises."""
        ...


class Sender(Protocol):
    """Hands finished messages to the world, byte for byte."""

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Send once.

        Raises TransientError where nothing was accepted and a later try may work (refused connection, 4xx),
        PermanentError where it never will (5xx, every recipient refused for good), and UncertainError where the far
        side may have accepted it: the connection died after the last byte of DATA and before the answer was read.
        """
        ...

    def check(self) -> str:
        """Connect and log in without sending; a short sentence of what answered."""
        ...


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """Why a raw message could not be parsed."""

    reason: str


class Parser(Protocol):
    """Parses hostile bytes behind a limit of time and memory."""

    def parse_many(self, raws: Sequence[bytes]) -> list[InboundMessage | ParseFailure]:
        """One result for each input, in order. Whatever one of them does, the others are parsed.

        Attachments are told of, without their content.
        """
        ...

    def attachments(self, raw: bytes) -> tuple[Attachment, ...] | ParseFailure:
        """The attachments of one message, in the same order, with their content."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What the sorter is asked about one message."""

    message: InboundMessage
    side: str
    mailbox: str


class Sorter(Protocol):
    def sort_many(self, questions: Sequence[Question]) -> list[Verdict]:
        """One verdict for each question, in order."""
        ...


class Renderer(Protocol):
    """Fills the templates that people edit. Nothing of a message is ever evaluated as a template."""

    def render(
        self, name: str, language: str, values: Mapping[str, object], *, part: Literal["whole", "body"] = "whole"
    ) -> Rendered:
        """The subject and body of one reply; gaps and the facts used are told.

        `name` is a path below the template folder without language and ending, such as replies/refund/overpayment.
        Falls back to the category's default template. Raises PermanentError for a template with a mistake, naming it.
        The part "body" is the template's block of that name alone, without subject, greeting and signature: the second
        answer in a reply to two requests.
        """
        ...

    def fill(self, text: str, values: Mapping[str, object]) -> Rendered:
        """A text in which every gap whose value is known is filled; the others stay. Nothing else in it is read.

        `[[invoice number]]` is the gap of the value invoice_number.
        """
        ...

    def has(self, name: str, language: str) -> bool:
        """Whether there is such a template itself, fallbacks left aside."""
        ...


class Publisher(Protocol):
    """Reports in the forms in which people get them. The same report gives the same bytes."""

    def mail(self, report: Report) -> Published:
        """Everything that goes into its mail. Raises PermanentError for a template with a mistake, naming it."""
        ...

    def page(self, report: Report) -> str:
        """One HTML file that stands alone."""
        ...

    def workbook(self, report: Report) -> bytes:
        """An Excel workbook: the figures, and every row behind them."""
        ...

    def chart(self, report: Report, chart: Chart) -> bytes:
        """One of its charts as SVG."""
        ...


StatementForm = Literal["pdf", "xlsx"]


class Statements(Protocol):
    """Makes statements of account into files for customers."""

    def write(self, statement: AccountStatement, form: StatementForm, company: str, language: str) -> Attachment:
        """The same statement gives the same bytes. Raises PermanentError where it cannot be made."""
        ...


class InvoiceCopies(Protocol):
    """Finds what the ERP printed of an invoice."""

    def find(self, number: str) -> Attachment | None:
        """The PDF, None where there is none. Raises TransientError where nobody can tell."""
        ...
