"""Approve, save, reject: what leaves is exactly what the person saw, or nothing does."""

from __future__ import annotations

from email import message_from_bytes, policy

from tests.web.room import Room, make_letter


def _outbox(room: Room) -> list[tuple[str, str, str]]:
    """To, subject and text of everything in the outbox."""
    found = []
    for row in room.desk.queries.outbox():
        message = message_from_bytes(row.entry.raw, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        found.append((str(message["To"]), str(message["Subject"]), body.get_content()))
    return found


def _filled(form: dict[str, str], body: str = "Hello Ann, we will refund the payment.") -> dict[str, str]:
    return form | {"body": body}


def test_approving_puts_exactly_the_text_of_the_form_into_the_outbox(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _filled(room.draft_form(number)) | {"subject": "Your refund", "to": "Ann <ap@brightwater.example>"}
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/items/{number}?done=approved&undo=draft%3A1"
    ((to, subject, body),) = _outbox(room)
    assert (to, subject) == ("ap@brightwater.example", "Your refund")
    assert body.startswith("Hello Ann, we will refund the payment.")


def test_edits_become_a_version_of_their_own_before_they_are_approved(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/drafts/{room.draft_id(number)}/approve", **_filled(room.draft_form(number)))
    draft = room.desk.queries.drafts(item_id=int(number[3:]))[0].draft
    assert (draft.version, draft.author, draft.state) == (2, "ann", "approved")


def test_an_approval_without_edits_makes_no_new_version(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/drafts/{room.draft_id(number)}/save", **_filled(room.draft_form(number)))
    room.post(f"/drafts/{room.draft_id(number)}/approve", **room.draft_form(number))
    assert room.desk.queries.drafts(item_id=int(number[3:]))[0].draft.version == 2
    assert len(_outbox(room)) == 1


def test_saving_sends_nothing(room: Room) -> None:
    number = room.arrive(make_letter())
    answer = room.post(f"/drafts/{room.draft_id(number)}/save", **_filled(room.draft_form(number)))
    assert "done=saved" in answer.headers["location"]
    assert _outbox(room) == []
    assert "we will refund the payment" in room.client.get(f"/items/{number}").text


def test_a_gap_refuses_the_approval_and_the_text_is_kept(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _filled(room.draft_form(number), "We refund [[amount]] to you.")
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
    assert answer.status_code == 422
    assert "Not sent" in answer.text
    assert "gaps: amount" in answer.text
    assert "We refund [[amount]] to you." in answer.text
    assert _outbox(room) == []


def test_a_recipient_that_is_no_address_is_refused(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _filled(room.draft_form(number)) | {"to": "ann at brightwater"}
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
    assert answer.status_code == 422
    assert "ann at brightwater" in answer.text
    assert _outbox(room) == []


def test_a_line_break_in_subject_or_recipients_adds_no_header(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _filled(room.draft_form(number)) | {"subject": "Hello\r\nBcc: spy@evil.example"}
    room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
    raw = room.desk.queries.outbox()[0].entry.raw
    assert message_from_bytes(raw, policy=policy.default)["Bcc"] is None
    assert room.desk.queries.outbox()[0].entry.envelope.recipients == ("ap@brightwater.example",)


def test_when_the_version_moved_both_texts_are_shown_and_nothing_is_sent(room: Room) -> None:
    number = room.arrive(make_letter())
    seen = room.draft_form(number)
    room.post(f"/drafts/{room.draft_id(number)}/save", **_filled(seen, "The text of a colleague."))
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **_filled(seen, "My own text."))
    assert answer.status_code == 409
    assert "Nothing was sent" in answer.text
    assert "The text of a colleague." in answer.text
    assert "My own text." in answer.text
    assert _outbox(room) == []


def test_the_second_click_sends_nothing_twice_and_frightens_nobody(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _filled(room.draft_form(number))
    draft_id = room.draft_id(number)
    room.post(f"/drafts/{draft_id}/approve", **form)
    again = room.post(f"/drafts/{draft_id}/approve", **form)
    assert again.headers["location"] == f"/items/{number}?done=already"
    assert len(_outbox(room)) == 1


def test_approving_another_text_after_an_approval_is_a_conflict(room: Room) -> None:
    number = room.arrive(make_letter())
    draft_id, form = room.draft_id(number), room.draft_form(number)
    room.post(f"/drafts/{draft_id}/approve", **_filled(form))
    other = room.post(f"/drafts/{draft_id}/approve", **_filled(form, "Another text."))
    assert other.status_code == 409
    assert "ann approved this draft" in other.text
    assert len(_outbox(room)) == 1


def test_newer_mail_makes_an_edited_draft_stale_and_it_cannot_be_approved_unread(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/drafts/{room.draft_id(number)}/save", **_filled(room.draft_form(number)))
    seen = room.draft_form(number)
    with room.desk.store.begin() as uow:
        draft = uow.drafts.get(room.draft_id(number))
        uow.drafts.set_state(draft, type(draft.state).STALE)
        uow.commit()
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **_filled(seen, "An edit made before."))
    assert answer.status_code == 422
    assert "newer mail came in" in answer.text.lower()
    assert "An edit made before." in answer.text
    assert _outbox(room) == []
    # Nor may an old form clear the mark: only one that showed it.
    assert room.post(f"/drafts/{room.draft_id(number)}/save", **seen).status_code == 422
    assert "Stale" in room.client.get(f"/items/{number}").text
    room.post(f"/drafts/{room.draft_id(number)}/save", **room.draft_form(number))
    room.post(f"/drafts/{room.draft_id(number)}/approve", **room.draft_form(number))
    assert len(_outbox(room)) == 1


def test_a_rejection_needs_a_reason_and_is_kept(room: Room) -> None:
    number = room.arrive(make_letter())
    form = room.draft_form(number)
    assert room.post(f"/drafts/{room.draft_id(number)}/reject", **form).status_code == 422
    answer = room.post(f"/drafts/{room.draft_id(number)}/reject", **form, reason="I will call them")
    assert answer.status_code == 303
    page = room.client.get(f"/items/{number}").text
    assert "rejected by ann: I will call them" in page
    assert _outbox(room) == []


def test_approving_from_the_drafts_page_goes_on_to_the_next_draft(room: Room) -> None:
    first = room.arrive(make_letter())
    second = room.arrive(make_letter("The chairs arrived damaged.", "Damaged chairs"))
    form = _filled(room.draft_form(second)) | {"came_from": "drafts"}
    onward = room.post(f"/drafts/{room.draft_id(second)}/approve", **form)
    assert onward.headers["location"] == f"/items/{first}?done=approved&from=drafts&undo=draft%3A2"
    form = _filled(room.draft_form(first)) | {"came_from": "drafts"}
    assert room.post(f"/drafts/{room.draft_id(first)}/approve", **form).headers["location"].startswith("/drafts?")


def test_a_reviewer_may_edit_but_not_approve(room: Room) -> None:
    number = room.arrive(make_letter())
    room.add_person("rob", "reviewer")
    room.log_in("rob")
    page = room.client.get(f"/items/{number}").text
    assert "Save changes" in page
    assert "/approve" not in page
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **_filled(room.draft_form(number)))
    assert answer.status_code == 403
    assert "approver" in answer.text
    assert _outbox(room) == []
    assert room.desk.queries.drafts()[0].draft.version == 1


def test_every_version_can_be_read(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/drafts/{room.draft_id(number)}/save", **_filled(room.draft_form(number), "The second version."))
    room.post(f"/drafts/{room.draft_id(number)}/save", **_filled(room.draft_form(number), "The third version."))
    page = room.client.get(f"/items/{number}").text
    assert "The second version." in page
    assert "The third version." in page


def test_a_draft_that_is_not_there_is_a_page_in_words(room: Room) -> None:
    answer = room.post("/drafts/99/approve", body="My text")
    assert answer.status_code == 404
    assert "Nothing was changed" in answer.text
    assert "My text" in answer.text
