"""What the store promises about the ledger's copy and the people, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.desk.user import Role
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.ledger.order import Order
from bot.mail.address import Address
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW

ACME = Customer("C1", "Acme Mills", domains=("acme.example",), emails=("ap@gmail.example",))
BOLT = Customer("C2", "Bolt Works", domains=("bolt.example",), emails=("ap@bolt.example",))


def make_invoice(number: str = "INV-0551", customer_number: str = "C1", **changes: object) -> Invoice:
    values: dict[str, object] = {
        "number": number,
        "customer_number": customer_number,
        "issued_on": date(2026, 10, 1),
        "due_on": date(2026, 11, 1),
        "amount": Money(Decimal("1204.50")),
        "balance": Money(Decimal("0.10")),
        "status": "open",
        "po_number": "45-001",
    }
    return Invoice(**(values | changes))  # type: ignore[arg-type]


def _save(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.ledger.save_customers([ACME, BOLT], NOW)
        uow.ledger.save_invoices([make_invoice(), make_invoice("INV-0900", "C2", po_number="")], NOW)
        uow.ledger.save_orders([Order("SO-7", "C1", date(2026, 9, 1), Money(Decimal(9)), "45-002", "verified")], NOW)
        uow.ledger.save_certificates([Certificate("TX-1", "C1", "TX", "resale", None)], NOW)
        uow.commit()


def test_saving_again_replaces_and_doubles_nothing(store: SqlStore) -> None:
    _save(store)
    _save(store)
    with store.look() as uow:
        known = uow.ledger.lookup(ACME, ["inv0551"], ["TX"])
    assert known.invoices == (make_invoice(),)
    assert [row.number for row in known.certificates] == ["TX-1"]


def test_a_sender_is_known_by_address_and_by_domain(store: SqlStore) -> None:
    _save(store)
    with store.look() as uow:
        found = [
            uow.ledger.customer_of_sender(Address("", email))
            for email in ("AP@Gmail.example", "someone@acme.example", "else@gmail.example", "x@notacme.example")
        ]
    assert [one.number if one else None for one in found] == ["C1", "C1", None, None]


def test_a_domain_of_two_accounts_tells_nothing(store: SqlStore) -> None:
    with store.begin() as uow:
        shared = ("group.example",)
        uow.ledger.save_customers([Customer("C1", "A", domains=shared), Customer("C2", "B", domains=shared)], NOW)
        uow.commit()
    with store.look() as uow:
        assert uow.ledger.customer_of_sender(Address("", "ap@group.example")) is None


def test_numbers_of_another_account_are_foreign_and_never_handed_out(store: SqlStore) -> None:
    _save(store)
    with store.look() as uow:
        known = uow.ledger.lookup(ACME, ["INV 0551", "inv-0900", "45 001", "45-002", "777"], [])
    assert [row.number for row in known.invoices] == ["INV-0551"]
    assert [row.number for row in known.orders] == ["SO-7"]
    assert known.foreign_numbers == ("inv-0900",)
    assert known.unknown_numbers == ("777",)


def test_without_an_account_every_number_of_the_ledger_is_foreign(store: SqlStore) -> None:
    _save(store)
    with store.look() as uow:
        known = uow.ledger.lookup(None, ["INV-0551", "777"], ["TX"])
    assert (known.invoices, known.foreign_numbers, known.unknown_numbers) == ((), ("INV-0551",), ("777",))
    assert known.certificates == ()


def test_money_keeps_its_cents(store: SqlStore) -> None:
    _save(store)
    with store.look() as uow:
        (invoice,) = uow.ledger.lookup(ACME, ["INV-0551"], []).invoices
    assert (str(invoice.amount), str(invoice.balance)) == ("$1,204.50", "$0.10")


def test_a_session_ends_at_its_time_and_with_the_account(store: SqlStore) -> None:
    until = NOW + timedelta(hours=1)
    with store.begin() as uow:
        uow.users.save("kim", Role.APPROVER, "hash", NOW)
        uow.users.open_session("kim", "t" * 64, "csrf", NOW, until)
        uow.commit()
    with store.begin() as uow:
        assert uow.users.session("t" * 64, NOW) is not None
        assert uow.users.session("t" * 64, until) is None
        uow.users.disable("kim")
        assert uow.users.session("t" * 64, NOW) is None
        assert uow.users.password_hash("kim") is None
