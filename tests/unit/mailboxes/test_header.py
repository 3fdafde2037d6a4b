from __future__ import annotations

import pytest

from bot.mailboxes.header import HEAD_BYTES, head_of, message_ids_in


@pytest.mark.parametrize(
    ("head", "ids"),
    [
        (b"Message-ID: <a@b>", {"a@b"}),
        (b"Subject: x\r\nMESSAGE-ID:\r\n\t<a@b>\r\n", {"a@b"}),
        (b"Message-Id:a@b", {"a@b"}),
        (b"Message-ID: <a@b>\r\nMessage-ID: <c@d>", {"a@b", "c@d"}),
        (b"Message-ID: <>\r\nSubject: x", set()),
        (b"Message-ID:\r\nSubject: x", set()),
        (b"X-Message-ID: <a@b>\r\nReferences: <c@d>", set()),
    ],
)
def test_message_ids_are_found_in_every_spelling(head: bytes, ids: set[str]) -> None:
    assert message_ids_in(head) == ids


@pytest.mark.parametrize("line_break", [b"\n", b"\r\n"])
def test_the_head_ends_at_the_first_empty_line(line_break: bytes) -> None:
    assert head_of(line_break.join([b"A: b", b"C: d", b"", b"body", b"", b"more"])) == line_break.join(
        [b"A: b", b"C: d"]
    )


def test_a_head_without_end_is_cut() -> None:
    assert len(head_of(b"x" * (HEAD_BYTES + 5))) == HEAD_BYTES
