"""The page of the mailboxes: how far each is read, what stands in the way, and a try of the connection."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.mailbox_trouble import Trouble
from bot.desk.watch import BalanceCheck
from bot.errors import LoginRefusedError
from bot.steps.poll import note_failure, poll
from bot.web.troubles import TROUBLES
from tests.web.room import Room, make_letter


def _read(room: Room) -> None:
    inbox = room.desk.settings.folder / "icc"
    inbox.mkdir(exist_ok=True)
    (inbox / "one.eml").write_bytes(make_letter())
    mailbox = room.desk.open_mailbox("icc")
    poll("icc", room.desk.poll_policy("icc"), store=room.desk.store, mailbox=mailbox, clock=room.clock)
    mailbox.close()


def test_it_says_when_it_was_read_and_whether_everything_is_accounted_for(room: Room) -> None:
    page = room.client.get("/mailboxes").text
    assert "None so far" in page
    assert "not drawn up yet" in page
    _read(room)
    with room.desk.store.begin() as uow:
        uow.watch.save_balance("icc", BalanceCheck(room.clock.now(), 7, 2))
        uow.commit()
    page = room.client.get("/mailboxes").text
    assert "Fine" in page
    assert ", was read " in page
    assert "2 of 7 messages on the server are not accounted for" in page


def test_an_error_comes_in_plain_words_with_the_way_to_mend_it(room: Room) -> None:
    _read(room)
    room.clock.pass_by(timedelta(hours=1))
    for _ in range(2):
        note_failure("icc", LoginRefusedError("icc: login as icc failed: NO"), store=room.desk.store, clock=room.clock)
    page = room.client.get("/mailboxes").text
    assert "The mail server refuses the log-in." in page
    assert "The password was changed or has expired" in page
    assert "Icc: login as icc failed: NO." in page
    assert "2 in a row failed since" in page
    _read(room)
    assert "refuses the log-in" not in room.client.get("/mailboxes").text


def test_a_try_of_the_connection_says_what_answered_or_what_stands_in_the_way(room: Room) -> None:
    answer = room.post("/mailboxes/test", slug="icc")
    assert "Tried just now: no connection." in answer.text
    assert "The folder is not there." in answer.text
    _read(room)
    assert "✓ Tried just now:" in room.post("/mailboxes/test", slug="icc").text
    # A try is no look: it changes nothing of what the desk knows.
    assert room.desk.queries.mailboxes()[0].failures == 0
    assert room.post("/mailboxes/test", slug="elsewhere").status_code == 422


def test_every_trouble_has_words() -> None:
    assert set(TROUBLES) == set(Trouble) - {Trouble.NONE}
