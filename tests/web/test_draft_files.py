"""Files of ours on a reply: what a clerk attached is what leaves, and the approval covers it."""

from __future__ import annotations

from email import message_from_bytes, policy

from bot.desk.draft import MOST_FILE_BYTES
from tests.web.room import Room, make_letter

PDF = b"%PDF-1.7 our invoice copy"


def _post(room: Room, path: str, form: dict[str, object], files: dict[str, bytes] | None = None):  # type: ignore[no-untyped-def]
    sent = [("upload", (name, content, "application/octet-stream")) for name, content in (files or {}).items()]
    return room.client.post(path, data={"csrf": room.csrf(), **form}, files=sent or None)


def _form(room: Room, number: str) -> dict[str, object]:
    draft = room.desk.queries.drafts(item_id=int(number[3:]))[0].draft
    form = room.draft_form(number) | {"body": "Hello Ann, the copy is attached."}
    return {**form, "keep": [file.sha256 for file in draft.text.files]}


def _sent_files(room: Room) -> dict[str, bytes]:
    (row,) = room.desk.queries.outbox()
    message = message_from_bytes(row.entry.raw, policy=policy.default)
    return {part.get_filename(): part.get_content() for part in message.iter_attachments()}  # type: ignore[attr-defined]


def test_an_attached_file_is_shown_and_leaves_byte_for_byte(room: Room) -> None:
    number = room.arrive(make_letter())
    draft_id = room.draft_id(number)
    answer = _post(room, f"/drafts/{draft_id}/save", _form(room, number), {"Rechnung ü.pdf": PDF})
    assert answer.headers["location"].startswith(f"/items/{number}?done=saved")
    assert "Rechnung ü.pdf" in room.client.get(f"/items/{number}").text
    _post(room, f"/drafts/{draft_id}/approve", _form(room, number))
    assert _sent_files(room) == {"Rechnung ü.pdf": PDF}


def test_a_file_that_was_chosen_but_not_yet_attached_leaves_too(room: Room) -> None:
    number = room.arrive(make_letter())
    _post(room, f"/drafts/{room.draft_id(number)}/approve", _form(room, number), {"copy.pdf": PDF})
    assert _sent_files(room) == {"copy.pdf": PDF}


def test_a_removed_file_does_not_leave(room: Room) -> None:
    number = room.arrive(make_letter())
    draft_id = room.draft_id(number)
    _post(room, f"/drafts/{draft_id}/save", _form(room, number), {"one.pdf": PDF, "two.txt": b"two"})
    digest = room.desk.queries.drafts(item_id=int(number[3:]))[0].draft.text.files[0].sha256
    _post(room, f"/drafts/{draft_id}/save", {**_form(room, number), "remove": digest})
    _post(room, f"/drafts/{draft_id}/approve", _form(room, number))
    assert _sent_files(room) == {"two.txt": b"two"}


def test_the_type_of_a_file_is_what_its_bytes_are_and_its_name_harmless(room: Room) -> None:
    number = room.arrive(make_letter())
    draft_id = room.draft_id(number)
    _post(room, f"/drafts/{draft_id}/save", _form(room, number), {"../..\\a:b.bin": PDF})
    (file,) = room.desk.queries.drafts(item_id=int(number[3:]))[0].draft.text.files
    assert file.content_type == "application/pdf"
    assert not set(file.name) & set("/\\:")
    answer = room.client.get(f"/drafts/{draft_id}/files/1/view")
    assert answer.content == PDF
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert room.client.get(f"/drafts/{draft_id}/files/1").headers["content-disposition"].startswith("attachment")
    assert room.client.get(f"/drafts/{draft_id}/files/2").status_code == 404


def test_the_digest_of_a_file_opens_no_file_of_another_draft(room: Room) -> None:
    first = room.arrive(make_letter())
    _post(room, f"/drafts/{room.draft_id(first)}/save", _form(room, first), {"secret.pdf": PDF})
    digest = room.desk.queries.drafts(item_id=int(first[3:]))[0].draft.text.files[0].sha256
    other = room.arrive(make_letter("Damaged chairs: they came damaged.", "Chairs", "Bob <bob@harlow.example>"))
    _post(room, f"/drafts/{room.draft_id(other)}/save", {**_form(room, other), "keep": [digest]})
    assert room.desk.queries.drafts(item_id=int(other[3:]))[0].draft.text.files == ()


def test_too_much_is_refused_in_words_and_the_text_is_kept(room: Room) -> None:
    number = room.arrive(make_letter())
    big = {"big.bin": b"x" * (MOST_FILE_BYTES + 1)}
    answer = _post(room, f"/drafts/{room.draft_id(number)}/save", _form(room, number), big)
    assert answer.status_code == 422
    assert "a mail carries at most 14 MB" in answer.text
    assert "the copy is attached" in answer.text
    empty = _post(room, f"/drafts/{room.draft_id(number)}/save", _form(room, number), {"empty.pdf": b""})
    assert "is empty" in empty.text


def test_large_files_lie_in_the_blob_folder_and_come_back_whole(room: Room) -> None:
    number = room.arrive(make_letter())
    content = b"%PDF-1.7 " + b"x" * 200_000
    _post(room, f"/drafts/{room.draft_id(number)}/approve", _form(room, number), {"large.pdf": content})
    assert _sent_files(room) == {"large.pdf": content}


def test_what_is_typed_for_a_gap_stands_in_the_text_that_leaves(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _form(room, number) | {
        "body": "We refund [[amount]] on [[date]]. So [[amount]].",
        "gap_name": ["amount", "date"],
        "gap_value": ["$9.50", "May 1"],
    }
    _post(room, f"/drafts/{room.draft_id(number)}/approve", form)
    (row,) = room.desk.queries.outbox()
    assert b"We refund $9.50 on May 1. So $9.50." in row.entry.raw
    facts = room.desk.queries.drafts(item_id=int(number[3:]))[0].draft.facts
    assert ("$9.50", "person:ann") in {(fact.value, fact.source) for fact in facts}


def test_a_gap_that_was_left_empty_stays_a_gap(room: Room) -> None:
    number = room.arrive(make_letter())
    form = _form(room, number) | {"body": "We refund [[amount]].", "gap_name": ["amount"], "gap_value": [" "]}
    answer = _post(room, f"/drafts/{room.draft_id(number)}/approve", form)
    assert answer.status_code == 422
    assert '<label for="gap-1">amount</label>' in answer.text
    assert room.desk.queries.outbox() == []


def test_the_preview_is_the_mail_and_stores_nothing(room: Room) -> None:
    number = room.arrive(make_letter())
    before = room.desk.queries.record()
    form = _form(room, number) | {"body": "INV-1001 is [[state]], <b>Ann</b>."}
    answer = _post(room, f"/drafts/{room.draft_id(number)}/preview", form)
    assert "Northgate Credit Department" in answer.text
    assert '<mark data-kind="gap" title="state is not known yet">[[state]]</mark>' in answer.text
    assert "&lt;b&gt;Ann&lt;/b&gt;" in answer.text
    assert "from the ledger, invoice INV-1001" in answer.text
    assert "&gt; Hello, we were charged twice for INV-1001." in answer.text
    assert room.desk.queries.record() == before
