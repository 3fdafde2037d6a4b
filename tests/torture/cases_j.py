"""J. Draft, approve, send. (Reminders and clocks have cases of their own.)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from email import message_from_bytes

import pytest

from bot.desk.draft import Draft, DraftState, DraftText
from bot.desk.outbox import Failed, OutboxState, Retry, Sent, Uncertain, check_untouched
from bot.errors import ConflictError, PermanentError, RuleViolationError, TransientError, UncertainError
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.mail.envelope import Envelope, Receipt
from bot.steps.decide_draft import approve_draft, revise_draft
from bot.steps.send import decide_entry, file_copy
from bot.steps.work_on_item import note
from tests.desks.senders import KeepingFolder, KeepingSender
from tests.torture.desk import TortureDesk
from tests.torture.words import Case, Want, letter

ASK = letter("Message-ID: <ask@acme.example>\nSubject: dispute/other", "The price of INV-1 is wrong.")


def ledger_says(desk: TortureDesk, status: str, balance: str) -> None:
    row = Invoice(
        "INV-1", "C1", date(2026, 10, 1), date(2026, 11, 1), Money(Decimal("1204.50")), Money(Decimal(balance)), status
    )
    with desk.store.begin() as uow:
        uow.ledger.save_invoices([row], desk.clock.now())
        uow.commit()


def revise(desk: TortureDesk, draft: Draft, text: DraftText, person: str = "kim") -> Draft:
    return revise_draft(draft.draft_id, draft.version, text, person, store=desk.store, clock=desk.clock)


def refused(desk: TortureDesk, words: str) -> None:
    with pytest.raises(RuleViolationError, match=words):
        desk.approve()
    assert desk.queries.outbox() == []


def _changed_before_approval(status: str, balance: str, words: str) -> Callable[[TortureDesk], None]:
    def play(desk: TortureDesk) -> None:
        desk.arrives(ASK)
        ledger_says(desk, status, balance)
        refused(desk, words)
        (stale,) = desk.drafts("stale")
        # Whoever has read the reason saves the text anew, and may approve it then.
        revise(desk, stale, replace(stale.text, body="We have seen that it is paid."))
        assert desk.approve()

    return play


def _changed_before_sending(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    entry_id = desk.approve()
    ledger_says(desk, "disputed", "1204.50")
    sender = KeepingSender()
    assert isinstance(desk.send(entry_id, sender), Failed)
    assert sender.sent == []
    (row,) = desk.queries.outbox()
    assert "invoice INV-1 is disputed since this was written" in row.entry.error
    decide_entry(entry_id, "again", "kim", store=desk.store, clock=desk.clock)
    assert isinstance(desk.send(entry_id, sender), Sent)


def _contact_moved(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    entry_id = desk.approve()
    with desk.store.begin() as uow:
        uow.ledger.save_customers([Customer("C1", "Acme Mills", domains=("acme-mills.example",))], desk.clock.now())
        uow.commit()
    sender = KeepingSender()
    assert isinstance(desk.send(entry_id, sender), Failed)
    assert sender.sent == []
    assert "does not belong to account C1 any more" in desk.queries.outbox()[0].entry.error


def _edited_after_approval(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    entry_id = desk.approve()
    (approved,) = desk.drafts("approved")
    with pytest.raises(RuleViolationError):
        revise(desk, approved, replace(approved.text, body="Something else."))
    with desk.store.look() as uow:
        entry = uow.outbox.get(entry_id)
    with pytest.raises(PermanentError, match="not the one that was approved"):
        check_untouched(replace(entry, raw=entry.raw + b"more"))


def _two_approve(desk: TortureDesk) -> None:
    desk.add_person("lee")
    desk.arrives(ASK)
    (draft,) = desk.drafts()
    draft = revise(desk, draft, replace(draft.text, body="Done."))
    _approve(desk, draft, "kim")
    with pytest.raises(ConflictError):
        _approve(desk, draft, "lee")
    assert len(desk.queries.outbox()) == 1


def _large_sum(desk: TortureDesk) -> None:
    desk.add_person("lee")
    desk.arrives(ASK)
    (draft,) = desk.drafts()
    draft = revise(desk, draft, replace(draft.text, body="We credit $12,000.00."))
    refused(desk, "somebody else must approve it")
    (draft,) = desk.drafts()
    _approve(desk, draft, "lee")


def _fails_with(
    *errors: Exception, outcomes: tuple[type, ...], state: OutboxState, sent: int
) -> Callable[[TortureDesk], None]:
    def play(desk: TortureDesk) -> None:
        desk.arrives(ASK)
        entry_id = desk.approve()
        sender = KeepingSender(*errors)  # type: ignore[arg-type]
        found = []
        for _ in outcomes:
            found.append(type(desk.send(entry_id, sender)))
            desk.clock.forward(minutes=60)
        assert tuple(found) == outcomes
        assert desk.send(entry_id, sender) is None
        (row,) = desk.queries.outbox()
        assert (row.entry.state, len(sender.sent)) == (state, sent)
        assert len({message_from_bytes(raw)["Message-ID"] for _, raw in sender.sent}) <= 1

    return play


def _copy_fails(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    entry_id = desk.approve()
    sender = KeepingSender()
    desk.send(entry_id, sender)
    with pytest.raises(TransientError):
        file_copy(
            entry_id, store=desk.store, sent_folder=KeepingFolder(failure=TransientError("full")), clock=desk.clock
        )
    assert desk.send(entry_id, sender) is None
    assert len(sender.sent) == 1


class PickySender(KeepingSender):
    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        super().send(envelope, raw)
        return Receipt("250 ok", refused=(("cora@acme.example", "550 no such user"),))


def _one_refused(desk: TortureDesk) -> None:
    desk.arrives(letter("Cc: cora@acme.example", "INV-1 please."))
    desk.send(desk.approve(), PickySender())
    (row,) = desk.queries.outbox()
    assert row.entry.refused == (("cora@acme.example", "550 no such user"),)


def _gap(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    (draft,) = desk.drafts()
    revise(desk, draft, replace(draft.text, body="The amount is [[amount]]."))
    with pytest.raises(RuleViolationError, match="gaps: amount"):
        _approve_as_it_is(desk)
    (draft,) = desk.drafts()
    revise(desk, draft, replace(draft.text, body="Hello {{name}}"))
    with pytest.raises(RuleViolationError, match="still holds"):
        _approve_as_it_is(desk)


def _approve_as_it_is(desk: TortureDesk) -> int:
    (draft,) = desk.drafts()
    return _approve(desk, draft, "kim")


def _approve(desk: TortureDesk, draft: Draft, person: str) -> int:
    return approve_draft(
        draft.draft_id, draft.version, person, store=desk.store, clock=desk.clock, letterhead=desk.letterhead
    )


def _references(desk: TortureDesk) -> None:
    chain = " ".join(f"<{'r' * 60}{n}@acme.example>" for n in range(200))
    desk.arrives(letter(f"Message-ID: <last@acme.example>\nReferences: {chain}"))
    desk.approve()
    references = message_from_bytes(desk.queries.outbox()[0].entry.raw)["References"].split()
    assert sum(len(one) + 1 for one in references) <= 4096
    assert (references[0], references[-1]) == (f"<{'r' * 60}0@acme.example>", "<last@acme.example>")


def _human_text(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    (draft,) = desk.drafts()
    revise(desk, draft, replace(draft.text, body="A person's words."))
    desk.arrives(letter("Subject: refund/overpayment\nReferences: <ask@acme.example>", "And INV-1 was paid twice."))
    (stale,) = desk.drafts("stale")
    assert stale.text.body == "A person's words."
    assert desk.drafts() == []


def _silent(desk: TortureDesk) -> None:
    desk.policy = replace(desk.policy, silent=frozenset({"icc"}))
    taken = desk.arrives(ASK)
    assert (taken.items, taken.drafts) == (1, 0)


def _newer_mail(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    (draft,) = desk.drafts()
    revise(desk, draft, replace(draft.text, body="Done."))
    desk.arrives(letter("Subject: Re: dispute/other\nReferences: <ask@acme.example>", "Never mind, INV-1 is fine."))
    with desk.store.look() as uow:
        assert uow.drafts.get(draft.draft_id).state is DraftState.STALE
    with pytest.raises(RuleViolationError):
        approve_draft(draft.draft_id, 2, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)


def _internal_note(desk: TortureDesk) -> None:
    desk.arrives(ASK)
    note(desk.items()[0].item.number, "They never pay. Do not tell them.", "kim", store=desk.store, clock=desk.clock)
    desk.approve()
    assert b"never pay" not in desk.queries.outbox()[0].entry.raw


CASES = (
    Case(
        "J1",
        "The invoice is paid after the draft was written",
        "Approval is refused with the reason; read and saved anew, it may leave.",
        play=_changed_before_approval("paid", "0", "invoice INV-1 was paid since this was written"),
    ),
    Case(
        "J1b",
        "A part of it is paid, or it is credited",
        "The same.",
        play=_changed_before_approval("open", "204.50", "its balance is .204.50 now, and was .1,204.50"),
    ),
    Case(
        "J2",
        "The invoice is disputed after approval, before sending",
        "Not sent; a person sees why and decides.",
        play=_changed_before_sending,
    ),
    Case(
        "J3",
        "The contact moves to another account after approval",
        "Not sent; recipients are never looked up anew.",
        play=_contact_moved,
    ),
    Case(
        "J4", "The text is changed after approval", "Refused; other bytes are never sent.", play=_edited_after_approval
    ),
    Case("J5", "Two people approve at once", "One wins; the other is told.", play=_two_approve),
    Case("J6", "Who wrote a text about $12,000 approves it", "Refused; somebody else may.", play=_large_sum),
    Case(
        "J7",
        "The connection dies after DATA",
        "Uncertain; not sent again; a person decides.",
        play=_fails_with(UncertainError("no answer"), outcomes=(Uncertain,), state=OutboxState.UNCERTAIN, sent=0),
    ),
    Case("J8", "It is sent, but the copy into Sent fails", "Sent once.", play=_copy_fails),
    Case(
        "J10",
        "The server says 451, then takes it",
        "Tried again with the same Message-ID.",
        play=_fails_with(TransientError("451"), outcomes=(Retry, Sent), state=OutboxState.SENT, sent=1),
    ),
    Case(
        "J10b",
        "The server says 550",
        "Failed; not tried again.",
        play=_fails_with(PermanentError("550"), outcomes=(Failed,), state=OutboxState.FAILED, sent=0),
    ),
    Case("J11", "One of the recipients is refused", "Told by recipient.", play=_one_refused),
    Case("J12", "A value is missing, or a template's mark is left", "Never approved.", play=_gap),
    Case(
        "J14", "A chain of 200 references", "Cut to what a header may hold; first and last are kept.", play=_references
    ),
    Case(
        "J15", "A person edited the draft, and another is due", "One draft; the person's text stays.", play=_human_text
    ),
    Case("J16", "Drafting is off for the mailbox", "Items, no drafts.", play=_silent),
    Case(
        "J17",
        "The customer writes again while a draft waits",
        "The draft is stale and cannot be approved.",
        play=_newer_mail,
    ),
    Case("J18", "An internal note stands beside the draft", "It is in no mail.", play=_internal_note),
    Case(
        "J13",
        "Cc names people from elsewhere and our own",
        "Only the customer's own side gets a copy.",
        (letter("Cc: cora@acme.example, x@elsewhere.example, icc@northgate.example"),),
        Want(drafts=1, to=("ann@acme.example",)),
    ),
)
