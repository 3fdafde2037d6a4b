"""The page of one item: what is shown of a message, and what a person does with the item."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.bootstrap import Desk
from bot.desk.verdict import Choice, Evidence, Verdict
from tests.web.room import Room, ScriptedSorter, make_letter

RLO = "\u202e"
SCRIPT = b"<script>alert(1)</script>"


class OffTheMark(ScriptedSorter):
    """Shows evidence at places that the text does not have."""

    def _sort(self, text: str) -> Verdict:
        spans = ((-5, 4), (3, 3), (9, 2), (0, 10**9), (10**6, 10**7))
        odd = tuple(Evidence("newest_text", start, end, "", f"mark {start}") for start, end in spans)
        return replace(super()._sort(text), evidence=odd)


def outside_editor(page: str) -> str:
    """The page without the fields that people edit, whose text must stay as it is."""
    return re.sub(r'<textarea.*?</textarea>|value="[^"]*"', "", page, flags=re.DOTALL)


def _state(room: Room, number: str) -> str:
    with room.desk.store.look() as uow:
        return uow.items.get(int(number[3:])).state


def test_evidence_is_marked_with_its_reason(room: Room) -> None:
    page = room.client.get(f"/items/{room.arrive(make_letter())}").text
    assert '<mark data-kind="evidence" title="speaks for refund">charged twice</mark>' in page
    assert '<mark data-kind="invoice" title="invoice INV-1001">INV-1001</mark>' in page
    assert "why it was sorted so" in page
    assert "94%" in page.replace(" ", "")


def test_offsets_that_are_off_the_mark_break_nothing(room: Room) -> None:
    off: Desk = replace(room.desk, sorter=OffTheMark())
    number = Room(off, room.clock, room.client).arrive(make_letter("We were charged twice."))
    page = room.client.get(f"/items/{number}").text
    assert '<mark data-kind="evidence" title="mark 0">We were charged twice.</mark>' in page


def test_the_account_is_shown_and_numbers_of_others_are_flagged_without_their_owner(room: Room) -> None:
    number = room.arrive(make_letter("We were charged twice for INV-1001, INV-2002 and INV-9999."))
    page = room.client.get(f"/items/{number}").text
    assert "Brightwater Supply" in page
    assert "$1,250.00" in page
    assert "PO-77" in page
    assert "INV-2002 belongs to another account" in page
    assert "Harlow" not in page
    assert "C-200" not in page
    assert "<b>≠ INV-9999</b>: the ledger does not have it" in page
    assert '<mark data-kind="invoice" class="doubted" title="invoice INV-2002: it belongs to another account">' in page


def test_a_hostile_message_is_text_and_nothing_else(room: Room) -> None:
    script = "<script>alert(1)</script>"
    letter = make_letter(
        f"{script} <img src=http://evil.example/x.png> {{{{ 7*7 }}}} charged twice\x0bnow {RLO}txt",
        f"{script} {RLO}evil",
        f'"{script}" <x@evil.example>',
        {f"bill{RLO}fdp.exe": b"MZ", "<svg onload=alert(1)>.pdf": b"<svg/>"},
    )
    number = room.arrive(letter)
    for path in ("/", f"/items/{number}", "/drafts", "/record"):
        page = room.client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<svg" not in page
        assert RLO not in outside_editor(page)
    page = room.client.get(f"/items/{number}").text
    assert "⟨U+202E⟩" in page
    assert "{{ 7*7 }}" in page
    assert "⟨U+000B⟩" in page


def test_the_real_address_is_shown_where_the_name_pretends_another(room: Room) -> None:
    number = room.arrive(make_letter(sender='"ap@brightwater.example" <x@evil.example>'))
    page = room.client.get(f"/items/{number}").text
    assert "&lt;x@evil.example&gt;" in page
    assert "The name shows another address than the real sender" in page
    assert "A person must look first" in page


def test_attachments_are_listed_and_only_ever_downloaded(room: Room) -> None:
    number = room.arrive(make_letter(files={"page.html": SCRIPT, "späte Rechnung.pdf": b"%PDF-1"}))
    page = room.client.get(f"/items/{number}").text
    assert "/messages/1/attachments/1" in page
    assert "25 bytes" in page
    answer = room.client.get("/messages/1/attachments/1")
    assert answer.content == SCRIPT
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="page.html"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    named = room.client.get("/messages/1/attachments/2").headers["content-disposition"]
    assert "filename*=UTF-8''sp%C3%A4te%20Rechnung.pdf" in named
    assert room.client.get("/messages/1/attachments/3").status_code == 404


def test_the_raw_message_comes_byte_for_byte(room: Room) -> None:
    letter = make_letter()
    room.arrive(letter)
    answer = room.client.get("/messages/1/raw")
    assert answer.content == letter
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_times_are_those_of_the_company_with_utc_beside(room: Room) -> None:
    page = room.client.get(f"/items/{room.arrive(make_letter())}").text
    assert 'title="2026-11-24 14:00 UTC">Today 9:00 AM</time>' in page


@pytest.mark.parametrize("written", ["1001", "cd-1001", "CD-1001?from=drafts"])
def test_every_way_of_writing_a_number_leads_to_the_item(room: Room, written: str) -> None:
    room.arrive(make_letter())
    answer = room.client.get(f"/items/{written}")
    assert answer.status_code == 200 or answer.headers["location"].startswith("/items/CD-1001")
    assert room.client.get("/search", params={"q": "cd-1001"}).headers["location"] == "/items/CD-1001"


def test_work_on_an_item(room: Room) -> None:
    number = room.arrive(make_letter())
    for path, fields, wanted in (
        ("assign", {"assignee": "ann"}, "Assigned to ann"),
        ("wait", {}, "state-waiting"),
        ("note", {"body": "Called <them>"}, "Called &lt;them&gt;"),
        ("sort", {"choice": "dispute/price"}, "Dispute: Price"),
        ("resolve", {"resolution": "refund", "document_number": "CM-9"}, "document CM-9"),
        ("reopen", {}, "state-open"),
        ("assign", {"assignee": ""}, "Assigned to nobody"),
    ):
        answer = room.post(f"/items/{number}/{path}", **fields)
        assert answer.status_code == 303, path
        page = room.client.get(answer.headers["location"]).text
        assert wanted in page, path
        assert 'role="status"' in page


@pytest.mark.parametrize(
    ("path", "fields", "why"),
    [
        ("resolve", {"resolution": "refund"}, "needs the number of its document"),
        ("resolve", {}, "Choose how the item ended"),
        ("assign", {"assignee": "nobody"}, "there is no user nobody"),
        ("sort", {"choice": "nonsense"}, "is no category"),
        ("sort", {"choice": "dispute/nonsense"}, "is no reason"),
        ("sort", {"choice": "unsorted"}, "is no category"),
        ("note", {"body": "  "}, "the note is empty"),
        ("merge", {"into": "CD-99"}, "there is no work item CD-99"),
        ("merge", {"into": "first one"}, "is no work item number"),
        ("split", {}, "Choose the messages"),
        ("split", {"message_id": "77"}, "name some of them"),
    ],
)
def test_what_the_rules_refuse_is_said_on_the_page(room: Room, path: str, fields: dict[str, str], why: str) -> None:
    number = room.arrive(make_letter())
    before = room.desk.queries.record()
    answer = room.post(f"/items/{number}/{path}", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert why.lower() in answer.text.lower()
    assert room.desk.queries.record() == before


def test_a_merged_number_leads_to_its_survivor(room: Room) -> None:
    first = room.arrive(make_letter())
    second = room.arrive(make_letter("The chairs arrived damaged.", "Damaged chairs"))
    answer = room.post(f"/items/{second}/merge", into=first)
    assert answer.headers["location"].startswith(f"/items/{first}?done=merged&")
    answer = room.client.get(f"/items/{second}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/items/{first}")
    assert "The chairs arrived" in room.client.get(f"/items/{first}").text


def test_messages_are_split_off_into_an_item_of_their_own(room: Room) -> None:
    number = room.arrive(make_letter())
    room.arrive(make_letter("We were charged twice again.", f"Re: Duplicate payment [{number}]"))
    page = room.client.get(f"/items/{number}").text
    assert 'name="message_id" value="2"' in page
    answer = room.post(f"/items/{number}/split", message_id="2")
    assert answer.status_code == 303
    assert not answer.headers["location"].startswith(f"/items/{number}?")
    assert "charged twice again" in room.client.get(answer.headers["location"]).text.replace("</mark>", "").replace(
        '<mark data-kind="evidence" title="speaks for refund">', ""
    )


def test_a_reviewer_does_the_daily_work(room: Room) -> None:
    number = room.arrive(make_letter())
    room.add_person("rob", "reviewer")
    room.log_in("rob")
    assert room.post(f"/items/{number}/resolve", resolution="no_action").status_code == 303
    assert _state(room, number) == "resolved"


def test_what_is_only_mentioned_or_left_out_says_so_in_words(room: Room) -> None:
    number = room.arrive(make_letter("Hello, we were charged twice for INV-1001, not for INV-2002. Please refund."))
    room.post(f"/items/{number}/reading", invoices="INV-1001")
    page = room.client.get(f"/items/{number}").text
    assert '<mark data-kind="invoice" title="invoice INV-1001' in page
    mark = r'<mark data-kind="invoice" data-role="left_out"[^>]*>INV-2002</mark><small class="role">([^<]*)'
    left_out = re.search(mark, page)
    assert left_out is not None
    assert left_out[1] == " (left out)"


class Asking(ScriptedSorter):
    """Is sure of nothing, and asks what a person should look at."""

    def _sort(self, text: str) -> Verdict:
        choices = (Choice("dispute", 0.5, "price", 0.8), Choice("revision", 0.3, "po_number", 0.3))
        question = Evidence("newest_text", 7, 29, text[7:29], "decides: a dispute, or an invoice revision")
        return replace(super()._sort(text), choices=choices, question=question)


def test_an_unsorted_item_asks_with_the_likeliest_first_their_reasons_and_the_sentence_that_decides(
    room: Room,
) -> None:
    asking = Room(replace(room.desk, sorter=Asking()), room.clock, room.client)
    number = asking.arrive(make_letter("Hello. The price looks wrong. Please help with it."))
    page = room.client.get(f"/items/{number}").text

    buttons = re.findall(r'name="choice" value="([^"]*)"[^>]*data-key="(\d)">(.*?)</button>', page)
    assert buttons[:2] == [
        ("dispute/price", "1", "Dispute: Price <small>50%</small>"),
        ("revision", "2", "Invoice revision <small>30%</small>"),
    ]
    assert [key for _, key, _ in buttons] == ["1", "2", "3", "4", "5", "6"]
    assert 'Read this first: <mark data-kind="evidence">The price looks wrong.</mark>' in page
    assert '<mark data-kind="evidence" title="decides: a dispute, or an invoice revision">' in page

    room.post(f"/items/{number}/sort", choice="dispute/price")
    with room.desk.store.look() as uow:
        item = uow.items.get(int(number[3:]))
    assert (item.category, item.reason) == ("dispute", "price")
