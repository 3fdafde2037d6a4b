"""The quarter through the real steps: parsing, take-in, clocks, reminders, approvals, outbox and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from benchmarks.quarter.script import NEW_YORK, Bill, Letter, Script
from bot.desk.draft import Draft
from bot.desk.reminder import INSIDE
from bot.erp.invoice_copies import InvoiceCopyFolder
from bot.errors import RuleViolationError
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.publishing.statements import StatementPublisher
from bot.reports.catalog import REPORTS
from bot.reports.work import work_of
from bot.settings import load
from bot.steps import work_on_item
from bot.steps.decide_draft import approve_draft, reject_draft
from bot.steps.ingest import ingest
from bot.steps.send import send
from bot.steps.sweep_clocks import sweep_clocks
from bot.steps.take_in import take_in
from bot.steps.telling import Reminding
from bot.steps.write_reminders import ReminderPorts, write_reminders
from bot.store.queries import ItemFilter
from bot.store.report_facts import Asked, report_facts
from bot.stored import StoredRaw
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import SHIPPED_CONFIG, StepDesk, mail


@dataclass
class Played:
    """What the desk did, in the terms of the slow model."""

    summaries: dict[datetime, dict[str, set[int]]] = field(default_factory=dict)
    written: set[tuple[date, int, str, str]] = field(default_factory=set)
    sent: set[tuple[datetime, int, frozenset[str]]] = field(default_factory=set)
    blocked: int = 0


class Player:
    def __init__(self, folder: Path, script: Script) -> None:
        self.script = script
        self.desk = StepDesk(folder)
        self.played = Played()
        settings = load(SHIPPED_CONFIG, {}, needs_secrets=False)
        if settings.reminders is None:
            raise RuntimeError("the shipped configuration has reminders")
        self._sla = settings.sla
        rules = tuple(one for one in settings.reminders.rules if one.kind not in INSIDE)
        policy = replace(settings.reminders, mailbox="icc", rules=rules, statement=())
        self._by = Reminding(policy, self.desk.policy, settings.sla)
        self._sender = KeepingSender()
        self._waiting = list(script.letters)
        self._items: dict[int, int] = {}
        self._newest_item = 1000
        self._at_work: list[tuple[datetime, int]] = []
        self._drafts: list[Draft] = []
        self._day: date | None = None

    def play(self) -> Played:
        for at in self.script.rounds:
            self.desk.clock.moment = at
            self._round(at, at.astimezone(NEW_YORK).date())
        self.desk.close()
        return self.played

    def _round(self, at: datetime, today: date) -> None:
        if today != self._day:
            self._import_ledger(today)
            self._day = today
        self._take_in(at)
        self._resolve(at)
        self._decide(at)
        while sweep_clocks(store=self.desk.store, clock=self.desk.clock, policy=self._sla, zone=NEW_YORK).items:
            pass
        ports = ReminderPorts(
            self.desk.store, self.desk.renderer, self.desk.clock, StatementPublisher(), InvoiceCopyFolder(None)
        )
        if write_reminders(ports, self._by):
            self._note_written(today)
        if at.astimezone(NEW_YORK).hour == 20:
            self._note_summary(at)

    def _import_ledger(self, today: date) -> None:
        numbers = sorted({bill.customer for bill in self.script.bills})
        customers = [
            Customer(f"C{one}", f"Customer {one}", emails=(f"ap@c{one}.example",), domains=(f"c{one}.example",))
            for one in numbers
        ]
        with self.desk.store.begin() as uow:
            uow.ledger.save_customers(customers, self.desk.clock.now())
            uow.ledger.save_invoices([_invoice(bill, today) for bill in self.script.bills], self.desk.clock.now())
            uow.commit()

    def _take_in(self, at: datetime) -> None:
        came: list[Letter] = []
        while self._waiting and self._waiting[0].at <= at:
            came.append(self._waiting.pop(0))
        if not came:
            return
        # Received while the desk may have been down: the moment is the mail server's.
        arrived = [(_mail(letter), letter.at) for letter in came]
        ingest("icc", arrived, store=self.desk.store, clock=self.desk.clock)
        while raws := self._raws():
            take_in(raws, self.desk.ports, self.desk.policy)
        for row in reversed(self.desk.queries.items(ItemFilter(limit=len(came) + 50))):
            number = row.item.subject.rpartition("L")[2]
            if row.item.item_id > self._newest_item and number.isdecimal():
                self._items[row.item.item_id] = int(number)
                self._newest_item = row.item.item_id
                takes = self.script.letters[int(number)].takes
                if takes is not None:
                    self._at_work.append((self.script.letters[int(number)].at + takes, row.item.item_id))

    def _raws(self) -> Sequence[StoredRaw]:
        with self.desk.store.look() as uow:
            return uow.raw.waiting(50, 8_000_000)

    def _resolve(self, at: datetime) -> None:
        for ready, item_id in [one for one in self._at_work if one[0] <= at]:
            self._at_work.remove((ready, item_id))
            by = {"store": self.desk.store, "clock": self.desk.clock}
            work_on_item.resolve(f"CD-{item_id}", "no_action", "", "kim", **by)

    def _decide(self, at: datetime) -> None:
        """A person approves what was written in the round before; what the desk blocks is rejected."""
        by = {"store": self.desk.store, "clock": self.desk.clock}
        for draft in self._drafts:
            try:
                entry = approve_draft(draft.draft_id, 1, "kim", letterhead=self.desk.letterhead, **by)
            except RuleViolationError as error:
                self.played.blocked += 1
                reject_draft(draft.draft_id, 1, str(error)[:200], "kim", **by)
                continue
            before = len(self._sender.sent)
            send(entry, sender=self._sender, **by)
            if len(self._sender.sent) > before:
                (to,) = self._sender.sent[-1][0].recipients
                customer = int(to.removeprefix("ap@c").removesuffix(".example"))
                self.played.sent.add((at, customer, frozenset(_invoices(draft))))
        self._drafts = []

    def _note_written(self, today: date) -> None:
        self._drafts = [one for one in self.desk.drafts() if one.kind == "reminder"]
        numbers = sorted({f"C{bill.customer}" for bill in self.script.bills})
        with self.desk.store.look() as uow:
            rows = [one for one in uow.reminders.written(numbers) if one.written_on == today]
        self.played.written |= {(today, int(one.customer_number[1:]), one.rule, one.key) for one in rows}

    def _note_summary(self, at: datetime) -> None:
        asked = Asked(*REPORTS["sla-daily"].spans(at), at)
        facts = report_facts(self.desk.store.engine, self._sla, asked, (), {})
        self.played.summaries[at] = {
            column: {
                self._items[one.facts.history.item_id]
                for one in work_of(facts)
                if column in one.columns and one.facts.history.item_id in self._items
            }
            for column in ("In", "Done", "Open", "Late")
        }


def _invoice(bill: Bill, today: date) -> Invoice:
    status = bill.status_on(today)
    whole = Money(Decimal(bill.cents).scaleb(-2))
    owed = whole if status in ("open", "disputed") else Money(Decimal(0))
    return Invoice(bill.number, f"C{bill.customer}", bill.due_on, bill.due_on, whole, owed, status)


def _invoices(draft: Draft) -> Sequence[str]:
    return [fact.value for fact in draft.facts if fact.name == "invoice_number"]


def _mail(letter: Letter) -> bytes:
    return mail(
        f"{letter.category} L{letter.number}",
        f"This is about {letter.invoice} and nothing else.",
        sender=f"Ann <ann{letter.number}@c{letter.customer}.example>",
        message_id=f"l{letter.number}@c{letter.customer}.example",
    )
