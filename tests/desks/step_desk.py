"""A desk for step tests: a real store, the real parser, templates and catalog; the sorter says what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from bot.desk.draft import Draft
from bot.desk.example import Learning
from bot.desk.user import Role
from bot.desk.verdict import FoundFact, Scored, Verdict
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.parsing import InlineParser
from bot.ports import Question
from bot.rendering import JinjaRenderer
from bot.settings import load
from bot.steps.drafting import DeskPolicy
from bot.steps.ingest import ingest
from bot.steps.outgoing import Letterhead
from bot.steps.take_in import TakeInPorts, TakenIn, take_in
from bot.store.migrating import migrate
from bot.store.queries import DraftRow, ItemFilter, ItemRow, Queries
from bot.store.revision import NEWEST
from bot.store.unit_of_work import SqlStore

SHIPPED_CONFIG = Path(__file__).resolve().parents[2] / "config"
ACME = Customer("C1", "Acme Mills", domains=("acme.example",))
BOLT = Customer("C2", "Bolt Works", domains=("bolt.example",))
ADDRESSES = {"icc": "icc@northgate.example", "invoicing": "invoicing@northgate.example"}


@dataclass
class SteppedClock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class TellingSorter:
    """Answers from the first words of the subject: "refund/overpayment, dispute" means those two categories.

    Reply prefixes and tags are looked past; a subject without a slash is unsorted. Words that begin with INV- in the
    newest text are the invoices.
    """

    asked: int = 0

    def sort_many(self, questions: Sequence[Question]) -> list[Verdict]:
        self.asked += len(questions)
        return [self._verdict(question) for question in questions]

    def _verdict(self, question: Question) -> Verdict:
        message = question.message
        told = next((word for word in message.subject.replace("Re: ", "").split() if "/" in word), "")
        names = [one for one in told.split(",") if one]
        category, _, reason = names[0].partition("/") if names else ("unsorted", "", "")
        text = message.newest_text
        numbers = [word.strip(".,;") for word in text.split() if word.startswith("INV-")]
        facts = tuple(FoundFact("invoice", n, n, "newest_text", text.index(n), text.index(n) + len(n)) for n in numbers)
        scored = tuple(Scored(name.partition("/")[0], 0.9) for name in names)
        best = category if names else "other"
        return Verdict(category, best, 0.97, scored, reason or None, "USD", facts, (), "told")


@dataclass
class StepDesk:
    folder: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    sorter: TellingSorter = field(default_factory=TellingSorter)
    silent: frozenset[str] = frozenset()
    learning: Learning = field(default_factory=Learning)

    def __post_init__(self) -> None:
        self.store = SqlStore(f"sqlite:///{self.folder / 'desk.sqlite3'}", self.folder / "blobs")
        if self.store.revision() != NEWEST:
            migrate(self.store.engine)
        self.queries = Queries(self.store.engine)
        settings = load(SHIPPED_CONFIG, {}, needs_secrets=False)
        self.renderer = JinjaRenderer(settings.template_folders)
        own = frozenset(ADDRESSES.values())
        secret = self.store.secret()
        self.policy = DeskPolicy(
            catalog=settings.catalog,
            company="Northgate",
            team="Credit Department",
            time_zone="America/New_York",
            own_domains=("northgate.example",),
            addresses=ADDRESSES,
            own_addresses=own,
            secret=secret,
            silent=self.silent,
            learning=self.learning,
        )
        self.letterhead = Letterhead(
            "Northgate", "Credit Department", ADDRESSES, "", own, secret, "America/New_York", ("northgate.example",)
        )
        self.add_person("kim")
        self.ports = TakeInPorts(self.store, InlineParser(), self.sorter, self.renderer, self.clock)

    def close(self) -> None:
        self.store.close()

    def know(self, *invoices: tuple[str, Customer]) -> None:
        """Put both customers into the ledger, with these invoices."""
        rows = [
            Invoice(
                number,
                customer.number,
                date(2026, 10, 1),
                date(2026, 11, 1),
                Money(Decimal("1204.50")),
                Money(Decimal("1204.50")),
                "open",
            )
            for number, customer in invoices
        ]
        with self.store.begin() as uow:
            uow.ledger.save_customers([ACME, BOLT], self.clock.now())
            uow.ledger.save_invoices(rows, self.clock.now())
            uow.commit()

    def add_person(self, name: str, role: Role = Role.APPROVER) -> None:
        with self.store.begin() as uow:
            uow.users.save(name, role, "no hash", self.clock.now())
            uow.commit()

    def arrives(self, *raws: bytes, mailbox: str = "icc") -> TakenIn:
        """The messages come in and are worked off."""
        ingest(mailbox, [(raw, self.clock.now()) for raw in raws], store=self.store, clock=self.clock)
        with self.store.look() as uow:
            waiting = uow.raw.waiting(100, 10_000_000)
        return take_in(waiting, self.ports, self.policy)

    def items(self) -> list[ItemRow]:
        """Oldest first."""
        return list(reversed(self.queries.items(ItemFilter())))

    def drafts(self, state: str | None = "open") -> list[Draft]:
        return [row.draft for row in self.draft_rows(state)]

    def draft_rows(self, state: str | None = "open") -> list[DraftRow]:
        """Oldest first."""
        return list(reversed(self.queries.drafts(state)))

    def why_not_drafted(self) -> list[str]:
        return [row.after["reason"] for row in self.queries.record() if row.what == "not_drafted"]


def with_silent(folder: Path, *mailboxes: str) -> StepDesk:
    return replace(StepDesk(folder), silent=frozenset(mailboxes))


def mail(
    subject: str = "revision/po_number",
    text: str = "Please add our PO to INV-1.",
    *,
    sender: str = "Ann Lee <ann@acme.example>",
    message_id: str = "",
    references: Sequence[str] = (),
    **headers: str,
) -> bytes:
    """One message. Without a message_id it has one made of its subject, sender and text."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = "icc@northgate.example"
    message["Subject"] = subject
    message["Date"] = "Tue, 24 Nov 2026 09:00:00 -0500"
    made = message_id or f"{abs(hash((subject, sender, text)))}@{sender.rpartition('@')[2].rstrip('>')}"
    message["Message-ID"] = f"<{made}>"
    if references:
        message["In-Reply-To"] = f"<{references[-1]}>"
        message["References"] = " ".join(f"<{one}>" for one in references)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
