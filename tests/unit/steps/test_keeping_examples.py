"""What people correct becomes an example, where the company consents, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.draft import DraftText
from bot.desk.example import Learning, OwnExample
from bot.steps import work_on_item
from bot.steps.correct_reading import correct_reading
from bot.steps.decide_draft import approve_draft, revise_draft
from bot.steps.forget_examples import forget_examples, forget_old_examples
from bot.steps.work_on_item import Correction
from tests.desks.step_desk import ACME, StepDesk, mail


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[StepDesk]:
    made = StepDesk(tmp_path, learning=Learning(keeps=True))
    yield made
    made.close()


def _resort(desk: StepDesk, number: str, category: str, reason: str | None = None) -> None:
    right = Correction(category, reason, "kim")
    ports = {"store": desk.store, "clock": desk.clock, "renderer": desk.renderer, "policy": desk.policy}
    work_on_item.resort(number, right, **ports)  # type: ignore[arg-type]


def _correct(desk: StepDesk, number: str, **wanted: list[str]) -> None:
    ports = {"store": desk.store, "clock": desk.clock, "renderer": desk.renderer, "policy": desk.policy}
    correct_reading(number, wanted, "kim", **ports)  # type: ignore[arg-type]


def _kept(desk: StepDesk) -> list[OwnExample]:
    with desk.store.look() as uow:
        return list(uow.examples.kept())


def _answered(desk: StepDesk) -> list[OwnExample]:
    with desk.store.look() as uow:
        return list(uow.examples.answered_as_sorted(100))


def test_a_correction_is_kept_with_what_the_desk_had_said(learner: StepDesk) -> None:
    learner.arrives(mail("revision/po_number", "Please refund INV-1."))
    _resort(learner, "CD-1001", "refund", "overpayment")
    (kept,) = _kept(learner)
    assert (kept.right.categories, kept.right.reason) == (("refund",), "overpayment")
    assert (kept.said.category, kept.said.reason, kept.said.model) == ("revision", "po_number", "told")
    assert (kept.mail.newest_text.strip(), kept.corrected_by) == ("Please refund INV-1.", "kim")
    assert {entry.what for entry in learner.queries.record("CD-1001")} >= {"sorted", "kept_example"}


def test_without_consent_nothing_is_kept_and_the_correction_works(desk: StepDesk) -> None:
    desk.arrives(mail("revision/po_number", "Please refund INV-1."))
    _resort(desk, "CD-1001", "refund")
    _correct(desk, "CD-1001", invoice=["INV-2"])
    assert desk.items()[0].item.category == "refund"
    assert _kept(desk) == []
    assert "kept_example" not in {entry.what for entry in desk.queries.record()}


def test_people_are_left_out_of_an_example(learner: StepDesk) -> None:
    text = "Call Ann at (313) 555-0142 or write ann.lee@acme.example about INV-1.\n\nAnn Lee"
    learner.arrives(mail("revision/po_number", text))
    _resort(learner, "CD-1001", "dispute")
    (kept,) = _kept(learner)
    shown = f"{kept.mail.newest_text} {kept.mail.quoted_text} {kept.mail.sender}"
    assert "Ann" not in shown
    assert "Lee" not in shown
    assert "555" not in shown
    assert "someone@acme.example about INV-1" in shown


def test_the_second_correction_of_a_message_takes_the_place_of_the_first(learner: StepDesk) -> None:
    learner.arrives(mail("revision/po_number", "Please refund INV-1."))
    _resort(learner, "CD-1001", "refund", "overpayment")
    _resort(learner, "CD-1001", "dispute", "price")
    (kept,) = _kept(learner)
    assert (kept.right.categories, kept.said.category) == (("dispute",), "revision")


def test_the_second_request_of_a_message_stays_second(learner: StepDesk) -> None:
    learner.arrives(mail("revision/po_number,tax_exempt", "Add our PO to INV-1 and take the tax off."))
    _resort(learner, "CD-1002", "refund")
    (kept,) = _kept(learner)
    assert (kept.right.categories, kept.right.reason) == (("revision", "refund"), "po_number")


def test_corrected_numbers_are_kept_and_the_draft_names_them(learner: StepDesk) -> None:
    learner.know(("INV-1", ACME), ("INV-2", ACME))
    learner.arrives(mail("revision/po_number", "Please add our PO to INV-1 (that is INV-2 on your side)."))
    _correct(learner, "CD-1001", invoice=["inv-2"], amount=["1,204.50"])
    (kept,) = _kept(learner)
    assert kept.right.facts == {"invoice": ("INV-2",), "po": (), "amount": ("1204.50",), "state": ()}
    (draft,) = learner.drafts()
    assert "INV-2" in draft.text.body
    assert "INV-1" not in draft.text.body


def test_what_a_person_typed_that_stands_nowhere_points_at_the_person(learner: StepDesk) -> None:
    learner.arrives(mail("refund/overpayment", "Please send it back."))
    _correct(learner, "CD-1001", invoice=["INV-77"])
    (draft,) = learner.drafts()
    sources = {fact.value: fact.source for fact in draft.facts}
    assert sources["INV-77"] == "person:kim"


def test_numbers_corrected_before_the_sorting_belong_to_one_example(learner: StepDesk) -> None:
    learner.arrives(mail("no idea", "It is about INV-5."))
    _correct(learner, "CD-1001", invoice=[])
    assert _kept(learner)[0].right.categories == ()
    _resort(learner, "CD-1001", "dispute")
    (kept,) = _kept(learner)
    assert kept.right.categories == ("dispute",)
    assert kept.right.facts is not None
    assert kept.right.facts["invoice"] == ()


def test_a_draft_that_a_person_edited_stays_as_they_wrote_it(learner: StepDesk) -> None:
    learner.arrives(mail())
    (draft,) = learner.drafts()
    text = DraftText(draft.text.to, draft.text.cc, draft.text.subject, "My own words.")
    revise_draft(draft.draft_id, draft.version, text, "kim", store=learner.store, clock=learner.clock)
    _correct(learner, "CD-1001", invoice=["INV-9"])
    (kept,) = learner.drafts()
    assert kept.text.body == "My own words."


def test_mail_that_was_answered_as_sorted_confirms_the_desk(learner: StepDesk) -> None:
    learner.know(("INV-1", ACME))
    learner.arrives(mail("refund/overpayment", "Please refund INV-1 by check."))
    assert _answered(learner) == []
    _approve_first(learner)
    (confirmed,) = _answered(learner)
    assert (confirmed.right.categories, confirmed.said.category) == (("refund",), "refund")
    assert "Ann" not in confirmed.mail.sender


def _approve_first(desk: StepDesk) -> None:
    (draft,) = desk.drafts()
    text = draft.text
    for name in draft.gaps:
        text = type(text)(text.to, text.cc, text.subject, text.body.replace(f"[[{name}]]", "known"))
    approve_draft(
        draft.draft_id,
        draft.version,
        "kim",
        store=desk.store,
        clock=desk.clock,
        letterhead=desk.letterhead,
        text=text,
    )


def test_examples_are_forgotten_by_people_and_when_their_time_is_over(learner: StepDesk) -> None:
    for number in ("1", "2", "3"):
        learner.arrives(mail("revision/po_number", f"Please refund INV-{number}.", sender=f"a@c{number}.example"))
    for item in ("CD-1001", "CD-1002"):
        _resort(learner, item, "refund")
    learner.clock.forward(days=10)
    _resort(learner, "CD-1003", "refund")
    first = _kept(learner)[0]
    assert forget_examples([first.message_id], "kim", store=learner.store, clock=learner.clock) == 1
    assert forget_old_examples(timedelta(days=5), store=learner.store, clock=learner.clock) == 1
    assert len(_kept(learner)) == 1
    assert forget_examples(None, "kim", store=learner.store, clock=learner.clock) == 1
    assert _kept(learner) == []
    assert [entry.what for entry in learner.queries.record("examples")] == ["forgot_examples"] * 3
