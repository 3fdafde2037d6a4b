"""The quarter through the real steps: parsing, take-in, clocks, reminders, approvals, outbox and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, select

from benchmarks.quarter.script import NEW_YORK, Bill, Bounce, Exemption, Letter, Script, is_on_paper
from benchmarks.quarter.slow_clocks import LADDER, LEAD, MANAGER
from bot.desk.draft import Draft
from bot.desk.still_true import invoices_then
from bot.desk.work_item import id_of
from bot.erp.invoice_copies import InvoiceCopyFolder
from bot.errors import RuleViolationError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import ON_PAPER, Customer
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
from bot.store.clock_tables import notice, notice_line, reminder
from bot.store.report_facts import Asked, report_facts
from bot.store.tables import work_item
from bot.stored import StoredRaw
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import SHIPPED_CONFIG, StepDesk, mail


@dataclass
class Played:
    """What the desk did, in the terms of the slow model."""

    summaries: dict[datetime, dict[str, set[int]]] = field(default_factory=dict)
    written: set[tuple[date, int, str, str]] = field(default_factory=set)
    sent: set[tuple[datetime, str, frozenset[str]]] = field(default_factory=set)
    warned: set[tuple[datetime, str, int, str, str]] = field(default_factory=set)
    unpaid: dict[date, int] = field(default_factory=dict)
    blocked: int = 0


class Player:
    def __init__(self, folder: Path, script: Script) -> None:
        self.script = script
        self.desk = StepDesk(folder)
        self.played = Played()
        settings = load(SHIPPED_CONFIG, {}, needs_secrets=False)
        if settings.reminders is None:
            raise RuntimeError("the shipped configuration has reminders")
        # Excel is drawn ten times as fast as PDF, and what stands in it is the same.
        policy = replace(settings.reminders, mailbox="icc", statement=("xlsx",))
        self._sla = replace(settings.sla, manager=MANAGER, leads={"pov": LEAD})
        self._by = Reminding(policy, self.desk.policy, self._sla)
        self._sender = KeepingSender()
        self._mail = sorted((*script.letters, *script.bounces), key=lambda one: (one.at, one.number), reverse=True)
        self._letters = {one.number: one for one in script.letters}
        self._items: dict[int, int] = {}
        self._newest_item = self._newest_line = 0
        # What staff will do and when, the next first.
        self._at_work: list[tuple[datetime, int, str]] = []
        self._drafts: list[Draft] = []
        self._newest_reminder = 0
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
        self._work(at)
        self._decide(at)
        while sweep_clocks(store=self.desk.store, clock=self.desk.clock, policy=self._sla, zone=NEW_YORK).items:
            pass
        ports = ReminderPorts(
            self.desk.store, self.desk.renderer, self.desk.clock, StatementPublisher(), InvoiceCopyFolder(None)
        )
        write_reminders(ports, self._by)
        self._note_notices(at, today)
        self._note_written(today)
        if at.astimezone(NEW_YORK).hour == 20:
            self._note_summary(at)

    def _import_ledger(self, today: date) -> None:
        now = self.desk.clock.now()
        with self.desk.store.begin() as uow:
            uow.ledger.save_customers([_customer(one) for one in self.script.customers], now)
            uow.ledger.save_invoices([_invoice(bill, today) for bill in self.script.bills], now)
            if self._day is None:
                uow.ledger.save_certificates([_certificate(one) for one in self.script.exemptions], now)
            uow.commit()

    def _take_in(self, at: datetime) -> None:
        came: list[Letter | Bounce] = []
        while self._mail and self._mail[-1].at <= at:
            came.append(self._mail.pop())
        if not came:
            return
        # Received while the desk may have been down: the moment is the mail server's.
        arrived = [(_bounced(one) if isinstance(one, Bounce) else _mail(one), one.at) for one in came]
        ingest("icc", arrived, store=self.desk.store, clock=self.desk.clock)
        while raws := self._raws():
            take_in(raws, self.desk.ports, self.desk.policy)
        item = work_item.c
        query = select(item.id, item.subject).where(item.id > self._newest_item).order_by(item.id)
        for item_id, subject in self._rows(query):
            self._newest_item = item_id
            number = subject.rpartition(" L")[2]
            if number.isdecimal():
                self._items[item_id] = int(number)
                self._plan(item_id, self._letters[int(number)])

    def _plan(self, item_id: int, letter: Letter) -> None:
        if letter.asks is not None:
            heappush(self._at_work, (letter.at + letter.asks, item_id, "ask"))
        if letter.takes is not None:
            heappush(self._at_work, (letter.at + letter.takes, item_id, "resolve"))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self.desk.store.engine.connect() as connection:
            return connection.execute(query).all()

    def _raws(self) -> Sequence[StoredRaw]:
        with self.desk.store.look() as uow:
            return uow.raw.waiting(50, 8_000_000)

    def _work(self, at: datetime) -> None:
        by = {"store": self.desk.store, "clock": self.desk.clock}
        while self._at_work and self._at_work[0][0] <= at:
            _, item_id, what = heappop(self._at_work)
            if what == "ask":
                self._throw_away_reply(item_id)
                work_on_item.wait(f"CD-{item_id}", "kim", **by)
            else:
                work_on_item.resolve(f"CD-{item_id}", "no_action", "", "kim", **by)

    def _throw_away_reply(self, item_id: int) -> None:
        """Staff ask by telephone: the draft would stand in the way of the reminders."""
        with self.desk.store.look() as uow:
            draft = uow.drafts.open_of_thread(uow.items.get(item_id).thread_id)
        if draft is not None:
            by = {"store": self.desk.store, "clock": self.desk.clock}
            reject_draft(draft.draft_id, draft.version, "by telephone", "kim", **by)

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
                ((to,), _) = self._sender.sent[-1][0].recipients, self._sender.sent.clear()
                self.played.sent.add((at, to, frozenset(one.number for one in invoices_then(draft.facts))))
        self._drafts = []

    def _note_written(self, today: date) -> None:
        query = select(reminder).where(reminder.c.written_on == today, reminder.c.id > self._newest_reminder)
        rows = self._rows(query.order_by(reminder.c.id))
        for row in rows:
            self._newest_reminder = row.id
            key = f"letter {self._items[int(row.key)]}" if row.rule.startswith("waiting") else row.key
            self.played.written.add((today, int(row.customer_number[1:]), row.rule, key))
        with self.desk.store.look() as uow:
            self._drafts = [uow.drafts.get(one) for one in dict.fromkeys(row.draft_id for row in rows)]

    def _note_notices(self, at: datetime, today: date) -> None:
        line = notice_line.c
        query = select(line.id, notice.c.person, line.subject, line.what, line.detail).join_from(notice_line, notice)
        for row in self._rows(query.where(line.id > self._newest_line).order_by(line.id)):
            self._newest_line = row.id
            if row.what in LADDER:
                letter = self._items[id_of(row.subject)]
                self.played.warned.add((at, row.person, letter, row.what, row.detail))
            elif row.subject == "large-dollar":
                self.played.unpaid[today] = self.played.unpaid.get(today, 0) + 1

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


def _customer(number: int) -> Customer:
    return Customer(
        f"C{number}",
        f"Customer {number}",
        account_manager=f"rep{number}@northgate.example",
        domains=(f"c{number}.example",),
        emails=(f"ap@c{number}.example",),
        delivery=ON_PAPER if is_on_paper(number) else "email",
    )


def _certificate(one: Exemption) -> Certificate:
    return Certificate(one.number, f"C{one.customer}", one.state, "resale", one.expires_on)


def _bounced(bounce: Bounce) -> bytes:
    """What a mail server says of an invoice that the ERP had mailed."""
    address = f"ap@c{bounce.customer}.example"
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: icc@northgate.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <b{bounce.number}@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour invoice could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n"
    ).encode()


def _mail(letter: Letter) -> bytes:
    return mail(
        f"{letter.category} L{letter.number}",
        f"This is about {letter.invoice} and nothing else.",
        sender=f"Ann <ann{letter.number}@c{letter.customer}.example>",
        message_id=f"l{letter.number}@c{letter.customer}.example",
    )
