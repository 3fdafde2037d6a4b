"""What the store promises about searching, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.desk.draft import DraftState, DraftText, revise
from bot.desk.search_query import read_search
from bot.desk.urgency import Rank
from bot.desk.user import Role, User
from bot.desk.verdict import FoundFact
from bot.ledger.customer import Customer
from bot.ledger.money import Money
from bot.mail.address import Address
from bot.steps.fill_search import fill_search
from bot.store.search_page import search_page
from bot.store.unit_of_work import SqlStore
from bot.stored import Clocked, NewMessage
from tests.contract.store_rows import NOW, add_raw, make_draft, make_item, make_message, make_raw, make_verdict
from tests.desks.step_desk import SteppedClock

ZONE = ZoneInfo("America/New_York")
EVERYBODY = User("kim", Role.APPROVER)
LETTERS = {
    "one": ("INV-0001001 was charged twice.", "ann@acme.example", "C-100", ("invoice", "INV-0001001")),
    "two": ("Our certificates are tax-exempt, see 4500-12345.", "bo@bolt.example", None, ("po", "4500-12345")),
    "three": ("We owe $1,204.50 on invoice 1001, résumé.", "cy@bolt.example", None, ("amount", "1204.50")),
    "four": ("Card 4111 1111 1111 1111 on PO-1001.", "dee@acme.example", "C-100", ("po", "PO-1001")),
}


def _fill(store: SqlStore) -> int:
    total = 0
    while filled := fill_search(store=store, clock=SteppedClock()):
        total += filled
    return total


@pytest.fixture
def mail(store: SqlStore) -> SqlStore:
    """Four messages a day apart, each with an item in its queue; the items are CD-1001 to CD-1004."""
    with store.begin() as uow:
        uow.ledger.save_customers([Customer("C-100", "Acme Mills"), Customer("C-200", "Bolt Works")], NOW)
        for place, (name, (body, sender, account, (kind, value))) in enumerate(LETTERS.items()):
            fact = FoundFact(kind, value, value, "newest_text", 0, 1)
            parsed = make_message(
                message_id_header=name, newest_text=body, subject=f"Subject {name}", senders=(Address("", sender),)
            )
            thread_id = uow.threads.add(name, account, NOW)
            raw_id, at = add_raw(uow, make_raw(name.encode())), NOW + place * timedelta(days=1)
            verdict = make_verdict(facts=(fact,))
            message_id = uow.messages.add(
                NewMessage(thread_id, raw_id, "icc", at, "outside", account, parsed, verdict, "open", "sorted")
            )
            queue = "icc" if place % 2 else "invoicing"
            item = uow.items.add(make_item(thread_id, category=f"c{place}", queue=queue, customer_number=account))
            uow.items.link_message(item.item_id, message_id)
            sum_ = Money(Decimal(1000 * place))
            uow.clocks.save({item.item_id: Clocked(1, None, Rank.USUAL, sum_)}, [])
        uow.commit()
    _fill(store)
    return store


def _found(store: SqlStore, asked: str, user: User = EVERYBODY) -> list[str]:
    return [
        hit.subject.removeprefix("Subject ") for hit in search_page(store.engine, read_search(asked), user, ZONE).hits
    ]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("charged", ["one"]),
        ("CHARGED twice", ["one"]),
        ("charged certificate", []),
        ("certificate", ["two"]),
        ("certif*", ["two"]),
        ("resume", ["three"]),
        ("1001", ["four", "three", "one"]),
        ("INV-1001", ["three", "one"]),
        ("450012345", ["two"]),
        ("PO-4500-12345", ["two"]),
        ("4111111111111111", []),
        ("1111", []),
        ("invoice:1001", ["one"]),
        ("po:1001", ["four"]),
        ("amount:1204.50", ["three"]),
        ("amount:>1500", ["four", "three"]),
        ("amount:<1500", ["two", "one"]),
        ("from:acme.example", ["four", "one"]),
        ("from:ann@acme.example", ["one"]),
        ("customer:C-100", ["four", "one"]),
        ("customer:acme charged", ["one"]),
        ("customer:nobody", []),
        ("category:c2", ["three"]),
        ("state:resolved", []),
        ("state:open 1001", ["four", "three", "one"]),
        ("before:2026-11-25", ["one"]),
        ("after:2026-11-26", ["four", "three"]),
        ("' OR 1=1 -- \" ) & | ! <-> \\ NEAR", []),
    ],
)
def test_what_is_asked_is_found_newest_first(mail: SqlStore, asked: str, wanted: list[str]) -> None:
    assert _found(mail, asked) == wanted


def test_only_what_lies_in_ones_queues_is_found(mail: SqlStore) -> None:
    assert _found(mail, "1001", replace(EVERYBODY, queues=frozenset({"icc"}))) == ["four"]
    assert _found(mail, "1001", replace(EVERYBODY, queues=frozenset())) == []


def test_each_thing_is_filled_once(mail: SqlStore) -> None:
    assert _fill(mail) == 0
    with mail.look() as uow:
        assert uow.search.count() == len(LETTERS)


def test_of_a_draft_the_version_that_waits_is_found(mail: SqlStore) -> None:
    with mail.begin() as uow:
        thread_id = uow.items.get(1001).thread_id
        draft = uow.drafts.add(
            make_draft(thread_id, text=DraftText((), (), "Re: one", "We look into the widget.")), [1001]
        )
        uow.commit()
    assert _fill(mail) == 1
    assert _found(mail, "widget") == ["Re: one"]
    with mail.begin() as uow:
        revised = revise(draft, DraftText((), (), "Re: one", "We look into the gadget."), "kim", NOW)
        uow.drafts.add_version(revised)
        uow.commit()
    assert _fill(mail) == 1
    assert (_found(mail, "widget"), _found(mail, "gadget")) == ([], ["Re: one"])
    with mail.begin() as uow:
        uow.drafts.set_state(revised, DraftState.SUPERSEDED)
        uow.commit()
    assert _found(mail, "gadget") == []


def test_notes_are_found_with_their_item(mail: SqlStore) -> None:
    with mail.begin() as uow:
        uow.items.add_note(1002, "kim", "Called Bo about the pallet.", NOW)
        uow.commit()
    _fill(mail)
    (hit,) = search_page(mail.engine, read_search("pallet"), EVERYBODY, ZONE).hits
    assert (hit.kind, hit.who, [one.number for one in hit.items]) == ("note", "kim", ["CD-1002"])


def test_a_message_that_was_moved_is_found_where_it_went(mail: SqlStore) -> None:
    with mail.begin() as uow:
        uow.messages.move_to_thread([1], uow.items.get(1002).thread_id)
        uow.commit()
    (hit,) = search_page(mail.engine, read_search("charged"), EVERYBODY, ZONE).hits
    assert [one.number for one in hit.items] == ["CD-1002"]


def test_pages_follow_one_another(mail: SqlStore) -> None:
    page = search_page(mail.engine, read_search("subject"), EVERYBODY, ZONE)
    after = page.hits[1].entry_id
    onward = search_page(mail.engine, read_search("subject"), EVERYBODY, ZONE, after)
    assert [hit.entry_id for hit in onward.hits] == [hit.entry_id for hit in page.hits[2:]]
