"""A. Identity and duplicates."""

from __future__ import annotations

from bot.steps.work_on_item import resolve
from tests.torture.desk import TortureDesk
from tests.torture.words import Case, Want, letter

SAME = "Message-ID: <same@acme.example>\nSubject: refund/overpayment"
ONE = letter(SAME, "We paid INV-1 twice.")
RELAYED = b"Received: from relay.example by mx.northgate.example; Tue, 24 Nov 2026 10:00:00 -0500\r\nX-Scanned: yes\r\n"


def _closed_stays_closed(desk: TortureDesk) -> None:
    desk.arrives(ONE)
    resolve(desk.items()[0].item.number, "no_action", "", "kim", store=desk.store, clock=desk.clock)
    desk.deliver(ONE)
    assert desk.poll().duplicate == 1
    assert desk.work().messages == 0
    assert [row.item.state for row in desk.items()] == ["resolved"]


def _forged_first(desk: TortureDesk) -> None:
    forged = letter("From: Eve <eve@evil.example>\n" + SAME, "Nothing to see here.")
    assert desk.arrives(forged).items == 1
    assert desk.arrives(ONE).items == 1
    newest = desk.messages()[-1]
    assert "id_reused" in newest.flags
    assert desk.items()[-1].item.customer_number == "C1"
    assert desk.drafts()[-1].text.to == ("ann@acme.example",)


CASES = (
    Case(
        "A1",
        "Two mails with the same Message-ID and different bodies",
        "Both are stored and worked; the second is flagged as a reused id.",
        (ONE, letter(SAME, "And INV-2 as well, a different matter.")),
        Want(messages=2, flags=("id_reused",)),
    ),
    Case(
        "A2",
        "The same bytes fetched twice",
        "One message, one item; the second delivery is a duplicate.",
        (ONE, ONE),
        Want(messages=1, items=1, drafts=1),
    ),
    Case(
        "A3",
        "Same id and body, other Received and X- headers",
        "One item and one draft; both raw messages are kept.",
        (ONE, RELAYED + ONE),
        Want(messages=1, items=1, drafts=1),
    ),
    Case(
        "A4",
        "No Message-ID, and more mail behind it",
        "It is stored under its content; the next ones are worked as well.",
        (letter("Message-ID:", "Without an id, INV-1."), letter(body="With one, INV-2.")),
        Want(messages=2, items=2),
    ),
    Case(
        "A5",
        "`Message-ID:` empty, three different mails",
        "Three items; none is joined to another.",
        tuple(letter("Message-ID: \nSubject: dispute/other", f"Matter number {n}.") for n in range(3)),
        Want(messages=3, items=3, flags=("id_missing",), not_flags=("id_reused",)),
    ),
    Case(
        "A6",
        "`Message-ID: <>`",
        "Taken as absent; nothing breaks.",
        (letter("Message-ID: <>"),),
        Want(messages=1, items=1, flags=("id_missing",)),
    ),
    Case(
        "A7",
        "`Message-ID: <[b37@microsoft.com]>`",
        "Nothing breaks; the id is kept as it is.",
        (letter("Message-ID: <[b37@microsoft.com]>"),),
        Want(messages=1, items=1, drafts=1, not_flags=("id_missing",)),
    ),
    Case(
        "A8",
        "`MESSAGE-ID:`, and one folded with a blank",
        "The same id as in the usual spelling.",
        (
            letter("Message-ID:\nMESSAGE-ID: <same@acme.example>", "One."),
            letter("Message-ID:\nMessage-Id:\n <same@acme.example>", "Two."),
        ),
        Want(messages=2, flags=("id_reused",)),
    ),
    Case(
        "A9",
        "Two Message-ID headers",
        "One item, flagged.",
        (letter("Message-ID: <a@acme.example>\nMESSAGE-ID: <b@acme.example>"),),
        Want(messages=1, items=1, flags=("id_repeated",)),
    ),
    Case(
        "A10",
        "A Message-ID of 2,000 characters, and another that differs in the last one",
        "Stored whole, compared whole.",
        (
            letter(f"Message-ID: <{'x' * 2000}1@acme.example>", "One."),
            letter(f"Message-ID: <{'x' * 2000}2@acme.example>", "Two."),
        ),
        Want(messages=2, not_flags=("id_reused",)),
    ),
    Case(
        "A12",
        "Ids that differ only in case or blanks",
        "No merge by that alone: two messages are worked.",
        (letter(SAME, "One."), letter("Message-ID: < SAME@acme.example >", "Two.")),
        Want(messages=2, items=2),
    ),
    Case(
        "A13",
        "A forged mail claims the id of a real one that comes later",
        "The real mail is stored, worked and answered to its own sender; it is flagged.",
        play=_forged_first,
    ),
    Case(
        "A15",
        "The same monthly text as last year under a new id",
        "A new item.",
        (
            letter("Message-ID: <2025@acme.example>\nDate: Mon, 24 Nov 2025 09:00:00 -0500"),
            letter("Message-ID: <2026@acme.example>"),
        ),
        Want(messages=2, items=2),
    ),
    Case(
        "A16",
        "An item was closed by staff while its mail is still on the server, or comes once more",
        "It is not opened again.",
        play=_closed_stays_closed,
    ),
)
