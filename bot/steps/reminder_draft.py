"""One reminder as a draft: its place, its text, and what goes with it. The caller commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.desk.draft import (
    INSIDE,
    MOST_FILE_BYTES,
    MOST_FILES,
    REMINDER,
    Draft,
    DraftFile,
    DraftState,
    DraftText,
    Rendered,
)
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.reminder import INSIDE as INSIDE_KINDS
from bot.desk.reminder import Account, ReminderKind, Wanted, hold_day
from bot.desk.reply import compose_reply
from bot.desk.reply_facts import ReplyFact, clean_value
from bot.desk.reply_language import Wording, wording
from bot.desk.still_true import facts_of
from bot.desk.work_item import ItemState, WorkItem
from bot.ledger.account_statement import AccountStatement, statement_of
from bot.mail.message import Attachment
from bot.ports import InvoiceCopies, Renderer, Statements
from bot.repositories import UnitOfWork
from bot.steps.telling import Reminding

# Where a reminder about the ledger is worked: a category and a reason of the catalog, by the kind of the first line.
_PLACE = {ReminderKind.CERTIFICATE: ("tax_exempt", "renewal")}
_OTHER_PLACE = ("other", "statement")
_WITH_STATEMENT = (ReminderKind.PAST_DUE, ReminderKind.ACCOUNT_MANAGER)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written in one draft, about one customer."""

    account: Account
    chosen: tuple[Wanted, ...]
    today: date

    @property
    def is_inside(self) -> bool:
        return self.chosen[0].rule.kind in INSIDE_KINDS

    @property
    def language(self) -> str:
        return "en" if self.is_inside else self.account.customer.language


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The files of one reminder. `copies` are the numbers of the invoices that go with it as the ERP printed them."""

    files: tuple[Attachment, ...] = ()
    statement: AccountStatement | None = None
    copies: frozenset[str] = frozenset()


def enclose(order: Order, statements: Statements, copies: InvoiceCopies, by: Reminding) -> Enclosed:
    """The statement of all that is past due and not held, and copies of the invoices that the reminder names.

    What a mail cannot carry any more stays out; the text lists only what is there.
    """
    if not any(one.rule.kind in _WITH_STATEMENT for one in order.chosen):
        return Enclosed()
    account, files, found = order.account, list[Attachment](), list[str]()
    statement = statement_of(account.customer, account.payable, order.today) if by.policy.statement else None
    if statement is not None:
        forms = by.policy.statement
        files += [statements.write(statement, form, by.desk.company, order.language) for form in forms]
    room = MOST_FILE_BYTES - sum(one.size for one in files)
    for invoice in (one.invoice for one in order.chosen if one.rule.kind is ReminderKind.PAST_DUE):
        copy = copies.find(invoice.number) if invoice is not None and len(files) < MOST_FILES else None
        if copy is not None and invoice is not None and copy.size <= room:
            files.append(copy)
            found.append(invoice.number)
            room -= copy.size
    return Enclosed(tuple(files), statement, frozenset(found))


def write_draft(
    uow: UnitOfWork, order: Order, enclosed: Enclosed, renderer: Renderer, by: Reminding, now: datetime
) -> int | None:
    """The draft's id; None where one waits in the same conversation.

    Raises PermanentError where a template is wrong."""
    item, answered = _place(uow, order, by, now)
    if uow.drafts.open_of_thread(item.thread_id) is not None:
        return None
    rendered = _render(order, enclosed, item, renderer, by)
    message_id, sender = answered or (None, "")
    attached = facts_of(enclosed.statement) if enclosed.statement is not None else ()
    draft = uow.drafts.add(
        Draft(
            draft_id=0,
            version=1,
            state=DraftState.OPEN,
            kind=INSIDE if order.is_inside else REMINDER,
            thread_id=item.thread_id,
            reply_to_message_id=message_id,
            mailbox=by.policy.mailbox,
            text=DraftText(
                to=(sender,) if sender else _recipients(order, by),
                cc=(),
                subject=f"{rendered.subject} [{item.number}]",
                body=rendered.body,
                files=_kept(uow, enclosed.files, now),
            ),
            facts=(*rendered.facts, *attached),
            template=rendered.template,
            author=THE_DESK,
            created_at=now,
        ),
        [item.item_id],
    )
    rules = dict.fromkeys(one.rule.slug for one in order.chosen)
    after = {"template": rendered.template, "rules": ", ".join(rules)}
    uow.record.add(RecordEntry(now, THE_DESK, "drafted", f"draft:{draft.draft_id}", {}, after))
    return draft.draft_id


def _recipients(order: Order, by: Reminding) -> tuple[str, ...]:
    """Nobody where none is known: then a person fills the gap."""
    customer = order.account.customer
    if not order.is_inside:
        return customer.emails[:1]
    manager = by.policy.manager_of(customer.account_manager)
    return (manager,) if manager else ()


def _kept(uow: UnitOfWork, files: Sequence[Attachment], now: datetime) -> tuple[DraftFile, ...]:
    return tuple(DraftFile(one.name, one.content_type, one.size, uow.files.add(one.content, now)) for one in files)


def _place(uow: UnitOfWork, order: Order, by: Reminding, now: datetime) -> tuple[WorkItem, tuple[int, str] | None]:
    """The item of a conversation with its newest message, or a new item that waits for an answer from the start."""
    first, customer = order.chosen[0], order.account.customer
    if first.item_id is not None:
        item = uow.items.get(first.item_id)
        return item, uow.reminders.newest_inbound(item.thread_id)
    category, reason = _PLACE.get(first.rule.kind, _OTHER_PLACE)
    subject = f"{'About' if order.is_inside else 'Reminder:'} {customer.name}"
    item = uow.items.add(
        WorkItem(
            item_id=0,
            thread_id=uow.threads.add(subject, customer.number, now),
            category=category,
            reason=reason,
            state=ItemState.WAITING,
            queue=by.desk.catalog[category].queue,
            side="inside" if order.is_inside else "outside",
            customer_number=customer.number,
            subject=subject,
            opened_at=now,
        )
    )
    after = {"category": category, "reason": reason, "queue": item.queue}
    uow.record.add(RecordEntry(now, THE_DESK, "opened", item.number, {}, after))
    return item, None


def _render(order: Order, enclosed: Enclosed, item: WorkItem, renderer: Renderer, by: Reminding) -> Rendered:
    by_template: dict[str, list[Wanted]] = {}
    # The sternest first: its words open the letter.
    for one in sorted(order.chosen, key=lambda one: (one.rule.kind is not ReminderKind.PAST_DUE, -one.rule.days)):
        by_template.setdefault(one.rule.template, []).append(one)
    shared = _shared(order, enclosed, item, by)
    parts: list[Rendered] = []
    for template, many in by_template.items():
        name = f"reminders/{template}"
        # Days are written in the language of the text, also where a template is there in English alone.
        language = order.language if renderer.has(name, order.language) else "en"
        rows = tuple(_row(one, enclosed, wording(language)) for one in many)
        values = shared | {"rows": rows} | _days(order, wording(language))
        parts.append(renderer.render(name, language, values, part="body" if parts else "whole"))
    return compose_reply(parts[0], parts[1:])


def _shared(order: Order, enclosed: Enclosed, item: WorkItem, by: Reminding) -> dict[str, object]:
    office, customer = by.desk.office(by.policy.mailbox), order.account.customer
    source = f"ledger:customer:{customer.number}"
    # A team that the firm named itself keeps its name; only the default one is translated.
    team = wording(order.language).team if office.team == wording("en").team else office.team
    return {
        "customer_name": ReplyFact("customer_name", customer.name, source),
        "customer_number": ReplyFact("customer_number", customer.number, source),
        "item_number": ReplyFact("item_number", item.number, f"item:{item.number}"),
        "signature": f"{team}, {office.company}",
        "has_statement": enclosed.statement is not None,
    }


def _days(order: Order, words: Wording) -> dict[str, object]:
    """Days that a letter to our own people names: when a hold is decided, and when the customer was last reminded."""
    hold_on, keys = hold_day(order.chosen, order.today), {one.key for one in order.chosen}
    told = [day for (_, key), day in order.account.told.items() if key in keys]
    last = words.full_date(max(told)) if told else ""
    return {
        "hold_on": words.full_date(hold_on) if hold_on is not None else None,
        "last_reminder_on": ReplyFact("last_reminder_on", last, "record:reminders"),
    }


def _row(one: Wanted, enclosed: Enclosed, words: Wording) -> Mapping[str, object]:
    if one.invoice is not None:
        source = f"ledger:invoice:{one.invoice.number}"
        texts = {
            "number": one.invoice.number,
            "balance": str(one.invoice.balance),
            "due_on": words.full_date(one.invoice.due_on),
            "status": one.invoice.status,
            "po": one.invoice.po_number,
        }
        facts = {name: ReplyFact(f"invoice_{name}", clean_value(text), source) for name, text in texts.items() if text}
        return {**facts, "has_copy": one.invoice.number in enclosed.copies}
    if one.certificate is not None and one.certificate.expires_on is not None:
        source = f"ledger:certificate:{one.certificate.number}"
        texts = {
            "number": one.certificate.number,
            "state": one.certificate.state,
            "expires_on": words.full_date(one.certificate.expires_on),
        }
        return {name: ReplyFact(f"certificate_{name}", clean_value(text), source) for name, text in texts.items()}
    if one.returned is not None:
        source = f"bounce:{one.returned.address}"
        texts = {
            "address": one.returned.address,
            "reason": one.returned.reason,
            "times": str(one.returned.times),
            "last_on": words.full_date(one.returned.last_on),
        }
        return {name: ReplyFact(f"returned_{name}", clean_value(text), source) for name, text in texts.items()}
    return {}
