"""From raw bytes to a message: what is found, what is flagged, what is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UnparsableMessageError
from bot.mail.message import InboundMessage
from bot.mail.parse import parse
from tests.unit.mail.messages import make_multipart, make_raw

PDF = b"%PDF-1.4\n%%EOF\n"


def test_an_ordinary_message_is_read_whole() -> None:
    message = parse(make_raw(cc="bob@acme.example", references="<0@acme.example>"))
    assert message.sender is not None
    assert (message.sender.name, message.sender.email) == ("Ada Byron", "ada@acme.example")
    assert [address.email for address in (*message.to, *message.cc)] == ["icc@northgate.example", "bob@acme.example"]
    assert (message.subject, message.message_id_header) == ("Invoice 4711", "1@acme.example")
    assert message.references == ("0@acme.example",)
    assert message.sent_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert message.newest_text == message.full_text == "Please add our PO to invoice 4711."
    assert (message.automatic, message.is_answerable, message.flags) == (None, True, ())


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (make_raw(drop=["message-id"]), "id_missing"),
        (make_raw(message_id="<>"), "id_missing"),
        (b"Message-ID: <2@x.example>\r\n" + make_raw(), "id_repeated"),
        (make_raw(drop=["from"]), "no_sender"),
        (make_raw(**{"from": "<>"}), "no_sender"),
        (make_raw(**{"from": "a@acme.example, b@acme.example, c@acme.example"}), "many_senders"),
        (make_raw(drop=["date"]), "date_missing"),
        (make_raw(date="Thu, 1 Jan 1970 00:00:00 +0000"), "date_odd"),
        (make_raw(reply_to="x@elsewhere.example"), "reply_to_elsewhere"),
        (make_raw(**{"from": '"ap@bigco.example" <x@evil.example>'}), "impersonation"),
        (b"Received: by mx\r\n" * 50 + make_raw(), "loop_suspected"),
        (make_raw(""), "no_text"),
        (make_raw(auto_submitted="auto-generated"), "robot_sender"),
        (make_raw("-----BEGIN PGP MESSAGE-----\n\nhQEMA"), "unread_container"),
        (make_raw("x", content_type="application/pkcs7-mime; name=smime.p7m"), "unread_container"),
        (
            make_multipart(("Content-Type: application/pgp-encrypted", "Version: 1"), subtype="encrypted"),
            "unread_container",
        ),
        (make_multipart(("Content-Type: application/ms-tnef; name=winmail.dat", "x")), "unread_container"),
        (make_raw(b"caf\xe9", content_type="text/plain; charset=bogus"), "charset_guessed"),
        (b"Subject: R\xe9f\r\n" + make_raw(drop=["subject"]), "charset_guessed"),
        (make_multipart(("Content-Type: text/calendar; method=REQUEST", "BEGIN:VCALENDAR")), "invitation"),
        (
            make_raw("<p>Pay <b style='display:none'>ignore all of this</b> now</p>", content_type="text/html"),
            "hidden_text",
        ),
    ],
)
def test_what_people_must_know_is_flagged(raw: bytes, flag: str) -> None:
    assert flag in parse(raw).flags


def test_without_exactly_one_sender_there_is_no_sender() -> None:
    assert parse(make_raw(**{"from": "a@acme.example, b@acme.example"})).sender is None
    assert parse(make_raw(**{"from": "undisclosed-recipients:;"})).is_answerable is False


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "expected"),
    [
        (b"\x80 5.00 \x93due\x94", "text/plain; charset=us-ascii", "8bit", "€ 5.00 “due”"),
        (b"\x80 5.00", "text/plain; charset=iso-8859-1", "8bit", "€ 5.00"),
        (b"R\xe9f\xe9rence", "text/plain", "8bit", "Référence"),
        ("Référence".encode(), "text/plain", "utf-8", "Référence"),
        ("Référence".encode(), "text/plain; charset=", "x-unknown", "Référence"),
        (b"=E2=82=AC 5=\r\n.00", "text/plain; charset=utf-8", "quoted-printable", "€ 5.00"),
        (base64.b64encode("€ 5.00".encode()), "text/plain; charset=utf-8", "base64", "€ 5.00"),
        ("Größe".encode("utf-16"), "text/plain; charset=utf-16", "8bit", "Größe"),
        (b"Gr+APYA3w-e", "text/plain; charset=utf-7", "7bit", "Größe"),
        (b"a\x00b", "text/plain; charset=utf-8", "8bit", "ab"),
        (b"text only", "multipart/mixed", "7bit", "text only"),
        (b"text only", "multipart/mixed; boundary=never-there", "7bit", "text only"),
        (b"--q\r\n\r\ninside, no end", "multipart/mixed; boundary=q", "7bit", "inside, no end"),
        (b"plain", "text", "7bit", "plain"),
        (b"ab", "text/plain; charset=idna", "7bit", "ab"),
    ],
)
def test_the_text_is_saved_whatever_is_claimed_about_it(
    body: bytes, content_type: str, encoding: str, expected: str
) -> None:
    assert parse(make_raw(body, content_type=content_type, content_transfer_encoding=encoding)).full_text == expected


def test_plain_text_counts_before_html_unless_it_is_a_stub() -> None:
    html = "<p>" + "Please correct the bill. " * 20 + "</p>"
    full = make_multipart(
        ("Content-Type: text/plain", "Please correct."),
        ("Content-Type: text/html", "<p>Please correct.</p>"),
        subtype="alternative",
    )
    stub = make_multipart(
        ("Content-Type: text/plain", "Enable HTML."), ("Content-Type: text/html", html), subtype="alternative"
    )
    assert parse(full).newest_text == "Please correct."
    assert parse(stub).newest_text.startswith("Please correct the bill.")


def test_a_sum_that_only_one_rendering_names_is_flagged() -> None:
    parts = (("Content-Type: text/plain", "You owe $100.00"), ("Content-Type: text/html", "<p>You owe $1,000.00</p>"))
    assert "text_html_differ" in parse(make_multipart(*parts, subtype="alternative")).flags
    same = (parts[0], ("Content-Type: text/html", "<p>You owe <b>$100.00</b></p>"))
    assert "text_html_differ" not in parse(make_multipart(*same, subtype="alternative")).flags


def test_a_bounce_tells_whom_it_could_not_reach_and_what_it_returns() -> None:
    raw = make_multipart(
        ("Content-Type: text/plain", "Not delivered."),
        (
            "Content-Type: message/delivery-status",
            "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; Bob@acme.example\r\nAction: failed\r\n",
        ),
        (
            "Content-Type: text/rfc822-headers",
            "From: icc@northgate.example\r\nMessage-ID: <cd.7@northgate.example>\r\n",
        ),
        subtype="report",
    )
    message = parse(raw)
    assert (message.automatic, list(message.failed_recipients)) == ("bounce", ["bob@acme.example"])
    assert [inner.message_id_header for inner in message.enclosed] == ["cd.7@northgate.example"]
    assert message.is_answerable is False


def test_a_forward_as_attachment_is_opened_not_flattened() -> None:
    inner = make_raw("Refund please.", **{"from": "Cleo <cleo@buyer.example>"})
    message = parse(make_multipart(("Content-Type: message/rfc822", inner)))
    assert message.enclosed[0].sender is not None
    assert message.enclosed[0].sender.email == "cleo@buyer.example"
    assert message.newest_text == "Refund please."
    assert "forwarded" in message.flags
    assert [item.content_type for item in message.attachments] == ["message/rfc822"]


def test_an_enclosed_message_in_base64_is_read_too() -> None:
    inner = base64.b64encode(make_raw("Refund please."))
    message = parse(make_multipart(("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", inner)))
    assert message.enclosed[0].text == "Refund please."


def nested(depth: int) -> bytes:
    body = b"\r\ndeep"
    for level in range(depth):
        head = f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n".encode()
        body = head + join_parts_of(body, f"b{level}")
    return b"From: a@acme.example\r\n" + body


def many_parts(count: int) -> bytes:
    return make_multipart(*[("Content-Type: text/plain", "x")] * count)


def join_parts_of(content: bytes, boundary: str) -> bytes:
    return b"--" + boundary.encode() + b"\r\n" + content + b"\r\n--" + boundary.encode() + b"--\r\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"X-A: " + b"a" * 600_000 + b"\r\n\r\nx", "header block"),
        (nested(2000), "nested"),
        (many_parts(10_000), "parts"),
    ],
)
def test_what_is_beyond_the_limits_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UnparsableMessageError, match=reason):
        parse(raw)


def test_ordinary_nesting_is_read() -> None:
    assert parse(nested(20)).newest_text == "deep"


SEEDS = [
    make_raw(),
    make_multipart(
        ("Content-Type: text/html; charset=utf-8", "<p>Hi <b>there</b></p>"), ("Content-Type: application/pdf", PDF)
    ),
    make_multipart(
        ("Content-Type: message/rfc822", make_raw()), ("Content-Type: message/delivery-status", "Action: failed")
    ),
    make_raw(
        "Am 1.1. schrieb X:\n> alt\nneu", subject="=?utf-8?q?AW=3A?= x", content_transfer_encoding="quoted-printable"
    ),
]


def assert_clean(message: InboundMessage) -> None:
    for text in (message.subject, message.newest_text, message.full_text, message.html, message.message_id_header):
        assert "\x00" not in text
        text.encode("utf-8")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_the_one_error(raw: bytes) -> None:
    assert_clean(parse(raw))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 900), st.binary(max_size=6)), max_size=8))
def test_no_mutation_of_a_message_raises_anything_but_the_one_error(raw: bytes, edits: list[tuple[int, bytes]]) -> None:
    for place, piece in edits:
        raw = raw[:place] + piece + raw[place + len(piece) :]
    assert_clean(parse(raw))
