"""The queue: filters, going through a list item by item, and many items at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.jobs.work import sweep_all
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from tests.web.room import Room, make_letter


def _numbers(room: Room, query: str) -> list[str]:
    return re.findall(r'name="number" value="(CD-\d+)"', room.client.get(f"/?{query}").text)


@pytest.fixture
def three(room: Room) -> Room:
    """CD-1001 a refund, CD-1002 a dispute from a colleague, CD-1003 unsorted."""
    room.arrive(make_letter())
    room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@northgate.example>"))
    room.arrive(make_letter("Good morning.", "Hello", "x@unknown.example"))
    return room


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["CD-1001", "CD-1002", "CD-1003"]),
        ("sort=newest", ["CD-1003", "CD-1002", "CD-1001"]),
        ("sort=oldest", ["CD-1001", "CD-1002", "CD-1003"]),
        ("category=refund", ["CD-1001"]),
        ("category=dispute&reason=damaged_or_wrong", ["CD-1002"]),
        ("side=inside", ["CD-1002"]),
        ("mailbox=icc&drafted=yes", ["CD-1001", "CD-1002"]),
        ("mailbox=elsewhere", []),
        ("customer=C-100", ["CD-1001"]),
        ("assignee=nobody", ["CD-1001", "CD-1002", "CD-1003"]),
        ("assignee=mine", []),
        ("older=1", []),
        ("queue=unsorted", ["CD-1003"]),
        ("state=nonsense&older=x&side=%00&sort=up&amount=1&promise=x&at=1", ["CD-1001", "CD-1002", "CD-1003"]),
    ],
)
def test_each_filter_shows_what_it_names(three: Room, query: str, wanted: list[str]) -> None:
    assert _numbers(three, query) == wanted


def test_one_goes_through_a_list_in_its_order(three: Room) -> None:
    page = three.client.get("/items/CD-1002?from=list:sort%3Doldest").text
    assert re.search(r'href="/items/CD-1001\?from=list%3Asort%3Doldest%26at%3D[\d-]+1001" rel="prev"', page)
    assert re.search(r'href="/items/CD-1003\?from=list%3Asort%3Doldest%26at%3D[\d-]+1003" rel="next"', page)


def test_approving_goes_on_to_what_follows_in_the_list_and_at_its_end_back_to_it(three: Room) -> None:
    form = three.draft_form("CD-1001") | {"body": "Hello, we look into it.", "came_from": "list:drafted=yes"}
    answer = three.post(f"/drafts/{three.draft_id('CD-1001')}/approve", **form)
    assert answer.headers["location"].startswith("/items/CD-1002?done=approved&from=list%3Adrafted%3Dyes%26at%3D1-")
    form = three.draft_form("CD-1002") | {"body": "Hello, we look into it.", "came_from": "list:drafted=yes"}
    answer = three.post(f"/drafts/{three.draft_id('CD-1002')}/approve", **form)
    assert answer.headers["location"].startswith("/?drafted=yes&done=approved")


def test_many_are_assigned_at_once_and_undone_at_once(three: Room) -> None:
    chosen = ["CD-1001", "CD-1003"]
    answer = three.post("/bulk", do="assign", assignee="ann", number=chosen, came_from="list:sort=oldest")
    assert answer.headers["location"].startswith("/?sort=oldest&done=assigned&undo=items%3ACD-1001%2CCD-1003")
    assert _numbers(three, "queue=mine&sort=oldest") == chosen
    three.post("/undo", what="items:CD-1001,CD-1003")
    assert _numbers(three, "queue=mine") == []


def test_many_are_sorted_at_once_and_undone_at_once(three: Room) -> None:
    chosen = ["CD-1002", "CD-1003"]
    answer = three.post("/bulk", do="sort", choice="refund/overpayment", number=chosen, came_from="list:sort=oldest")
    assert answer.headers["location"].startswith("/?sort=oldest&done=sorted&undo=items%3ACD-1002%2CCD-1003")
    assert _numbers(three, "category=refund&reason=overpayment&sort=oldest") == chosen
    answer = three.post("/undo", what="items:CD-1002,CD-1003", came_from="list:sort=oldest")
    assert answer.headers["location"] == "/?sort=oldest&done=taken_back"
    assert (_numbers(three, "category=dispute"), _numbers(three, "queue=unsorted")) == (["CD-1002"], ["CD-1003"])


def test_where_one_cannot_be_undone_the_others_are(three: Room) -> None:
    three.post("/bulk", do="assign", assignee="ann", number=["CD-1001", "CD-1003"])
    three.post("/items/CD-1001/wait")
    three.post("/undo", what="items:CD-1001")
    answer = three.post("/undo", what="items:CD-1001,CD-1003")
    assert answer.status_code == 422
    assert "1 of 2 were undone" in answer.text
    assert _numbers(three, "queue=mine") == ["CD-1001"]


def test_many_are_closed_and_what_refuses_is_named(three: Room) -> None:
    three.post("/items/CD-1001/resolve", resolution="no_action")
    answer = three.post("/bulk", do="close", number=["CD-1001", "CD-1003"])
    assert answer.status_code == 422
    assert "CD-1001 is resolved" in answer.text
    assert _numbers(three, "state=resolved") == ["CD-1003", "CD-1001"]


@pytest.mark.parametrize(
    "fields", [{"do": "assign"}, {"do": "erase", "number": ["CD-1001"]}, {"do": "sort", "number": ["CD-1001"]}]
)
def test_nothing_chosen_is_nothing_done(three: Room, fields: dict[str, object]) -> None:
    answer = three.post("/bulk", **fields)
    assert answer.status_code == 422
    assert "Nothing was done" in answer.text


def _sweep(room: Room) -> None:
    sweep_all(room.desk)


def test_the_due_come_first_and_what_waits_for_the_customer_comes_last(three: Room) -> None:
    three.post("/items/CD-1001/wait")
    _sweep(three)
    # CD-1003 is unsorted, which is promised within four hours.
    assert _numbers(three, "") == ["CD-1003", "CD-1002", "CD-1001"]
    assert _numbers(three, "promise=day") == ["CD-1003", "CD-1002"]
    assert _numbers(three, "promise=late") == []
    three.clock.pass_by(timedelta(days=2))
    three.log_in("ann")
    assert _numbers(three, "promise=late") == ["CD-1003", "CD-1002"]


def test_what_is_at_stake_is_shown_ordered_and_filtered(three: Room) -> None:
    _sweep(three)
    assert "$1,250.00" in three.client.get("/").text
    assert _numbers(three, "sort=amount") == ["CD-1001", "CD-1003", "CD-1002"]
    assert _numbers(three, "amount=1000") == ["CD-1001"]
    assert _numbers(three, "amount=10000") == []


def test_money_that_the_targets_call_large_comes_before_all_other_mail(three: Room) -> None:
    invoice = Invoice("INV-9", "C-200", date(2026, 10, 1), date(2026, 10, 31), *[Money(Decimal(80000))] * 2, "open")
    with three.desk.store.begin() as uow:
        uow.ledger.save_invoices([invoice], three.clock.now())
        uow.commit()
    _sweep(three)
    three.clock.pass_by(timedelta(hours=3))
    three.arrive(make_letter("INV-9 arrived damaged.", "Late but large", "Bo <bo@harlow.example>"))
    _sweep(three)
    assert _numbers(three, "")[0] == "CD-1004"


def test_one_goes_on_from_where_an_item_stood_when_it_was_opened(three: Room) -> None:
    _sweep(three)
    assert _numbers(three, "") == ["CD-1003", "CD-1001", "CD-1002"]
    opened = re.findall(r'href="(/items/CD-1003\?from=[^"]+)"', three.client.get("/").text)[0]
    three.post("/items/CD-1003/resolve", resolution="no_action")
    _sweep(three)
    page = three.client.get(opened).text
    assert re.search(r'href="/items/CD-1001\?from=[^"]+" rel="next"', page)


def test_further_mail_about_more_money_moves_an_item(three: Room) -> None:
    _sweep(three)
    again = make_letter("It is INV-2002 as well.", "Re: Chairs [CD-1002]", "Bo <bo@northgate.example>")
    three.arrive(again)
    with three.desk.store.look() as uow:
        assert uow.clocks.unclocked(10) == [1002]
