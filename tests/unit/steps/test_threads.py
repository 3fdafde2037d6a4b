"""Which conversation a message joins, and what a further message does to work and drafts."""

from __future__ import annotations

from bot.desk.draft import DraftState, DraftText
from bot.desk.work_item import ItemState
from bot.steps.decide_draft import approve_draft, revise_draft
from bot.steps.redrafting import start_reply
from bot.steps.send import send
from bot.steps.work_on_item import merge, resolve, wait
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import ACME, StepDesk, mail

FIRST = "one@acme.example"


def _answered(desk: StepDesk) -> str:
    """One message, answered; the Message-ID of the answer."""
    desk.add_person("kim")
    desk.arrives(mail(message_id=FIRST))
    (draft,) = desk.drafts()
    entry_id = approve_draft(draft.draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)
    send(entry_id, store=desk.store, sender=KeepingSender(), clock=desk.clock)
    return desk.queries.outbox()[0].entry.message_id_header


def test_after_an_answer_the_work_goes_on_until_a_person_says_that_the_customer_is_next(desk: StepDesk) -> None:
    ours = _answered(desk)
    assert [row.item.state for row in desk.items()] == [ItemState.OPEN]
    wait("CD-1001", "kim", store=desk.store, clock=desk.clock)
    desk.arrives(mail("Re: revision/po_number [CD-1001]", "It is PO 7.", references=[FIRST, ours]))
    (row,) = desk.items()
    assert (row.item.state, row.messages) == (ItemState.OPEN, 2)
    assert len(desk.drafts()) == 1


def test_a_stranger_who_knows_the_message_id_does_not_join(desk: StepDesk) -> None:
    desk.know()
    ours = _answered(desk)
    desk.arrives(mail("revision/po_number", "Me too.", sender="Bo <bo@bolt.example>", references=[FIRST, ours]))
    first, second = desk.items()
    assert (first.messages, second.messages) == (1, 1)
    assert "CD-1001" in second.item.link


def test_a_colleague_of_the_same_account_joins_and_is_shown_as_new(desk: StepDesk) -> None:
    desk.know()
    ours = _answered(desk)
    desk.arrives(mail("Re: revision/po_number", "For Ann.", sender="Cy <cy@acme.example>", references=[FIRST, ours]))
    (row,) = desk.items()
    assert row.messages == 2


def test_a_tag_of_another_customers_item_joins_nothing_and_shows_nothing_of_it(desk: StepDesk) -> None:
    desk.know(("INV-1", ACME))
    _answered(desk)
    desk.arrives(mail("revision/po_number [CD-1001]", "Status?", sender="Bo <bo@bolt.example>"))
    _, claimed = desk.items()
    assert "CD-1001" in claimed.item.link
    newest = desk.drafts()[-1]
    assert "INV-1" not in newest.text.body
    assert "Acme" not in newest.text.body


def test_the_same_subject_alone_joins_nothing(desk: StepDesk) -> None:
    desk.arrives(mail("revision/po_number", "One."), mail("revision/po_number", "Two.", sender="bo@bolt.example"))
    assert [row.messages for row in desk.items()] == [1, 1]


def test_a_reply_to_a_merged_item_goes_to_the_survivor(desk: StepDesk) -> None:
    desk.arrives(
        mail(message_id=FIRST), mail("refund/overpayment", "Other matter INV-9.", message_id="two@acme.example")
    )
    merge("CD-1001", "CD-1002", "kim", store=desk.store, clock=desk.clock)
    desk.arrives(mail("Re: revision/po_number", "More.", references=[FIRST]))
    first, second = desk.items()
    assert first.item.state is ItemState.MERGED
    assert second.messages == 3


def test_a_further_mail_replaces_the_draft_that_nobody_touched(desk: StepDesk) -> None:
    desk.arrives(mail(message_id=FIRST))
    (old,) = desk.drafts()
    desk.arrives(mail("Re: revision/po_number", "One more thing.", references=[FIRST]))
    (new,) = desk.drafts()
    assert new.draft_id != old.draft_id
    assert [draft.draft_id for draft in desk.drafts(DraftState.SUPERSEDED)] == [old.draft_id]
    (entry, _) = desk.queries.record(f"draft:{old.draft_id}")
    assert (entry.what, entry.before, entry.after) == (
        "draft_superseded",
        {"state": "open"},
        {"state": "superseded"},
    )


def test_a_further_mail_makes_an_edited_draft_stale_and_keeps_its_text(desk: StepDesk) -> None:
    desk.arrives(mail(message_id=FIRST))
    (draft,) = desk.drafts()
    text = DraftText(draft.text.to, (), draft.text.subject, "What kim wrote.")
    revise_draft(draft.draft_id, 1, text, "kim", store=desk.store, clock=desk.clock)
    desk.arrives(mail("Re: revision/po_number", "One more thing.", references=[FIRST]))
    assert desk.drafts() == []
    (stale,) = desk.drafts(DraftState.STALE)
    assert stale.text.body == "What kim wrote."


def test_two_mails_in_one_matter_before_the_first_answer_get_one_reply(desk: StepDesk) -> None:
    desk.arrives(mail(message_id=FIRST))
    desk.arrives(mail("revision/po_number", "Did you see my mail about INV-1?", message_id="two@acme.example"))
    first, second = desk.items()
    assert first.item.number in second.item.link
    (row,) = desk.draft_rows(DraftState.STALE)
    assert row.item_ids == (1001, 1002)
    assert desk.drafts() == []


def test_two_mails_in_two_matters_get_two_replies(desk: StepDesk) -> None:
    desk.arrives(mail(message_id=FIRST))
    desk.arrives(mail("refund/overpayment", "And a refund for INV-2.", message_id="two@acme.example"))
    assert len(desk.drafts()) == 2


def test_a_reply_long_after_the_end_is_a_new_matter_that_names_the_old(desk: StepDesk) -> None:
    ours = _answered(desk)
    resolve("CD-1001", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    desk.clock.forward(days=420)
    desk.arrives(mail("Re: revision/po_number", "Hello again.", references=[FIRST, ours]))
    first, second = desk.items()
    assert (first.item.state, first.messages) == (ItemState.RESOLVED, 1)
    assert "CD-1001" in second.item.link


def test_a_copy_of_our_own_answer_that_comes_back_is_nothing_new(desk: StepDesk) -> None:
    _answered(desk)
    raw = desk.queries.outbox()[0].entry.raw
    assert desk.arrives(raw).messages == 0
    assert len(desk.items()) == 1
    assert desk.queries.quarantined() == []


def test_a_bounce_of_our_answer_lands_in_its_thread_and_opens_nothing(desk: StepDesk) -> None:
    ours = _answered(desk)
    bounce = (
        "From: Mail Delivery System <mailer-daemon@acme.example>\r\nTo: icc@northgate.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        "Message-ID: <b@acme.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
        "Final-Recipient: rfc822; ann@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{ours}>\r\nSubject: Re\r\n\r\ntext\r\n--b--\r\n"
    )
    assert desk.arrives(bounce.encode()).automatic == 1
    with desk.store.look() as uow:
        (thread,) = uow.threads.holding(["b@acme.example"])
        assert [item.item_id for item in uow.items.of_thread(thread.thread_id)] == [1001]


def test_an_answer_to_a_further_mail_knows_what_was_named_before(desk: StepDesk) -> None:
    desk.know(("INV-1", ACME))
    desk.arrives(mail(message_id=FIRST))
    desk.arrives(mail("Re: revision/po_number", "It is PO 7.", references=[FIRST]))
    (draft,) = desk.drafts()
    assert "INV-1" in draft.text.body
    assert "ledger:invoice:INV-1" in [fact.source for fact in draft.facts]


def test_case_work_makes_a_waiting_draft_stale(desk: StepDesk) -> None:
    desk.arrives(mail(message_id=FIRST))
    resolve("CD-1001", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    assert [draft.state for draft in desk.drafts(None)] == [DraftState.STALE]


def test_a_further_request_in_the_thread_is_answered_by_the_same_new_draft(desk: StepDesk) -> None:
    desk.arrives(mail(message_id=FIRST))
    desk.arrives(mail("Re: refund/overpayment", "And a refund.", references=[FIRST]))
    (row,) = desk.draft_rows()
    assert row.item_ids == (1001, 1002)


def test_a_started_reply_answers_the_newest_message(desk: StepDesk) -> None:
    desk.arrives(mail("hm", message_id=FIRST))
    desk.arrives(mail("Re: hm", "Second.", references=[FIRST]))
    start_reply("CD-1001", "kim", store=desk.store, clock=desk.clock, renderer=desk.renderer, policy=desk.policy)
    with desk.store.look() as uow:
        assert uow.items.messages_of(1001)[-1] == desk.drafts()[0].reply_to_message_id
