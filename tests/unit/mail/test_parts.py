"""The walk over the MIME tree, against the standard library where mail is well formed, alone where not."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.encoded_words import decode_base64
from bot.mail.parts import split_multipart, undo_transfer_encoding, walk
from tests.unit.mail.messages import join_parts, make_multipart, make_raw

ENCODINGS = st.sampled_from(["7bit", "base64", "quoted-printable"])


def leaves_of(message: Message) -> list[tuple[str, bytes]]:
    found = []
    for part in message.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            found.append((part.get_content_type(), payload if isinstance(payload, bytes) else b""))
    return found


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.text(st.characters(codec="ascii", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e"), max_size=200),
    ENCODINGS,
    st.lists(st.binary(max_size=200), max_size=3),
    st.booleans(),
)
def test_well_formed_mail_has_the_same_leaves_as_in_the_standard_library(
    text: str,
    encoding: str,
    files: list[bytes],
    has_html: bool,
) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "x"
    message.set_content(text, cte=encoding)
    if has_html:
        message.add_alternative(f"<p>{text}</p>", subtype="html", cte=encoding)
    for content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename="a.bin")
    raw = message.as_bytes()
    assert [(part.content_type, part.content()) for part in walk(raw)] == leaves_of(message_from_bytes(raw))


def types_of(raw: bytes) -> list[str]:
    return [part.content_type for part in walk(raw)]


def test_a_boundary_that_begins_like_another_is_another() -> None:
    inner = b'Content-Type: multipart/alternative; boundary="=_b2"\r\n\r\n'
    inner += join_parts(("Content-Type: text/plain", "a"), ("Content-Type: text/html", "b"), boundary="=_b2")
    raw = make_raw(b"--=_b\r\n" + inner + b"\r\n--=_b--", content_type='multipart/mixed; boundary="=_b"')
    assert types_of(raw) == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("body", "boundary", "parts"),
    [
        (b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "b", [b"\r\none", b"\r\ntwo"]),
        (b"--b\n\none\n--b--", "b", [b"\none"]),
        (b"preamble\n--b\n\none", "b", [b"\none"]),
        (b"--guess\n\none\n--guess--", "", [b"\none"]),
        (b"--guess\n\none\n--guess--", "wrong", [b"\none"]),
        (b"text with --b in it", "b", None),
        (b"", "b", None),
        (b"--b--\n", "b", None),
    ],
)
def test_multiparts_are_split_at_boundary_lines_only(body: bytes, boundary: str, parts: list[bytes] | None) -> None:
    found = split_multipart(body, boundary, 0, len(body))

    assert (found and [body[start:end] for start, end in found]) == parts


def test_parts_of_a_digest_are_messages_unless_they_say_otherwise() -> None:
    raw = make_multipart(("", b"From: a@x.example\r\n\r\nx"), ("Content-Type: text/plain", "y"), subtype="digest")
    assert types_of(raw) == ["message/rfc822", "text/plain"]


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        (b"aGVsbG8=", b"hello"),
        (b"aGVsbG8", b"hello"),
        (b"aGVs\r\nbG8=\r\n", b"hello"),
        (b"aGVs!!bG8=", b"hello"),
        (b"aGU=\r\nbGxv\r\n", b"hello"),
        (b"", b""),
        (b"!!", None),
    ],
)
def test_base64_is_read_with_its_usual_mistakes(encoded: bytes, decoded: bytes | None) -> None:
    assert decode_base64(encoded) == decoded


def test_what_is_no_base64_stays_as_it_came() -> None:
    assert undo_transfer_encoding(b"!!", "base64") == b"!!"
    assert undo_transfer_encoding(b"x=41", "X-Unknown") == b"x=41"
