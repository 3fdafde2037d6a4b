"""Reminders: who is to be written to, about what, and what holds them back. Each becomes a draft for approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.desk.still_true import why_not_remind
from bot.ledger.certificate import Certificate
from bot.ledger.customer import ON_PAPER, Customer
from bot.ledger.invoice import Invoice

_ONE_DAY = timedelta(days=1)


class ReminderKind(StrEnum):
    WAITING = "waiting"
    PAST_DUE = "past_due"
    LARGE_DOLLAR = "large_dollar"
    CERTIFICATE = "certificate"
    E_BILLING = "e_billing"
    ACCOUNT_MANAGER = "account_manager"
    INVOICES_BOUNCE = "invoices_bounce"


# These go to our own people, and cost a customer's budget nothing.
INSIDE = frozenset({ReminderKind.ACCOUNT_MANAGER, ReminderKind.INVOICES_BOUNCE})


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """`days` means: waiting, business days without an answer; past due and account manager, days after the due day;
    certificate, days before it expires; e-billing, days until it is asked again; invoices bounce, how far back.

    `over` leaves out what is not more than that. `hold_after` is on which day after the due day a hold of new orders is
    decided. No more than `most_a_day` customers are written to by one rule on one day; 0 is any number.
    """

    slug: str
    kind: ReminderKind
    template: str
    days: int = 0
    over: Decimal = Decimal(0)
    currency: str = ""
    hold_after: int = 0
    most_a_day: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """No customer is written to more than `touches` times in `in_days` business days, and on no quiet day."""

    touches: int
    in_days: int
    quiet: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item whose customer has to answer: for how many business days, and which reminders it had."""

    item_id: int
    customer_number: str
    days: int


@dataclass(frozen=True, slots=True)
class ReturnedInvoices:
    """An address of the customer from which invoices come back that the ERP sends, with the mail server's words."""

    address: str
    customer_number: str
    reason: str
    times: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Account:
    """All that decides about one customer. `holds` are reasons by invoice, `told` the day by rule and key, and
    `touches` the days on which reminders were written. `has_draft` and `has_inside_draft` say whether one waits."""

    customer: Customer
    invoices: tuple[Invoice, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    holds: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[tuple[str, str], date] = field(default_factory=dict)
    touches: tuple[date, ...] = ()
    has_draft: bool = False
    returned: tuple[ReturnedInvoices, ...] = ()
    has_inside_draft: bool = False

    @property
    def payable(self) -> list[Invoice]:
        """What the customer may be reminded of."""
        return [one for one in self.invoices if why_not_remind(one, self.holds) is None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to remind of. `key` tells it from every other one of its rule, so that it is written once."""

    rule: ReminderRule
    key: str
    invoice: Invoice | None = None
    certificate: Certificate | None = None
    item_id: int | None = None
    returned: ReturnedInvoices | None = None


def wanted(rules: Sequence[ReminderRule], account: Account, today: date) -> list[Wanted]:
    """Everything that is due for this customer, written or not being the only question that is left."""
    found = [
        *_past_due(_of(rules, ReminderKind.PAST_DUE), account.payable, account, today),
        *_large_dollar(_of(rules, ReminderKind.LARGE_DOLLAR), account.payable, today),
        *_certificates(_of(rules, ReminderKind.CERTIFICATE), account, today),
        *_waiting(_of(rules, ReminderKind.WAITING), account, today),
    ]
    due = [one for one in found if (one.rule.slug, one.key) not in account.told]
    # Nobody is asked for a favour in the letter that asks for money.
    return due or _e_billing(_of(rules, ReminderKind.E_BILLING), account, today)


def wanted_inside(rules: Sequence[ReminderRule], account: Account, today: date) -> list[Wanted]:
    """Everything about this customer that our own people must hear of, and have not."""
    found = [
        Wanted(rule, invoice.number, invoice)
        for rule in _of(rules, ReminderKind.ACCOUNT_MANAGER)
        for invoice in account.payable
        if (today - invoice.due_on).days >= rule.days and _counts(rule, invoice)
    ]
    found += [
        # Once a month for as long as it goes on, and not where the address was changed meanwhile.
        Wanted(rule, f"{one.address}/{one.last_on:%Y-%m}"[:200], returned=one)
        for rule in _of(rules, ReminderKind.INVOICES_BOUNCE)
        for one in account.returned
        if (today - one.last_on).days <= rule.days and one.address in account.customer.emails
    ]
    return [one for one in found if (one.rule.slug, one.key) not in account.told]


def may_tell(account: Account, budget: Budget, today: date) -> bool:
    """Whether our own people may be written to about the customer today: a quiet day is quiet for them too."""
    return today not in budget.quiet and not account.has_inside_draft


def hold_day(chosen: Sequence[Wanted], today: date, notice: int = 5) -> date | None:
    """On which day a hold of new orders is decided, and never sooner than `notice` days after it was said; None where
    no rule speaks of one."""
    days = [
        one.invoice.due_on + timedelta(days=one.rule.hold_after)
        for one in chosen
        if one.invoice is not None and one.rule.hold_after
    ]
    return max(min(days), today + timedelta(days=notice)) if days else None


def may_write(account: Account, budget: Budget, today: date, first_day: date) -> bool:
    """Whether the customer may be written to today. `first_day` is where the window of the budget begins."""
    if today in budget.quiet or account.has_draft:
        return False
    return sum(day >= first_day for day in account.touches) < budget.touches


def for_management(rules: Sequence[ReminderRule], account: Account, today: date) -> list[str]:
    """Large invoices that will not be paid by the end of the month, and why."""
    said: list[str] = []
    for rule in _of(rules, ReminderKind.LARGE_DOLLAR):
        for invoice in account.invoices:
            why = why_not_remind(invoice, account.holds)
            is_owed = invoice.balance.amount > 0 and invoice.status in ("open", "disputed")
            if is_owed and why is not None and _is_large(rule, invoice, today):
                said.append(f"{account.customer.name}: {invoice.balance}, due {invoice.due_on}: {why}")
    return said


def _of(rules: Sequence[ReminderRule], kind: ReminderKind) -> list[ReminderRule]:
    return sorted((rule for rule in rules if rule.kind is kind), key=lambda rule: rule.days)


def _past_due(
    levels: Sequence[ReminderRule], invoices: Sequence[Invoice], account: Account, today: date
) -> list[Wanted]:
    """For each invoice the highest level that it has come to, unless it had that one or a higher one."""
    found = []
    for invoice in invoices:
        late = (today - invoice.due_on).days
        fitting = [rule for rule in levels if late >= rule.days and _counts(rule, invoice)]
        if fitting and not any(
            (rule.slug, invoice.number) in account.told for rule in levels if rule.days > fitting[-1].days
        ):
            found.append(Wanted(fitting[-1], invoice.number, invoice))
    return found


def _large_dollar(rules: Sequence[ReminderRule], invoices: Sequence[Invoice], today: date) -> list[Wanted]:
    month = f"{today:%Y-%m}"
    return [
        Wanted(rule, f"{invoice.number}/{month}", invoice)
        for rule in rules
        for invoice in invoices
        if _is_large(rule, invoice, today) and invoice.due_on >= today
    ]


def _is_large(rule: ReminderRule, invoice: Invoice, today: date) -> bool:
    return _counts(rule, invoice) and today.replace(day=1) <= invoice.due_on <= end_of_month(today)


def _counts(rule: ReminderRule, invoice: Invoice) -> bool:
    if rule.currency and invoice.balance.currency != rule.currency:
        return False
    return invoice.balance.amount > rule.over


def _certificates(rules: Sequence[ReminderRule], account: Account, today: date) -> list[Wanted]:
    found = []
    for certificate in account.certificates:
        if certificate.expires_on is None or certificate.expires_on < today:
            continue
        left = (certificate.expires_on - today).days
        # The nearest threshold: after an outage nobody is told of sixty days where ten are left.
        fitting = [rule for rule in rules if left <= rule.days]
        if fitting:
            key = f"{certificate.state}/{certificate.number}/{certificate.expires_on}"
            found.append(Wanted(fitting[0], key, certificate=certificate))
    return found


def _e_billing(rules: Sequence[ReminderRule], account: Account, today: date) -> list[Wanted]:
    if account.customer.delivery != ON_PAPER or not account.customer.emails:
        return []
    return [
        Wanted(rule, str(today))
        for rule in rules
        if not any(slug == rule.slug and (today - day).days < rule.days for (slug, _), day in account.told.items())
    ]


def _waiting(levels: Sequence[ReminderRule], account: Account, today: date) -> list[Wanted]:
    """One step after the other, each only some days after the one before was written."""
    found = []
    for item in account.waiting:
        key = str(item.item_id)
        told = [rule for rule in levels if (rule.slug, key) in account.told]
        if len(told) == len(levels):
            continue
        following = levels[len(told)]
        rests = not told or (today - account.told[told[-1].slug, key]).days >= following.days - told[-1].days
        if item.days >= following.days and rests:
            found.append(Wanted(following, key, item_id=item.item_id))
    return found


def end_of_month(day: date) -> date:
    following = day.replace(day=28) + 4 * _ONE_DAY
    return following.replace(day=1) - _ONE_DAY
