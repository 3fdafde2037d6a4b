"""What becomes of a message when it is taken in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.draft import DraftState
from bot.rendering import JinjaRenderer
from bot.settings import load
from bot.steps.decide_draft import approve_draft
from bot.steps.ingest import ingest
from bot.steps.take_in import TakenIn, take_in
from tests.desks.step_desk import ACME, BOLT, SHIPPED_CONFIG, StepDesk, mail


def test_a_sorted_message_opens_an_item_and_a_draft_to_its_sender(desk: StepDesk) -> None:
    assert desk.arrives(mail()) == TakenIn(messages=1, items=1, drafts=1)
    (row,) = desk.items()
    (draft,) = desk.drafts()
    assert (row.item.number, row.item.queue, row.item.reason) == ("CD-1001", "invoicing", "po_number")
    assert draft.text.to == ("ann@acme.example",)
    assert draft.text.subject == "Re: revision/po_number [CD-1001]"


def test_taking_in_again_changes_nothing(desk: StepDesk) -> None:
    desk.arrives(mail())
    with desk.store.look() as uow:
        raw = uow.raw.get(1)
    before = (desk.items(), desk.draft_rows(None), desk.queries.record())
    assert take_in([raw], desk.ports, desk.policy) == TakenIn()
    assert (desk.items(), desk.draft_rows(None), desk.queries.record()) == before


def test_what_breaks_off_leaves_nothing_behind(desk: StepDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[object]:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(desk.renderer, "render", fail)
        with pytest.raises(RuntimeError, match="killed"):
            desk.arrives(mail())
    assert (desk.items(), desk.draft_rows(None)) == ([], [])
    assert desk.arrives() == TakenIn(messages=1, items=1, drafts=1)


def test_one_mail_with_two_requests_is_two_items_and_one_reply(desk: StepDesk) -> None:
    desk.arrives(mail("tax_exempt/charged_in_error,refund/overpayment"))
    assert [row.item.category for row in desk.items()] == ["tax_exempt", "refund"]
    (row,) = desk.draft_rows()
    assert row.item_ids == (1001, 1002)


def test_one_unreadable_message_stops_no_other(desk: StepDesk) -> None:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(200))
    nested = b"".join(levels)
    taken = desk.arrives(b"From: x@y.example\r\n" + nested, mail())
    assert taken == TakenIn(messages=1, items=1, drafts=1, quarantined=1)
    (held,) = desk.queries.quarantined()
    assert "nested" in held.reason


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Ann Lee <ann@acme.example>"),
        ({"X_Failed_Recipients": "a@b.example"}, "Mail Delivery Subsystem <mailer-daemon@acme.example>"),
        ({"List_Id": "<news.acme.example>", "Precedence": "bulk"}, "News <news@acme.example>"),
    ],
    ids=["auto-reply", "bounce", "list"],
)
def test_automatic_mail_opens_nothing_and_gets_no_draft(desk: StepDesk, headers: dict[str, str], sender: str) -> None:
    taken = desk.arrives(mail(sender=sender, **headers))
    assert taken == TakenIn(messages=1, automatic=1)
    assert (desk.items(), desk.drafts()) == ([], [])


def test_an_automatic_reply_changes_no_state_of_its_thread(desk: StepDesk) -> None:
    desk.arrives(mail(message_id="one@acme.example"))
    before = desk.items()
    desk.arrives(mail("Out of office", references=["one@acme.example"], Auto_Submitted="auto-replied"))
    assert desk.items() == before


def test_mail_from_our_own_address_is_held_and_never_answered(desk: StepDesk) -> None:
    taken = desk.arrives(mail(sender="ICC <icc@northgate.example>"))
    assert taken == TakenIn(quarantined=1)
    assert "own address" in desk.queries.quarantined()[0].reason


def test_what_nobody_is_sure_about_waits_unsorted_without_a_draft(desk: StepDesk) -> None:
    desk.arrives(mail("hello"))
    assert [row.item.queue for row in desk.items()] == ["unsorted"]
    assert desk.why_not_drafted() == ["unsorted"]


@pytest.mark.parametrize(
    ("sender", "headers", "why"),
    [
        ("No Reply <no-reply@acme.example>", {}, "unanswerable"),
        ("a@acme.example, b@acme.example", {}, "many_senders"),
        ('"ap@bigco.example" <x@evil.example>', {}, "impersonation"),
        ("Ann <ann@acrne.example>", {}, "look_alike"),
    ],
)
def test_to_a_doubtful_sender_nothing_is_drafted(
    desk: StepDesk, sender: str, headers: dict[str, str], why: str
) -> None:
    desk.know()
    desk.arrives(mail(sender=sender, **headers))
    assert desk.drafts() == []
    assert why in desk.why_not_drafted()[0]


def test_a_reply_to_on_another_domain_leaves_the_recipient_to_a_person(desk: StepDesk) -> None:
    desk.arrives(mail(Reply_To="ann@elsewhere.example"))
    (draft,) = desk.drafts()
    assert draft.text.to == ()
    assert draft.gaps[0] == "recipient"


def test_a_mailbox_without_drafts_opens_items_only(tmp_path: Path) -> None:
    desk = StepDesk(tmp_path, silent=frozenset({"icc"}))
    assert desk.arrives(mail()) == TakenIn(messages=1, items=1)
    assert desk.arrives(mail(text="Other."), mailbox="invoicing").drafts == 1
    desk.close()


def test_a_draft_knows_the_invoice_of_the_senders_account(desk: StepDesk) -> None:
    desk.know(("INV-1", ACME))
    desk.arrives(mail())
    (row,) = desk.items()
    (draft,) = desk.drafts()
    assert (row.item.customer_number, row.customer_name) == ("C1", "Acme Mills")
    assert "INV-1" in draft.text.body
    assert "ledger:invoice:INV-1" in [fact.source for fact in draft.facts]


def test_the_number_of_another_account_is_flagged_and_never_used(desk: StepDesk) -> None:
    desk.know(("INV-1", BOLT))
    desk.arrives(mail())
    (row,) = desk.items()
    (draft,) = desk.drafts()
    assert "number_of_another_account" in row.item.flags
    assert "INV-1" not in draft.text.body
    assert "1,204.50" not in draft.text.body
    assert not [fact for fact in draft.facts if fact.source.startswith("ledger:invoice")]


def test_a_colleague_who_names_an_invoice_speaks_for_its_account(desk: StepDesk) -> None:
    desk.know(("INV-1", ACME))
    desk.arrives(mail(sender="Sam <sam@northgate.example>"))
    (row,) = desk.items()
    assert (row.item.side, row.item.customer_number) == ("inside", "C1")


def test_the_same_mail_in_another_mailbox_is_one_message(desk: StepDesk) -> None:
    raw = mail()
    desk.arrives(raw)
    again = desk.arrives(b"Received: from elsewhere\r\n" + raw, mailbox="invoicing")
    assert again == TakenIn()
    assert len(desk.items()) == len(desk.drafts()) == 1


def test_a_template_with_a_mistake_costs_the_draft_and_not_the_work(desk: StepDesk, tmp_path: Path) -> None:
    broken = tmp_path / "templates" / "replies" / "revision"
    broken.mkdir(parents=True)
    (broken / "po_number.en.txt").write_text("Subject: Re\n\n{% if %}")
    folders = (tmp_path / "templates", *load(SHIPPED_CONFIG, {}, needs_secrets=False).template_folders)
    desk.ports = replace(desk.ports, renderer=JinjaRenderer(folders))
    assert desk.arrives(mail()) == TakenIn(messages=1, items=1)
    assert "po_number.en.txt" in desk.why_not_drafted()[0]


def test_a_further_mail_that_nobody_can_sort_makes_the_draft_stale(desk: StepDesk) -> None:
    desk.arrives(mail(message_id="one@acme.example"))
    desk.arrives(mail("Re: hm", "And now?", references=["one@acme.example"]))
    (row,) = desk.items()
    assert row.messages == 2
    assert [draft.state for draft in desk.drafts(None)] == [DraftState.STALE]


def test_a_batch_knows_what_came_before_in_it(desk: StepDesk) -> None:
    first = mail(message_id="first@acme.example")
    reply = mail("Re: revision/po_number", message_id="reply@acme.example", references=["first@acme.example"])

    taken = desk.arrives(first, reply)

    assert taken == TakenIn(messages=2, items=1, drafts=2)
    assert [row.messages for row in desk.items()] == [2]
    assert [row.draft.state for row in desk.draft_rows(None)] == [DraftState.SUPERSEDED, DraftState.OPEN]


def test_a_sender_who_writes_twice_in_a_batch_gets_one_answer(desk: StepDesk) -> None:
    taken = desk.arrives(mail(message_id="one@acme.example"), mail(message_id="two@acme.example"))

    assert taken == TakenIn(messages=2, items=2, drafts=1)
    (row,) = desk.draft_rows(None)
    assert (row.draft.state, row.item_ids) == (DraftState.STALE, (1001, 1002))


def test_a_strangers_mail_under_a_message_id_of_ours_does_not_vanish(desk: StepDesk) -> None:
    desk.add_person("kim")
    desk.arrives(mail())
    approve_draft(desk.drafts()[0].draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)
    ours = desk.queries.outbox()[0].entry.message_id_header
    assert desk.arrives(mail("dispute/price", "Not so.", message_id=ours)).items == 1
    forged = mail("dispute/price", "Pay here.", message_id=ours, sender="ICC <icc@northgate.example>")
    assert desk.arrives(forged).quarantined == 1


def test_a_copy_goes_only_to_the_senders_own_side(desk: StepDesk) -> None:
    desk.know()
    desk.arrives(mail(Cc="cy@acme.example, spy@evil.example, invoicing@northgate.example, sam@northgate.example"))
    (draft,) = desk.drafts()
    assert draft.text.cc == ("cy@acme.example", "sam@northgate.example")


def test_raw_bytes_that_are_gone_cost_only_their_own_message(desk: StepDesk, tmp_path: Path) -> None:
    large = mail("refund/return", "x" * 70_000)
    ingest("icc", [(large, desk.clock.now())], store=desk.store, clock=desk.clock)
    next(path for path in (tmp_path / "blobs").rglob("*") if path.is_file()).unlink()
    taken = desk.arrives(mail())
    assert (taken.messages, taken.quarantined) == (1, 1)
    assert "cannot be read" in desk.queries.quarantined()[0].reason


def test_what_someone_else_took_in_meanwhile_is_left_alone(desk: StepDesk) -> None:
    ingest("icc", [(mail(sender="ICC <icc@northgate.example>"), desk.clock.now())], store=desk.store, clock=desk.clock)
    with desk.store.look() as uow:
        waiting = uow.raw.waiting(10, 100_000)
    for _ in range(3):
        take_in(waiting, desk.ports, desk.policy)
    assert len(desk.queries.quarantined()) == 1


def test_an_absence_note_of_our_own_mailbox_is_noted_and_not_held(desk: StepDesk) -> None:
    taken = desk.arrives(mail(sender="ICC <icc@northgate.example>", Auto_Submitted="auto-replied"))
    assert taken == TakenIn(messages=1, automatic=1)


def test_an_item_is_as_old_as_its_mail(desk: StepDesk) -> None:
    arrived = desk.clock.now()
    ingest("icc", [(mail(), arrived)], store=desk.store, clock=desk.clock)
    desk.clock.forward(days=7)
    desk.arrives()
    assert desk.items()[0].item.opened_at == arrived


def test_a_number_written_short_stands_under_the_one_that_the_account_has(desk: StepDesk) -> None:
    desk.know(("INV-0020411", ACME), ("INV-0030500", BOLT))
    desk.arrives(mail("dispute/price", "We contest INV-20411 and INV-30500."))
    (draft,) = desk.drafts()
    sources = {fact.value: fact.source for fact in draft.facts}
    assert sources.get("INV-0020411") == "ledger:invoice:INV-0020411"
    # What is near a number of another account is nobody's.
    assert "INV-0030500" not in draft.text.body
    with desk.store.look() as uow:
        (stored,) = [uow.messages.inbound(one) for one in uow.items.messages_of(1001)]
    assert stored is not None
    assert [(fact.value, fact.text) for fact in stored.verdict.facts] == [
        ("INV-0020411", "INV-20411"),
        ("INV-30500", "INV-30500"),
    ]


def test_who_may_be_somebody_else_is_not_told_the_number_in_full(desk: StepDesk) -> None:
    desk.know(("INV-0020411", ACME))
    desk.arrives(mail("dispute/price", "We contest INV-20411.", Reply_To="x@evil.example"))
    with desk.store.look() as uow:
        (stored,) = [uow.messages.inbound(one) for one in uow.items.messages_of(1001)]
    assert stored is not None
    assert stored.verdict.values("invoice") == ("INV-20411",)
