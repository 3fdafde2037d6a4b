"""E. Threading, and F. several mailboxes and forwarding."""

from __future__ import annotations

from email import message_from_bytes

from bot.mail.thread_token import make_message_id
from bot.steps import work_on_item
from tests.torture.desk import TortureDesk
from tests.torture.mime import mixed
from tests.torture.words import Case, Want, letter

ASK = letter("Message-ID: <ask@acme.example>\nSubject: dispute/other", "The price of INV-1 is wrong.")
BOLT = letter(
    "From: Bob <bob@bolt.example>\nMessage-ID: <bolt@bolt.example>\nSubject: dispute/other", "INV-9 is wrong."
)


def _id_of(sent: bytes) -> str:
    return str(message_from_bytes(sent)["Message-ID"])


def reply(to: str, head: str = "", body: str = "Thank you, but INV-1 is still wrong.") -> bytes:
    return letter(f"{head}\nIn-Reply-To: {to}\nReferences: {to}", body)


def _with_token(desk: TortureDesk) -> None:
    taken = desk.arrives(reply(_id_of(desk.answered(ASK)), "Subject: Re: dispute/other"))
    assert (taken.items, len(desk.items())) == (0, 1)


def _quoted_tag(desk: TortureDesk) -> None:
    desk.arrives(BOLT)
    number = desk.items()[0].item.number
    desk.arrives(letter("Subject: dispute/other", f"Another matter, INV-1.\n\n> your [{number}] of last week"))
    assert len(desk.items()) == 2


def _foreign_tag(desk: TortureDesk) -> None:
    desk.arrives(BOLT)
    number = desk.items()[0].item.number
    desk.arrives(letter(f"Subject: dispute/other [{number}]", "What about my INV-1?"))
    mine = desk.items()[-1].item
    assert (len(desk.items()), mine.customer_number) == (2, "C1")
    assert number in mine.link
    assert "INV-9" not in desk.drafts()[-1].text.body


def _two_tags(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    number = desk.items()[0].item.number
    desk.arrives(letter(f"Subject: dispute/other [{number}] [CD-9999]", "Which of the two?"))
    assert len(desk.items()) == 2


def _foreign_reference(desk: TortureDesk) -> None:
    desk.arrives(BOLT)
    desk.arrives(reply("<bolt@bolt.example>", "Subject: dispute/other"))
    mine = desk.items()[-1].item
    assert (len(desk.items()), mine.customer_number) == (2, "C1")
    assert "belongs to account C1" in mine.link


def _forged_token(desk: TortureDesk) -> None:
    sent = _id_of(desk.answered(ASK))
    key = sent.split(".")[1]
    guessed = f"<cd.{key}.00000000.{'0' * 20}@northgate.example>"
    desk.arrives(reply(guessed, "From: Eve <eve@evil.example>\nSubject: dispute/other"))
    assert len(desk.items()) == 2


def _cloned(desk: TortureDesk) -> None:
    desk.arrives(BOLT)
    with desk.store.look() as uow:
        key = uow.threads.key_of(desk.items()[0].item.thread_id)
    of_the_clone = make_message_id(b"the secret of another installation", key, "00000000", "northgate.example")
    desk.arrives(reply(f"<{of_the_clone}>", "Subject: dispute/other"))
    assert len(desk.items()) == 2


def _loose_references(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    many = ", ".join(f"x{n}@elsewhere.example" for n in range(200))
    desk.arrives(letter(f"Subject: dispute/other\nReferences: {many}, ask@acme.example,", "More on INV-1."))
    assert len(desk.items()) == 1


def _other_matter(desk: TortureDesk) -> None:
    sent = desk.answered(ASK)
    desk.arrives(reply(_id_of(sent), "Subject: dispute/other of another kind", "Now INV-2 is wrong."))
    first, second = desk.items()
    assert first.item.number in second.item.link


def _long_closed(desk: TortureDesk) -> None:
    sent = desk.answered(ASK)
    first = desk.items()[0].item
    work_on_item.resolve(first.number, "no_action", "", "kim", store=desk.store, clock=desk.clock)
    desk.clock.forward(days=430)
    desk.arrives(reply(_id_of(sent), "Subject: Re: dispute/other"))
    one, two = desk.items()
    assert (one.item.state, two.item.state) == ("resolved", "open")
    assert first.number in two.item.link


def _merged(desk: TortureDesk) -> None:
    desk.arrives(ASK, letter("Message-ID: <b@acme.example>\nSubject: refund/overpayment", "INV-1 was paid twice."))
    into, gone = (row.item.number for row in desk.items())
    work_on_item.merge(gone, into, "kim", store=desk.store, clock=desk.clock)
    desk.arrives(letter(f"Subject: Re: refund/overpayment [{gone}]\nReferences: <b@acme.example>", "And again INV-1."))
    assert [row.item.state for row in desk.items()] == ["open", "merged"]


def _colleague(desk: TortureDesk) -> None:
    sent = desk.answered(ASK)
    desk.arrives(reply(_id_of(sent), "From: Cora <cora@acme.example>\nSubject: Re: dispute/other"))
    assert len(desk.items()) == 1
    assert "new_participant" in desk.messages()[-1].flags
    assert desk.queries.outbox()[0].entry.envelope.recipients == ("ann@acme.example",)


def _third_party(desk: TortureDesk) -> None:
    sent = desk.answered(ASK)
    desk.arrives(reply(_id_of(sent), "From: Law Office <x@lawyer.example>\nSubject: Re: dispute/other"))
    one, two = desk.items()
    assert (one.item.customer_number, two.item.customer_number) == ("C1", None)
    assert "not known on the thread" in two.item.link


def _stripped_token(desk: TortureDesk) -> None:
    desk.answered(ASK)
    desk.arrives(reply("<ask@acme.example>", "Subject: Re: dispute/other"))
    assert len(desk.items()) == 1


def _portal(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    desk.clock.forward(days=1)
    desk.arrives(
        letter("From: Portal <post@portal.example>\nSubject: dispute/other notice 7731", "Status of INV-1: open")
    )
    one, two = desk.items()
    assert one.item.number in two.item.link
    assert "same invoice" in two.item.link
    assert two.item.thread_id != one.item.thread_id


def _twice_before_answer(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    desk.arrives(letter("Subject: dispute/other", "I forgot to say: INV-1 has the wrong freight too."))
    one, two = desk.items()
    assert one.item.number in two.item.link
    assert len(desk.drafts()) + len(desk.drafts("stale")) == 1


def _two_mailboxes(desk: TortureDesk) -> None:
    via = b"Received: from a.example by b.example; Tue, 24 Nov 2026 10:00:00 -0500\r\n"
    desk.deliver(ASK)
    desk.deliver(via + ASK, mailbox="invoicing")
    desk.poll("icc")
    assert desk.poll("invoicing").duplicate == 1
    desk.work()
    assert (len(desk.items()), len(desk.drafts())) == (1, 1)
    assert set(desk.messages()[0].mailboxes) == {"icc", "invoicing"}


def _own_copy(desk: TortureDesk) -> None:
    sent = desk.answered(ASK)
    before = len(desk.messages())
    assert desk.arrives(sent).items == 0
    assert len(desk.messages()) == before


def _wrong_mailbox(desk: TortureDesk) -> None:
    desk.arrives(letter("Subject: tax_exempt/certificate", "Our exemption form for Ohio."), mailbox="invoicing")
    (row,) = desk.items()
    assert row.item.queue == "tax-exempt"
    assert row.item.opened_at == desk.messages()[0].received_at


BLOCK = """Please handle.

{mark}
From: Ann Lee <ann@acme.example>
Sent: Monday, November 23, 2026 9:00 AM
To: Clerk <clerk@northgate.example>
Subject: Invoice

The price of INV-1 is wrong."""
ORIGINAL = ("original_sender", "Ann Lee <ann@acme.example>")
ACCOUNT = ("original_account", "C1 Acme Mills")


def forward(subject: str, body: str = BLOCK) -> bytes:
    head = f"From: Clerk <clerk@northgate.example>\nSubject: {subject}"
    return letter(head, body.replace("{mark}", "-----Original Message-----"))


E = (
    Case("E1", "A reply with our token from the customer", "It joins.", play=_with_token),
    Case("E2", "Another item's tag stands in quoted text", "Not joined by it.", play=_quoted_tag),
    Case(
        "E3",
        "The subject names another customer's item",
        "A new item, linked for people; nothing of theirs is told.",
        play=_foreign_tag,
    ),
    Case("E4", "Two tags in the subject", "Joined to neither.", play=_two_tags),
    Case(
        "E5", "In-Reply-To names another customer's message", "Not joined; a person sees why.", play=_foreign_reference
    ),
    Case("E6", "A guessed token", "It proves nothing.", play=_forged_token),
    Case("E7", "A token signed by a copy of this installation", "It proves nothing.", play=_cloned),
    Case(
        "E8",
        "200 references with commas and without brackets",
        "Read; it joins as the account agrees.",
        play=_loose_references,
    ),
    Case(
        "E10",
        "An old thread answered with a new subject and another invoice",
        "A new item, linked.",
        play=_other_matter,
    ),
    Case(
        "E11",
        "The same subject from two customers",
        "Two items.",
        (ASK, BOLT),
        Want(items=2, drafts=2),
    ),
    Case("E12", "A reply 14 months after the end", "A new item, linked; the old one stays closed.", play=_long_closed),
    Case("E13", "A reply to an item that was merged", "It goes to the one that is left.", play=_merged),
    Case(
        "E14",
        "A colleague at the customer replies",
        "It joins, flagged as a new participant; nobody is added.",
        play=_colleague,
    ),
    Case(
        "E15", "A third party replies with the token", "Not joined, no account; linked for people.", play=_third_party
    ),
    Case(
        "E16",
        "The token is gone, the references are there",
        "It joins by them, as the account agrees.",
        play=_stripped_token,
    ),
    Case(
        "E17",
        "A portal strips everything and writes new subjects",
        "The thread about the same invoice is suggested.",
        play=_portal,
    ),
    Case("E18", "Two mails of one sender before our first answer", "Linked; one draft.", play=_twice_before_answer),
)
F = (
    Case("F1", "To two of our mailboxes", "One message, two deliveries, one item, one draft.", play=_two_mailboxes),
    Case("F2", "It comes directly and through a forwarder", "One item.", play=_two_mailboxes),
    Case(
        "F4",
        "A colleague forwards with a header block",
        "The original sender and account are suggested.",
        (forward("FW: dispute/other"),),
        Want(items=1, hints=(ORIGINAL, ACCOUNT)),
    ),
    Case(
        "F5",
        "A colleague forwards as an attachment",
        "The original sender comes from the enclosed headers.",
        (
            mixed(
                "Content-Type: text/plain\n\nPlease handle.",
                "Content-Type: message/rfc822\n\nFrom: Ann Lee <ann@acme.example>\nSubject: Late\n\nINV-1 is wrong.",
                head="From: Clerk <clerk@northgate.example>\nSubject: dispute/other",
            ),
        ),
        Want(items=1, hints=(ORIGINAL, ACCOUNT)),
    ),
    Case(
        "F6",
        "`WG:`, `TR:`, `RV:`, and no prefix at all",
        "Each is recognised; none is glued to another.",
        tuple(
            forward(f"{prefix}dispute/other {n}", BLOCK.replace("INV-1", f"INV-{n}"))
            for n, prefix in enumerate(("WG: ", "TR: ", "RV: ", ""))
        ),
        Want(items=4, hints=(ORIGINAL, ACCOUNT)),
    ),
    Case(
        "F7",
        "A forward of a forward",
        "The innermost sender from outside is suggested.",
        (
            forward(
                "FW: FW: dispute/other",
                "See below.\n\n-----Original Message-----\nFrom: Other <other@northgate.example>\nSent: Monday\n"
                "To: Clerk\nSubject: FW: Invoice\n\nfyi\n\n" + BLOCK.replace("Please handle.\n\n", ""),
            ),
        ),
        Want(items=1, hints=(ORIGINAL, ACCOUNT)),
    ),
    Case(
        "F9",
        "A redirect that leaves From and Message-ID as they were",
        "The customer is right.",
        (letter("Resent-From: clerk@northgate.example\nResent-To: icc@northgate.example"),),
        Want(items=1, customer="C1", to=("ann@acme.example",)),
    ),
    Case("F10", "A copy of our own answer lands in the mailbox", "It is known; no item.", play=_own_copy),
    Case(
        "F11",
        "A tax form comes to Invoicing",
        "What it is decides the queue; the clock starts with its arrival.",
        play=_wrong_mailbox,
    ),
)
