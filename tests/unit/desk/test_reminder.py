"""Who is reminded of what, and what holds it back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.desk.basis import what_changed
from bot.desk.business_day import business_days_before
from bot.desk.draft import DraftFact
from bot.desk.reminder import (
    Account,
    Budget,
    ReminderKind,
    ReminderRule,
    Waiting,
    end_of_month,
    for_management,
    may_write,
    wanted,
)
from bot.desk.still_true import invoices_then, why_not_remind
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money

TODAY = date(2026, 11, 24)
ACME = Customer("C1", "Acme Mills")
LEVELS = tuple(ReminderRule(f"level-{days}", ReminderKind.PAST_DUE, "x", days) for days in (5, 20, 45))
LARGE = ReminderRule("large", ReminderKind.LARGE_DOLLAR, "x", over=Decimal(10000), currency="USD")
CERTIFICATES = tuple(ReminderRule(f"cert-{days}", ReminderKind.CERTIFICATE, "x", days) for days in (60, 30, 7))
WAITS = tuple(ReminderRule(f"wait-{days}", ReminderKind.WAITING, "x", days) for days in (3, 7, 12))


def make_invoice(number: str = "INV-1", *, due: date = TODAY, balance: str = "500.00", **changes: object) -> Invoice:
    values: dict[str, object] = {
        "number": number,
        "customer_number": "C1",
        "issued_on": due - timedelta(days=30),
        "due_on": due,
        "amount": Money(Decimal(balance)),
        "balance": Money(Decimal(balance)),
        "status": "open",
    }
    return Invoice(**(values | changes))  # type: ignore[arg-type]


def late(days: int, number: str = "INV-1") -> Invoice:
    return make_invoice(number, due=TODAY - timedelta(days=days))


def told(*found: tuple[str, str]) -> dict[tuple[str, str], date]:
    return dict.fromkeys(found, TODAY - timedelta(days=4))


def names(rules: tuple[ReminderRule, ...], account: Account, today: date = TODAY) -> list[tuple[str, str]]:
    return [(one.rule.slug, one.key) for one in wanted(rules, account, today)]


@pytest.mark.parametrize(
    ("days", "known", "level"),
    [
        (4, (), None),
        (5, (), "level-5"),
        (19, (), "level-5"),
        (20, (), "level-20"),
        # After an outage only the highest level is written.
        (99, (), "level-45"),
        (10, ("level-5",), None),
        (25, ("level-5",), "level-20"),
        (25, ("level-45",), None),
    ],
)
def test_an_invoice_that_is_past_due_has_one_level_at_a_time(
    days: int, known: tuple[str, ...], level: str | None
) -> None:
    account = Account(ACME, (late(days),), told=told(*[(one, "INV-1") for one in known]))
    assert names(LEVELS, account) == ([(level, "INV-1")] if level else [])


@pytest.mark.parametrize("status", ["paid", "disputed", "credited", "void"])
def test_nobody_is_reminded_of_what_is_no_longer_owed_or_is_disputed(status: str) -> None:
    assert names(LEVELS, Account(ACME, (late(30, "INV-1"), make_invoice("INV-2", status=status, due=TODAY)))) == [
        ("level-20", "INV-1")
    ]
    assert names(LEVELS, Account(ACME, (make_invoice(status=status, due=TODAY - timedelta(days=30)),))) == []


def test_a_hold_pauses_exactly_the_invoice_that_it_names() -> None:
    account = Account(ACME, (late(30, "INV-1"), late(30, "INV-2")), holds={"INV-1": "promised, kim"})
    assert names(LEVELS, account) == [("level-20", "INV-2")]


@pytest.mark.parametrize(
    ("balance", "due", "currency", "is_large"),
    [
        ("10000.01", "2026-11-30", "USD", True),
        ("10000.00", "2026-11-30", "USD", False),
        ("10000.01", "2026-12-01", "USD", False),
        ("10000.01", "2026-11-24", "USD", True),
        ("10000.01", "2026-11-23", "USD", False),
        ("10000.01", "2026-11-30", "EUR", False),
    ],
)
def test_large_dollar_is_over_ten_thousand_and_due_by_the_end_of_the_month(
    balance: str, due: str, currency: str, *, is_large: bool
) -> None:
    money = Money(Decimal(balance), currency)
    invoice = make_invoice(due=date.fromisoformat(due), balance=balance, amount=money)
    account = Account(ACME, (make_invoice(due=invoice.due_on, amount=money, balance="0"),))
    made = Invoice("INV-1", "C1", TODAY, invoice.due_on, money, money, "open")
    assert names((LARGE,), account) == []
    assert bool(names((LARGE,), Account(ACME, (made,)))) is is_large


def test_a_large_invoice_is_written_of_once_in_a_month() -> None:
    account = Account(ACME, (make_invoice(balance="20000"),), told=told(("large", "INV-1/2026-11")))
    assert names((LARGE,), account) == []


def test_management_hears_of_large_invoices_that_will_not_be_paid() -> None:
    invoices = (
        make_invoice("INV-1", balance="20000", status="disputed"),
        make_invoice("INV-2", balance="30000"),
        make_invoice("INV-3", balance="40000"),
    )
    said = for_management((LARGE,), Account(ACME, invoices, holds={"INV-2": "promised until 2026-12-15, kim"}), TODAY)
    assert said == [
        "Acme Mills: $20,000.00, due 2026-11-24: invoice INV-1 is disputed",
        "Acme Mills: $30,000.00, due 2026-11-24: invoice INV-2 is on hold: promised until 2026-12-15, kim",
    ]


@pytest.mark.parametrize(
    ("left", "rule"),
    [(61, None), (60, "cert-60"), (31, "cert-60"), (30, "cert-30"), (7, "cert-7"), (0, "cert-7"), (-1, None)],
)
def test_a_certificate_is_told_of_at_the_nearest_threshold(left: int, rule: str | None) -> None:
    certificate = Certificate("X-1", "C1", "TX", "resale", TODAY + timedelta(days=left))
    found = names(CERTIFICATES, Account(ACME, certificates=(certificate,)))
    assert [slug for slug, _ in found] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("days", "known", "rule"),
    [
        (2, (), None),
        (3, (), "wait-3"),
        # The first is the first, however long nobody looked.
        (30, (), "wait-3"),
        # Written four days ago, and the second follows four days after the first.
        (8, ("wait-3",), "wait-7"),
        (30, ("wait-3", "wait-7"), None),
        (30, ("wait-3", "wait-7", "wait-12"), None),
    ],
)
def test_waiting_for_an_answer_goes_one_step_after_the_other(
    days: int, known: tuple[str, ...], rule: str | None
) -> None:
    account = Account(ACME, waiting=(Waiting(1001, "C1", days),), told=told(*[(one, "1001") for one in known]))
    assert names(WAITS, account) == ([(rule, "1001")] if rule else [])


@pytest.mark.parametrize(
    ("account", "allowed"),
    [
        (Account(ACME), True),
        (Account(ACME, touches=(TODAY - timedelta(days=1), TODAY - timedelta(days=2))), True),
        (Account(ACME, touches=tuple(TODAY - timedelta(days=one) for one in (1, 2, 3))), False),
        # The oldest is out of the window by now.
        (Account(ACME, touches=tuple(TODAY - timedelta(days=one) for one in (1, 2, 30))), True),
        (Account(ACME, has_draft=True), False),
    ],
)
def test_the_contact_budget(account: Account, *, allowed: bool) -> None:
    first_day = business_days_before(TODAY, 10)
    assert may_write(account, Budget(3, 10), TODAY, first_day) is allowed


def test_nothing_is_written_on_a_quiet_day() -> None:
    assert may_write(Account(ACME), Budget(3, 10, frozenset({TODAY})), TODAY, TODAY) is False


def test_business_days_go_back_over_weekends_and_holidays() -> None:
    assert business_days_before(date(2026, 11, 24), 1) == date(2026, 11, 24)
    assert business_days_before(date(2026, 11, 24), 3) == date(2026, 11, 20)
    assert business_days_before(date(2026, 11, 27), 2, {date(2026, 11, 26)}) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "last"), [("2026-02-03", 28), ("2028-02-03", 29), ("2026-12-31", 31), ("2026-11-01", 30)]
)
def test_the_end_of_a_month(day: str, last: int) -> None:
    assert end_of_month(date.fromisoformat(day)).day == last


FACTS = (
    DraftFact("invoice_number", "INV-1", "ledger:invoice:INV-1"),
    DraftFact("invoice_balance", "$500.00", "ledger:invoice:INV-1"),
    DraftFact("invoice_status", "open", "ledger:invoice:INV-1"),
    DraftFact("answer_by", "November 25", "policy:answer_days"),
)


@pytest.mark.parametrize(
    ("invoice", "said"),
    [
        (make_invoice(), []),
        (make_invoice(balance="250.00", amount=Money(Decimal(500))), ["its balance is $250.00 now, and was $500.00"]),
        (make_invoice(balance="0.00", status="paid"), ["invoice INV-1 was paid since this was written"]),
        (make_invoice(status="disputed"), ["invoice INV-1 is disputed since this was written"]),
        (make_invoice(balance="0.00", status="credited"), ["invoice INV-1 was credited since this was written"]),
        (None, ["invoice INV-1 is no longer in the ledger"]),
    ],
)
def test_what_a_draft_says_is_held_against_the_ledger(invoice: Invoice | None, said: list[str]) -> None:
    found = what_changed(invoices_then(FACTS), {"INV-1": invoice} if invoice else {})
    assert len(found) == len(said)
    assert all(one in other for one, other in zip(said, found, strict=True))
    assert [one.number for one in invoices_then(FACTS)] == ["INV-1"]


def test_nobody_is_reminded_of_an_invoice_with_nothing_left_to_pay() -> None:
    assert why_not_remind(make_invoice(balance="0.00"), {}) == "invoice INV-1 has nothing left to pay"
    assert why_not_remind(make_invoice(), {}) is None
