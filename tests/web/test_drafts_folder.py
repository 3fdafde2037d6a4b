"""A mailbox whose people send approved replies from its Drafts folder, as the page tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.in_drafts import GONE_FOR
from bot.jobs.drafts_folders import fill_drafts_folders, follow_drafts_folders
from tests.web.room import Room, make_client, make_desk, make_letter


@pytest.fixture
def approved(tmp_path: Path) -> Iterator[Room]:
    """Its one draft is approved, and lies in Drafts."""
    desk, clock = make_desk(tmp_path, mailbox='approved = "drafts"\n')
    with make_client(desk) as client:
        room = Room(desk, clock, client)
        room.add_person("ann", "approver")
        room.log_in("ann")
        number = room.arrive(make_letter())
        page = client.get(f"/items/{number}").text
        assert "Approve, put into Drafts" in page
        assert "Approve and send" not in page
        form = room.draft_form(number) | {"body": "We refund it."}
        answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
        assert "send it from there" in client.get(answer.headers["location"]).text
        clock.pass_by(timedelta(seconds=10))
        fill_drafts_folders(desk)
        yield room
    desk.close()


def test_the_item_and_the_outbox_say_where_the_reply_lies(approved: Room) -> None:
    assert "An approved reply lies in the Drafts folder of icc" in approved.client.get("/items/CD-1001").text
    assert "Send it, correct it or delete it there" in approved.client.get("/outbox?state=in_drafts").text


def test_a_deleted_reply_is_told_at_the_item_and_can_be_put_there_again(approved: Room, tmp_path: Path) -> None:
    for path in (tmp_path / "config" / "icc-drafts" / "cur").iterdir():
        path.unlink()
    follow_drafts_folders(approved.desk)
    approved.clock.pass_by(GONE_FOR)
    assert follow_drafts_folders(approved.desk) == 1
    assert "was deleted in the Drafts folder. Nothing was sent." in approved.client.get("/items/CD-1001").text
    assert "Put it into Drafts again" in approved.client.get("/outbox").text
    approved.post("/outbox/1/decide", decision="again")
    fill_drafts_folders(approved.desk)
    assert approved.desk.queries.outbox()[0].entry.state == "in_drafts"


def test_a_reply_that_was_sent_from_there_is_told_so(approved: Room) -> None:
    approved.post("/outbox/1/decide", decision="arrived")
    assert "from Drafts" in approved.client.get("/outbox").text
    assert "An approved reply lies" not in approved.client.get("/items/CD-1001").text
