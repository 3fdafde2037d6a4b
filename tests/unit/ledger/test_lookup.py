"""Numbers of a message against the sender's own account."""

from datetime import date
from decimal import Decimal

import pytest

from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import account_of, known_facts, number_key
from bot.ledger.money import Money
from bot.ledger.order import Order
from bot.ledger.states import state_code

DAY = date(2026, 3, 4)


def make_invoice(number: str, customer: str, po_number: str = "") -> Invoice:
    return Invoice(number, customer, DAY, DAY, Money(Decimal(1)), Money(Decimal(1)), "open", po_number)


def test_spellings_of_a_number_are_equal_but_leading_zeros_count() -> None:
    assert number_key("inv #204-117") == number_key("INV204117")
    assert number_key("007") != number_key("7")


@pytest.mark.parametrize(("numbers", "account"), [(["1", "1"], "1"), (["1", "2"], None), ([], None)])
def test_rows_of_one_account_tell_it(numbers: list[str], account: str | None) -> None:
    assert account_of(numbers) == account


def test_only_the_senders_own_rows_may_be_used() -> None:
    own, other = make_invoice("INV-1", "1", "PO-1"), make_invoice("INV-2", "2")
    order = Order("SO-9", "2", DAY, Money(Decimal(1)), "PO-9")
    known = known_facts(Customer("1", "A"), ["inv1", "INV-2", "PO-1", "PO-9", "X"], [own, other], [order])
    assert known.invoices == (own,)
    assert known.orders == ()
    assert known.foreign_numbers == ("INV-2", "PO-9")
    assert known.unknown_numbers == ("X",)


def test_without_a_customer_every_row_is_foreign() -> None:
    known = known_facts(None, ["INV-1"], [make_invoice("INV-1", "1")], [])
    assert known.invoices == ()
    assert known.foreign_numbers == ("INV-1",)


@pytest.mark.parametrize(
    ("text", "code"), [("oh", "OH"), ("new  york", "NY"), ("District of Columbia", "DC"), ("Bavaria", "")]
)
def test_states_are_known_by_code_and_name(text: str, code: str) -> None:
    assert state_code(text) == code


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(Decimal("1204.5")), "$1,204.50"),
        (Money(Decimal("-5")), "-$5.00"),
        (Money(Decimal("5"), "CAD"), "5.00 CAD"),
    ],
)
def test_money_reads_as_people_write_it(money: Money, text: str) -> None:
    assert str(money) == text
    assert Money.from_cents(money.cents, money.currency) == money
