"""Queues, outbox, quarantine, mailboxes and record."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.desk.outbox import Uncertain
from bot.steps.poll import poll
from tests.web.room import Room, make_letter


def test_the_queues_count_and_show_what_is_not_done(room: Room) -> None:
    refund = room.arrive(make_letter())
    unsorted = room.arrive(make_letter("What is this about?", "Hello"))
    page = room.client.get("/").text
    assert page.index(refund) < page.index(unsorted)
    assert "Refund: Duplicate payment" in page
    assert "Brightwater Supply" in page
    assert "Draft waits" in page
    assert refund not in room.client.get("/?queue=unsorted").text
    assert unsorted in room.client.get("/?queue=unsorted").text
    room.post(f"/items/{refund}/resolve", resolution="no_action")
    assert refund not in room.client.get("/").text
    assert refund in room.client.get("/?state=resolved").text


def test_mine_holds_what_is_assigned_to_me(room: Room) -> None:
    number = room.arrive(make_letter())
    assert number not in room.client.get("/?queue=mine").text
    room.post(f"/items/{number}/assign", assignee="ann")
    assert number in room.client.get("/?queue=mine").text


def test_long_lists_come_in_pages_of_fifty(room: Room) -> None:
    room.arrive(*(make_letter(f"The chair number {n} arrived damaged.", f"Chair {n}") for n in range(60)))
    first = room.client.get("/").text
    assert first.count('class="cover"') == 50
    (onward,) = re.findall(r'href="(/\?after=[\d-]+)" rel="next"', first)
    assert room.client.get(onward).text.count('class="cover"') == 10
    drafts = room.client.get("/drafts").text
    assert drafts.count('class="cover"') == 50
    assert "More ›" in drafts


def test_filters_that_do_not_exist_show_everything(room: Room) -> None:
    number = room.arrive(make_letter())
    assert number in room.client.get("/?queue=<b>&state=nonsense").text
    assert room.client.get("/outbox?state=nonsense").status_code == 200


def test_drafts_tell_what_is_missing(room: Room) -> None:
    number = room.arrive(make_letter())
    form = room.draft_form(number) | {"body": "We refund [[amount]] by [[date]]."}
    room.post(f"/drafts/{room.draft_id(number)}/save", **form)
    assert "2 to fill in" in room.client.get("/drafts").text


def _uncertain(room: Room) -> None:
    number = room.arrive(make_letter())
    form = room.draft_form(number) | {"body": "We refund it."}
    room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
    # An approval can be taken back for ten seconds; only then is the message due.
    room.clock.pass_by(timedelta(seconds=10))
    with room.desk.store.begin() as uow:
        entry = uow.outbox.claim(1, room.clock.now())
        assert entry is not None
        uow.outbox.settle(entry, Uncertain("the connection died <after> the last byte"))
        uow.commit()


def test_an_uncertain_entry_shows_its_reason_and_two_decisions(room: Room) -> None:
    _uncertain(room)
    page = room.client.get("/outbox").text
    assert "Unclear whether it was sent" in page
    assert "The connection died &lt;after&gt; the last byte." in page
    assert "It arrived" in page
    assert room.post("/outbox/1/decide", decision="again").status_code == 303
    assert room.desk.queries.outbox()[0].entry.state == "queued"


def test_a_decision_on_what_is_decided_is_refused_in_words(room: Room) -> None:
    _uncertain(room)
    assert room.post("/outbox/1/decide", decision="arrived").status_code == 303
    answer = room.post("/outbox/1/decide", decision="again")
    assert answer.status_code == 422
    assert "there is nothing to decide" in answer.text
    assert room.desk.queries.outbox()[0].entry.state == "sent"


def test_a_reviewer_decides_nothing_about_the_outbox_or_the_quarantine(room: Room) -> None:
    _uncertain(room)
    room.arrive(make_letter(sender="ICC <icc@northgate.example>"))
    room.add_person("rob", "reviewer")
    room.log_in("rob")
    assert "It arrived" not in room.client.get("/outbox").text
    assert "Try again" not in room.client.get("/quarantine").text
    assert room.post("/outbox/1/decide", decision="again").status_code == 403
    assert room.post("/quarantine/1/release").status_code == 403
    assert room.desk.queries.outbox()[0].entry.state == "uncertain"
    assert len(room.desk.queries.quarantined()) == 1


def test_quarantine_shows_the_reason_gives_the_bytes_and_tries_again(room: Room) -> None:
    room.arrive(make_letter())
    letter = make_letter(sender="ICC <icc@northgate.example>")
    room.arrive(letter)
    assert "from our own address icc@northgate.example" in room.client.get("/quarantine").text
    assert room.client.get("/quarantine/1/raw").content == letter
    assert room.client.get("/quarantine/9/raw").status_code == 404
    assert room.post("/quarantine/1/release").headers["location"] == "/quarantine?done=released"
    assert "Nothing is held" in room.client.get("/quarantine").text


def test_mailboxes_tell_when_they_were_read(room: Room) -> None:
    assert "Not read yet" in room.client.get("/mailboxes").text
    (room.desk.settings.folder / "icc" / "new").mkdir(parents=True)
    (room.desk.settings.folder / "icc" / "cur").mkdir(parents=True)
    mailbox = room.desk.open_mailbox("icc")
    poll("icc", room.desk.poll_policy("icc"), store=room.desk.store, mailbox=mailbox, clock=room.clock)
    mailbox.close()
    page = room.client.get("/mailboxes").text
    assert "Fine" in page
    assert "icc@northgate.example" in page


def test_the_record_can_be_read_by_subject(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/assign", assignee="ann")
    assert "logged in" in room.client.get("/record").text
    page = room.client.get(f"/record?subject={number}").text
    assert "assigned" in page
    assert "logged in" not in page
    assert "Nothing on record" in room.client.get("/record?subject=<script>").text
