"""Ledger and waiting work → reminders as drafts, and notices. One run a day; a missed one is caught up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.business_day import business_days_before
from bot.desk.calendar import Calendar, business_time, end_of_day
from bot.desk.draft import Draft, DraftState, DraftText, Rendered
from bot.desk.history import History
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.reminder import Account, ReminderKind, Waiting, Wanted, end_of_month, may_write, wanted
from bot.desk.reply import compose_reply
from bot.desk.reply_facts import ReplyFact, ReplyRow, clean_value
from bot.desk.reply_language import wording
from bot.desk.work_item import ItemState, WorkItem
from bot.errors import PermanentError
from bot.ledger.lookup import number_key
from bot.ports import Clock, Renderer
from bot.repositories import Store, UnitOfWork
from bot.steps.telling import Reminding, tell
from bot.stored import WrittenReminder

_MARK = "reminders"
# Where a reminder about the ledger is worked: a category and a reason of the catalog, by the kind of the first line.
_PLACE = {ReminderKind.CERTIFICATE: ("tax_exempt", "renewal")}
_OTHER_PLACE = ("other", "statement")


@dataclass(frozen=True, slots=True)
class ReminderPorts:
    store: Store
    renderer: Renderer
    clock: Clock


def write_reminders(ports: ReminderPorts, by: Reminding) -> int:
    """Write what is due, unless it was done today; how many drafts. Again on the same day it changes nothing."""
    now = ports.clock.now()
    today = now.astimezone(ZoneInfo(by.desk.time_zone)).date()
    with ports.store.look() as uow:
        if uow.clocks.mark(_MARK) == str(today) or not _is_worked(by.policy.calendar, now):
            return 0
    with ports.store.begin() as uow:
        if uow.clocks.mark(_MARK) == str(today):
            return 0
        accounts = _accounts(uow, by, now, today)
        first_day = business_days_before(today, by.policy.budget.in_days, _days_off(by.policy.calendar, today))
        count = sum(_remind(uow, one, ports.renderer, by, now, first_day) for one in accounts)
        tell(uow, accounts, by, now, today)
        uow.clocks.set_mark(_MARK, str(today), now)
        uow.commit()
    return count


def _is_worked(calendar: Calendar, now: datetime) -> bool:
    """Whether people work now: a reminder is for a person to read, and for the customer's working day."""
    return business_time(calendar, now, now + timedelta(minutes=1)) > timedelta(0)


def _days_off(calendar: Calendar, today: date) -> frozenset[date]:
    team = calendar.teams[0]
    return frozenset(day for year in (today.year - 1, today.year) for day in team.days_off(year))


def _accounts(uow: UnitOfWork, by: Reminding, now: datetime, today: date) -> list[Account]:
    farthest = max((rule.days for rule in by.policy.rules if rule.kind is ReminderKind.CERTIFICATE), default=0)
    invoices = uow.reminders.open_invoices(end_of_month(today))
    certificates = uow.reminders.certificates(today, today + timedelta(days=farthest))
    waiting = _waiting(uow, by.policy.calendar, now)
    numbers = sorted({*invoices, *certificates, *waiting})
    holds = uow.reminders.holds(numbers, today)
    written: dict[str, list[WrittenReminder]] = {}
    for one in uow.reminders.written(numbers):
        written.setdefault(one.customer_number, []).append(one)
    found = []
    for number in numbers:
        customer = uow.ledger.customer(number)
        if customer is None:
            continue
        own, past = invoices.get(number, []), written.get(number, [])
        found.append(
            Account(
                customer=customer,
                invoices=tuple(own),
                certificates=tuple(certificates.get(number, [])),
                waiting=tuple(waiting.get(number, [])),
                holds={one.number: holds[key] for one in own if (key := number_key(one.number)) in holds},
                told={(one.rule, one.key): one.written_on for one in past},
                touches=tuple({one.draft_id: one.written_on for one in past}.values()),
                has_draft=any(one.waits for one in past),
            )
        )
    return found


def _waiting(uow: UnitOfWork, calendar: Calendar, now: datetime) -> Mapping[str, list[Waiting]]:
    found: dict[str, list[Waiting]] = {}
    ids = uow.reminders.waiting_items()
    for item, history in uow.clocks.histories(ids, with_amounts=False):
        # What the desk itself opened for a reminder has reminders of its own.
        if history.standings[0].state is ItemState.OPEN and item.customer_number:
            days = _business_days(calendar, history, now)
            found.setdefault(item.customer_number, []).append(Waiting(item.item_id, item.customer_number, days))
    return found


def _business_days(calendar: Calendar, history: History, now: datetime) -> int:
    """How many working days have ended since it waits."""
    at, days = history.standings[-1].since, 0
    while (at := end_of_day(calendar, at)) <= now:
        days += 1
    return days


def _remind(
    uow: UnitOfWork, account: Account, renderer: Renderer, by: Reminding, now: datetime, first_day: date
) -> int:
    today = now.astimezone(ZoneInfo(by.desk.time_zone)).date()
    due = wanted(by.policy.rules, account, today)
    if not due or not may_write(account, by.policy.budget, today, first_day):
        return 0
    # All that the ledger says goes into one mail; what waits in a conversation is answered there, one at a time.
    ledger = [one for one in due if one.item_id is None]
    chosen = ledger or due[:1]
    try:
        draft_id = _write(uow, account, chosen, renderer, by, now)
    except PermanentError as error:
        after = {"reason": str(error), "customer": account.customer.number}
        uow.record.add(RecordEntry(now, THE_DESK, "not_reminded", f"customer:{account.customer.number}", {}, after))
        return 0
    if draft_id is None:
        return 0
    number = account.customer.number
    uow.reminders.add([WrittenReminder(one.rule.slug, one.key, number, today, draft_id) for one in chosen])
    return 1


def _write(
    uow: UnitOfWork, account: Account, chosen: Sequence[Wanted], renderer: Renderer, by: Reminding, now: datetime
) -> int | None:
    item, answered = _place(uow, account, chosen, by, now)
    if uow.drafts.open_of_thread(item.thread_id) is not None:
        return None
    rendered = _render(account, chosen, item, renderer, by)
    message_id, sender = answered or (None, "")
    to = (sender,) if sender else account.customer.emails[:1]
    draft = uow.drafts.add(
        Draft(
            draft_id=0,
            version=1,
            state=DraftState.OPEN,
            kind="reminder",
            thread_id=item.thread_id,
            reply_to_message_id=message_id,
            mailbox=by.policy.mailbox,
            text=DraftText(to, (), f"{rendered.subject} [{item.number}]", rendered.body),
            facts=rendered.facts,
            template=rendered.template,
            author=THE_DESK,
            created_at=now,
        ),
        [item.item_id],
    )
    after = {"template": rendered.template, "rules": ", ".join(dict.fromkeys(one.rule.slug for one in chosen))}
    uow.record.add(RecordEntry(now, THE_DESK, "drafted", f"draft:{draft.draft_id}", {}, after))
    return draft.draft_id


def _place(
    uow: UnitOfWork, account: Account, chosen: Sequence[Wanted], by: Reminding, now: datetime
) -> tuple[WorkItem, tuple[int, str] | None]:
    """The item of a conversation with its newest message, or a new item that waits for the customer from the start."""
    if chosen[0].item_id is not None:
        item = uow.items.get(chosen[0].item_id)
        return item, uow.reminders.newest_inbound(item.thread_id)
    category, reason = _PLACE.get(chosen[0].rule.kind, _OTHER_PLACE)
    subject = f"Reminder: {account.customer.name}"
    item = uow.items.add(
        WorkItem(
            item_id=0,
            thread_id=uow.threads.add(subject, account.customer.number, now),
            category=category,
            reason=reason,
            state=ItemState.WAITING,
            queue=by.desk.catalog[category].queue,
            side="outside",
            customer_number=account.customer.number,
            subject=subject,
            opened_at=now,
        )
    )
    after = {"category": category, "reason": reason, "queue": item.queue}
    uow.record.add(RecordEntry(now, THE_DESK, "opened", item.number, {}, after))
    return item, None


def _render(account: Account, chosen: Sequence[Wanted], item: WorkItem, renderer: Renderer, by: Reminding) -> Rendered:
    by_template: dict[str, list[Wanted]] = {}
    # The sternest first: its words open the letter.
    for one in sorted(chosen, key=lambda one: (one.rule.kind is not ReminderKind.PAST_DUE, -one.rule.days)):
        by_template.setdefault(one.rule.template, []).append(one)
    office = by.desk.office(by.policy.mailbox)
    customer = account.customer
    shared: dict[str, object] = {
        "customer_name": ReplyFact(
            "customer_name", account.customer.name, f"ledger:customer:{account.customer.number}"
        ),
        "item_number": ReplyFact("item_number", item.number, f"item:{item.number}"),
        "signature": f"{office.team}, {office.company}",
    }
    parts: list[Rendered] = []
    for template, many in by_template.items():
        values = shared | {"rows": tuple(_row(one) for one in many)}
        name = f"reminders/{template}"
        parts.append(renderer.render(name, customer.language, values, part="body" if parts else "whole"))
    return compose_reply(parts[0], parts[1:])


def _row(one: Wanted) -> ReplyRow:
    words = wording("en")
    if one.invoice is not None:
        source = f"ledger:invoice:{one.invoice.number}"
        texts = {
            "number": one.invoice.number,
            "balance": str(one.invoice.balance),
            "due_on": words.full_date(one.invoice.due_on),
            "status": one.invoice.status,
            "po": one.invoice.po_number,
        }
        return {name: ReplyFact(f"invoice_{name}", clean_value(text), source) for name, text in texts.items() if text}
    if one.certificate is not None and one.certificate.expires_on is not None:
        source = f"ledger:certificate:{one.certificate.number}"
        texts = {
            "number": one.certificate.number,
            "state": one.certificate.state,
            "expires_on": words.full_date(one.certificate.expires_on),
        }
        return {name: ReplyFact(f"certificate_{name}", clean_value(text), source) for name, text in texts.items()}
    return {}
