"""What a Graph mailbox does where Graph is odd: links, lost states, ids, pauses, tokens and folders."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import LoginRefusedError, MailboxUnreachableError
from bot.mail.cursor import BatchLimits, Cursor, Start
from bot.mailboxes.graph import GraphMailbox
from tests.contract.places import EVERYTHING, LIMITS, GraphPlace, make_raw, subject_numbers
from tests.microsoft.directory import Directory, Refusal
from tests.microsoft.graph_server import Fault
from tests.microsoft.https import Answer

NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def read_all(place: GraphPlace, mailbox: GraphMailbox, start: Start = EVERYTHING) -> Cursor:
    return place.store(mailbox.fetch(None, start, LIMITS))


def test_a_list_of_several_pages_is_read_to_its_end_oldest_first(graph_place: GraphPlace) -> None:
    for number in range(1, 503):
        graph_place.put(make_raw(number), NOON + timedelta(minutes=number))
    batch = graph_place.open().fetch(None, EVERYTHING, BatchLimits(count=4))
    assert subject_numbers(batch) == [1, 2, 3, 4]
    assert batch.has_more
    deltas = [line for line in graph_place.server.asked if "/delta" in line]
    assert len(deltas) == 2


def test_a_backlog_is_listed_once_and_begun_again_by_the_next_process(graph_place: GraphPlace) -> None:
    for number in range(1, 6):
        graph_place.put(make_raw(number))
    mailbox = graph_place.open()
    cursor = graph_place.store(mailbox.fetch(None, EVERYTHING, BatchLimits(count=2)))
    second = mailbox.fetch(cursor, EVERYTHING, BatchLimits(count=2))
    cursor = graph_place.store(second)
    assert len([line for line in graph_place.server.asked if "/delta" in line]) == 1
    last = graph_place.open().fetch(cursor, EVERYTHING, BatchLimits(count=2))
    assert (subject_numbers(second), subject_numbers(last), last.has_more) == ([3, 4], [5], False)


def test_a_message_that_only_changed_is_not_fetched_again(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1))
    mailbox = graph_place.open()
    cursor = read_all(graph_place, mailbox)
    (item,) = graph_place.box.items.values()
    item.is_read = True
    graph_place.box.touch(item)
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()
    assert len([line for line in graph_place.server.asked if line.endswith("$value")]) == 1


def test_older_mail_that_is_moved_here_later_is_new_and_no_history(graph_place: GraphPlace) -> None:
    mailbox = graph_place.open()
    cursor = read_all(graph_place, mailbox, Start(NOON))
    graph_place.put(make_raw(1), NOON - timedelta(days=30))
    batch = mailbox.fetch(cursor, Start(NOON), LIMITS)
    assert subject_numbers(batch) == [1]
    after = graph_place.store(batch)
    assert mailbox.history(mailbox.pointers(), after) == set()


def test_what_left_the_folder_while_it_was_fetched_comes_when_it_is_back(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1))
    (item,) = graph_place.box.items.values()
    graph_place.server.fail(r"GET .*\$value", 404, code="ErrorItemNotFound")
    mailbox = graph_place.open()
    gone = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert gone.fetched == ()
    cursor = graph_place.store(gone)
    graph_place.box.move(item, "folder-archive")
    cursor = graph_place.store(mailbox.fetch(cursor, EVERYTHING, LIMITS))
    graph_place.box.move(item, "folder-inbox")
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]


def test_a_lost_sync_state_brings_nothing_that_is_known(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1))
    mailbox = graph_place.open()
    cursor = read_all(graph_place, mailbox)
    graph_place.box.forgotten = 99
    graph_place.put(make_raw(2))
    batch = mailbox.fetch(cursor, EVERYTHING, LIMITS)
    assert subject_numbers(batch) == [2]
    assert batch.cursor["link"] != cursor["link"]


def test_a_lost_sync_state_leaves_history_alone(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1), NOON - timedelta(days=1))
    mailbox = graph_place.open()
    cursor = read_all(graph_place, mailbox, Start(NOON))
    graph_place.box.renumber()
    assert mailbox.fetch(cursor, Start(None), LIMITS).fetched == ()


def test_mail_that_the_changes_left_out_is_found_by_the_list_of_the_next_day(graph_place: GraphPlace) -> None:
    mailbox = graph_place.open()
    cursor = dict(read_all(graph_place, mailbox))
    graph_place.put(make_raw(1))
    graph_place.box.changes.pop()
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()
    cursor["listed_at"] = (datetime.now(UTC) - timedelta(days=1, minutes=1)).isoformat()
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]


def test_a_cursor_of_another_folder_or_protocol_begins_anew_from_its_set_point(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1), NOON - timedelta(days=1))
    graph_place.put(make_raw(2), NOON + timedelta(days=1))
    imap = {"uidvalidity": "7", "uid": "812", "first_uid": "1", "since": NOON.isoformat()}
    assert subject_numbers(graph_place.open().fetch(imap, Start(datetime.now(UTC)), LIMITS)) == [2]


def test_a_size_that_no_header_tells_is_asked_for(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1, size=30_000))
    (batch,) = graph_place.open().fetch(None, EVERYTHING, BatchLimits(message_bytes=1_000)).fetched
    assert batch.size > 30_000 - 100
    assert any("0xE08" in line for line in graph_place.server.asked)


@pytest.mark.parametrize(("status", "retry_after"), [(429, "0"), (503, "0"), (504, "Thu, 01 Jan 2026 00:00:00 GMT")])
def test_a_short_pause_is_waited_for(graph_place: GraphPlace, status: int, retry_after: str) -> None:
    graph_place.put(make_raw(1))
    graph_place.server.fail("delta", status, Retry_After=retry_after)
    graph_place.server.fail("value", status, Retry_After=retry_after)
    assert subject_numbers(graph_place.open().fetch(None, EVERYTHING, LIMITS)) == [1]


def test_a_long_pause_is_kept_without_another_request(graph_place: GraphPlace) -> None:
    graph_place.server.fail("messages", 429, Retry_After="600")
    mailbox = graph_place.open()
    with pytest.raises(MailboxUnreachableError, match="left alone for 600 seconds"):
        mailbox.fetch(None, EVERYTHING, LIMITS)
    asked = len(graph_place.server.asked)
    with pytest.raises(MailboxUnreachableError, match="left alone"):
        mailbox.fetch(None, EVERYTHING, LIMITS)
    assert len(graph_place.server.asked) == asked


def test_a_server_that_stays_busy_ends_the_poll(graph_place: GraphPlace) -> None:
    graph_place.server.fail("messages", 503, times=9, Retry_After="0")
    with pytest.raises(MailboxUnreachableError, match="busy"):
        graph_place.open().fetch(None, EVERYTHING, LIMITS)


def test_a_token_that_was_withdrawn_is_renewed_once(graph_place: GraphPlace, directory: Directory) -> None:
    graph_place.put(make_raw(1))
    mailbox = graph_place.open()
    cursor = read_all(graph_place, mailbox)
    directory.withdraw()
    graph_place.put(make_raw(2))
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [2]
    assert directory.grants[-1] == "client_credentials"


def test_a_consent_that_was_withdrawn_is_told_with_what_to_do(graph_place: GraphPlace, directory: Directory) -> None:
    mailbox = graph_place.open()
    read_all(graph_place, mailbox)
    directory.withdraw()
    directory.refusal = Refusal("65001")
    with pytest.raises(LoginRefusedError, match="an administrator has to grant it"):
        mailbox.fetch(None, EVERYTHING, LIMITS)
    directory.refusal = None
    assert mailbox.fetch(None, EVERYTHING, LIMITS).fetched == ()


def test_a_token_that_nobody_takes_is_told(graph_place: GraphPlace) -> None:
    graph_place.server.fail("mailFolders", 401, code="InvalidAuthenticationToken", times=9)
    with pytest.raises(LoginRefusedError, match="takes no token"):
        graph_place.open().fetch(None, EVERYTHING, LIMITS)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "ErrorAccessDenied", "Mail.ReadWrite"),
        (404, "ErrorInvalidUser", "no such mailbox"),
        (404, "MailboxNotEnabledForRESTAPI", "no licence"),
    ],
)
def test_a_mailbox_that_may_not_be_opened_is_told_in_plain_words(
    graph_place: GraphPlace, status: int, code: str, words: str
) -> None:
    graph_place.server.fail("mailFolders", status, code=code)
    with pytest.raises(LoginRefusedError, match=words):
        graph_place.open().check()


def test_no_token_goes_to_another_host(graph_place: GraphPlace) -> None:
    page = {"value": [], "@odata.nextLink": "https://graph.microsoft.com.evil.example/v1.0/users/x/messages"}
    graph_place.server.faults.append(Fault("delta", Answer(200, json.dumps(page).encode())))
    with pytest.raises(MailboxUnreachableError, match=r"another place: graph\.microsoft\.com\.evil\.example"):
        graph_place.open().fetch(None, EVERYTHING, LIMITS)


def test_a_redirect_is_not_followed(graph_place: GraphPlace) -> None:
    there = {"Location": "https://elsewhere.example/"}
    graph_place.server.faults.append(Fault("delta", Answer(302, b"", headers=there)))
    with pytest.raises(MailboxUnreachableError, match="leads elsewhere"):
        graph_place.open().fetch(None, EVERYTHING, LIMITS)


@pytest.mark.parametrize("what", ["delta", r"\$value"])
def test_a_connection_that_is_cut_loses_nothing(graph_place: GraphPlace, what: str) -> None:
    graph_place.put(make_raw(1))
    graph_place.server.lose(what, after=False)
    mailbox = graph_place.open()
    with pytest.raises(MailboxUnreachableError, match="lost"):
        mailbox.fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [1]


def test_a_page_of_a_proxy_is_no_answer(graph_place: GraphPlace) -> None:
    graph_place.server.faults.append(Fault("delta", Answer(200, b"<html>log in</html>", "text/html")))
    with pytest.raises(MailboxUnreachableError, match="no JSON"):
        graph_place.open().fetch(None, EVERYTHING, LIMITS)


def test_a_folder_is_found_by_its_path(graph_place: GraphPlace) -> None:
    box = graph_place.box
    for number in range(120):
        box.make_folder(f"Project {number}", "folder-inbox")
    inner = box.make_folder("Creditdesk", "folder-inbox")
    box.put(make_raw(4), inner)
    mailbox = graph_place.open(folder="INBOX/creditdesk")
    assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [4]
    assert mailbox.check() == "1 messages in Creditdesk, Graph"


def test_a_folder_that_is_not_there_is_told(graph_place: GraphPlace) -> None:
    with pytest.raises(MailboxUnreachableError, match="there is no folder Desk/Credit: write it as a path"):
        graph_place.open(folder="Desk/Credit").check()


def test_a_folder_that_was_made_anew_is_found_again(graph_place: GraphPlace) -> None:
    box = graph_place.box
    first = box.make_folder("Desk")
    mailbox = graph_place.open(folder="Desk")
    cursor = read_all(graph_place, mailbox)
    del box.folders[first]
    with pytest.raises(MailboxUnreachableError, match="Desk is not there any more"):
        mailbox.fetch(cursor, EVERYTHING, LIMITS)
    box.put(make_raw(6), box.make_folder("Desk"))
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [6]


def test_what_was_stored_is_moved_and_keeps_its_pointer(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1))
    mailbox = graph_place.open(after_store="move:Worked")
    cursor = read_all(graph_place, mailbox)
    pointers = [*mailbox.pointers(), "gone since"]
    mailbox.settle(pointers)
    (item,) = graph_place.box.items.values()
    assert graph_place.box.folders[item.folder][0] == "Worked"
    assert item.item_id == pointers[0]
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()


def test_what_was_stored_is_categorised_beside_what_colleagues_chose(graph_place: GraphPlace) -> None:
    graph_place.put(make_raw(1))
    (item,) = graph_place.box.items.values()
    item.categories = ["Urgent"]
    mailbox = graph_place.open(after_store="keyword:Creditdesk")
    for _ in range(2):
        mailbox.settle(mailbox.pointers())
    assert item.categories == ["Urgent", "Creditdesk"]
    assert not item.is_read
