"""C. Headers and addresses."""

from __future__ import annotations

from email import message_from_bytes

from bot.desk.draft import DraftText
from bot.steps.decide_draft import revise_draft
from tests.torture.desk import TortureDesk
from tests.torture.words import Case, Want, letter

HEAD_OF_A_MEGABYTE = "X-Long: " + "a" * 1_000_000


def _no_injection(desk: TortureDesk) -> None:
    desk.arrives(letter("Subject: =?utf-8?q?revision/po=5Fnumber_=0D=0ABcc:_eve@evil.example?="))
    (draft,) = desk.drafts()
    text = DraftText(("ann@acme.example",), (), draft.text.subject.replace("\n", " "), "Done.")
    revise_draft(draft.draft_id, draft.version, text, "kim", store=desk.store, clock=desk.clock)
    desk.approve()
    (row,) = desk.queries.outbox()
    sent = message_from_bytes(row.entry.raw)
    assert sent["Bcc"] is None
    assert row.entry.envelope.recipients == ("ann@acme.example",)


def _bcc(desk: TortureDesk) -> None:
    taken = desk.arrives(letter("To:\nDelivered-To: invoicing@northgate.example"), mailbox="invoicing")
    assert taken.items == 1
    assert desk.drafts()[0].mailbox == "invoicing"


CASES = (
    Case(
        "C1",
        "From is missing",
        "An item of an unknown sender; no draft by itself.",
        (letter("From:"),),
        Want(items=1, drafts=0, flags=("no_sender",), why_not="no_sender"),
    ),
    Case(
        "C2",
        "`From: <>` or `undisclosed-recipients:;`",
        "The same: nobody to answer.",
        (letter("From: <>"), letter("From: undisclosed-recipients:;", "Another, INV-2.")),
        Want(items=2, drafts=0, flags=("no_sender",)),
    ),
    Case(
        "C4",
        "From with three addresses",
        "None is picked; no draft.",
        (letter("From: a@acme.example, b@acme.example, c@bolt.example"),),
        Want(items=1, drafts=0, flags=("many_senders",), why_not="many_senders"),
    ),
    Case(
        "C5",
        '`"ap@acme.example" <x@evil.example>`',
        "The real address is shown; flagged, no draft, a call-back task.",
        (letter('From: "ap@acme.example" <x@evil.example>'),),
        Want(items=1, drafts=0, flags=("impersonation",), sender="x@evil.example", tasks=("call_back",), customer=""),
    ),
    Case(
        "C6",
        "A domain one letter away from a customer's",
        "No account; flagged, no draft, a call-back task.",
        (letter("From: Ann Lee <ann@acrne.example>"),),
        Want(items=1, drafts=0, flags=("look_alike",), customer="", tasks=("call_back",)),
    ),
    Case(
        "C6b",
        "A domain with Cyrillic letters that look like a customer's (punycode)",
        "The same.",
        (letter("From: Ann Lee <ann@" + "асme".encode("idna").decode() + ".example>"),),
        Want(items=1, drafts=0, flags=("look_alike",), customer=""),
    ),
    Case(
        "C6c",
        "A domain that looks like our own",
        "Not a colleague; flagged, no draft.",
        (letter("From: The Boss <boss@northqate.example>"),),
        Want(items=1, drafts=0, flags=("look_alike",)),
    ),
    Case(
        "C7",
        "Reply-To on another domain than From",
        "The draft has no recipient until a person picks one, and tells nothing of the account.",
        (letter("Reply-To: ann@elsewhere.example"),),
        Want(items=1, drafts=1, flags=("reply_to_elsewhere",), to=()),
    ),
    Case(
        "C8",
        "A list of ours rewrote From and names the real sender in X-Original-From",
        "The real sender counts.",
        (
            letter(
                """
                From: 'Ann Lee' via ICC <icc@northgate.example>
                X-Original-From: Ann Lee <ann@acme.example>
                Reply-To: Ann Lee <ann@acme.example>
                """
            ),
        ),
        Want(items=1, drafts=1, flags=("rewritten_sender",), customer="C1", to=("ann@acme.example",)),
    ),
    Case(
        "C8b",
        "Somebody else's list does the same",
        "X-Original-From is not believed.",
        (letter("From: Ann via List <list@other.example>\nX-Original-From: Ann Lee <ann@acme.example>"),),
        Want(items=1, customer="", sender="list@other.example", not_flags=("rewritten_sender",)),
    ),
    Case(
        "C9",
        "From is one of our own addresses, but the desk never sent it",
        "Never a customer: quarantine.",
        (letter("From: icc@northgate.example"),),
        Want(items=0, drafts=0, quarantined=1, held="our own address"),
    ),
    Case(
        "C10",
        "No To; it came as a blind copy",
        "Worked by the mailbox that it came into.",
        play=_bcc,
    ),
    Case(
        "C12",
        '`Cc: a@b.example,`, `To: (c):`, `To: "`',
        "Read as well as it can be.",
        (letter('Cc: a@b.example,\nTo: (c): "'),),
        Want(items=1, drafts=1, to=("ann@acme.example",)),
    ),
    Case(
        "C13",
        "Raw 8-bit bytes in Subject and From",
        "Decoded as well as it can be; flagged; the store takes it.",
        (letter("Subject: revision/po_number {b}\nFrom: J{b}rg <ann@acme.example>", b=b"\xf6"),),
        Want(items=1, drafts=1, flags=("charset_guessed",), subject="revision/po_number ö"),
    ),
    Case(
        "C14",
        "`=?x-bogus?B?…?=` in the subject",
        "Shown as it is.",
        (letter("Subject: =?x-bogus?B?aGk=?= dispute/other"),),
        Want(items=1),
    ),
    Case(
        "C16",
        "NUL, control and bidi-override characters",
        "Stored; NUL is gone, the rest is shown escaped.",
        (letter("Subject: dispute/other a{n}b \u202etxt.exe", "Te{n}xt \u202e\x07 here.", n=b"\x00"),),
        Want(items=1, text="\u202e"),
    ),
    Case(
        "C17",
        "A subject of 10 kB in 2,000 folds",
        "Kept; only its display is cut.",
        (letter("Subject: dispute/other " + "\n  word" * 2000),),
        Want(items=1),
    ),
    Case(
        "C17b",
        "No subject; and a subject of `Re:` alone",
        "Two items: no thread is found by such a subject.",
        (letter("Subject:", "One matter."), letter("Subject: Re: ", "Another matter.")),
        Want(items=2),
    ),
    Case("C18", "CR and LF in a value that goes into the reply", "No header is injected.", play=_no_injection),
    Case(
        "C19",
        "Date missing, or `not a date`",
        "The time of receipt counts; flagged.",
        (letter("Date:"), letter("Date: not a date", "Another, INV-2.")),
        Want(items=2, flags=("date_missing",)),
    ),
    Case(
        "C20",
        "Date 1970",
        "The time of receipt counts; flagged.",
        (letter("Date: Thu, 1 Jan 1970 00:00:00 +0000"),),
        Want(items=1, flags=("date_odd",)),
    ),
    Case(
        "C21",
        "Date 2099",
        "The time of receipt counts; flagged.",
        (letter("Date: Thu, 1 Jan 2099 00:00:00 +0000"),),
        Want(items=1, flags=("date_odd",)),
    ),
    Case(
        "C23",
        "60 Received headers",
        "A loop is suspected: no draft, one task.",
        (letter("\n".join(f"Received: from a{n}.example by b{n}.example" for n in range(60))),),
        Want(items=1, drafts=0, flags=("loop_suspected",), tasks=("loop",)),
    ),
    Case(
        "C24",
        "A megabyte of headers",
        "Quarantine; what comes after it is worked.",
        (letter(HEAD_OF_A_MEGABYTE[:600_000]), letter(body="The next one, INV-2.")),
        Want(items=1, quarantined=1, held="header block"),
    ),
)
