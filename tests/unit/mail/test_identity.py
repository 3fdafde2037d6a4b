"""Whether two raw messages are one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.identity import fingerprint, sha256_of, with_lf

RAW = (
    b"From: Ada <ada@acme.example>\r\nTo: icc@northgate.example\r\nSubject: Invoice 4711\r\n"
    b"Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@acme.example>\r\n\r\nPlease add our PO.\r\n"
)


@pytest.mark.parametrize(
    "added",
    [
        b"Received: from mx by mail; Mon, 2 Mar 2026 10:00:01 +0000\r\n",
        b"Delivered-To: invoicing@northgate.example\r\n",
        b"Return-Path: <ada@acme.example>\r\n",
        b"X-Spam-Score: 0.1\r\n\tand folded\r\n",
        b"Authentication-Results: mx; dkim=pass\r\nARC-Seal: i=1\r\nDKIM-Signature: v=1; a=x;\r\n b=y\r\n",
        b"Envelope-To: icc@northgate.example\r\nStatus: RO\r\nResent-From: icc@northgate.example\r\n",
    ],
)
def test_what_is_added_on_the_way_changes_nothing(added: bytes) -> None:
    assert fingerprint(added + RAW) == fingerprint(RAW)


def test_line_endings_and_folding_change_nothing() -> None:
    folded = RAW.replace(b"Subject: Invoice 4711", b"Subject: Invoice\r\n 4711")
    assert fingerprint(RAW.replace(b"\r\n", b"\n")) == fingerprint(RAW) == fingerprint(folded)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Please add", b"Please cut"),
        (b"Invoice 4711", b"Invoice 4712"),
        (b"ada@acme.example>\r\nTo", b"bob@acme.example>\r\nTo"),
        (b"To: icc", b"To: ap"),
        (b"<1@acme", b"<2@acme"),
        (b"10:00:00", b"10:00:01"),
        (b"Subject:", b"Content-Type: text/html\r\nSubject:"),
        (b"Subject:", b"In-Reply-To: <0@acme.example>\r\nSubject:"),
    ],
)
def test_what_the_sender_wrote_makes_another_message(old: bytes, new: bytes) -> None:
    assert fingerprint(RAW.replace(old, new)) != fingerprint(RAW)


def test_a_value_cannot_slip_from_one_field_into_the_next() -> None:
    assert fingerprint(b"To: a\nCc: b\n\nx") != fingerprint(b"To: a b\n\nx")


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=40))
def test_any_bytes_have_a_fingerprint_that_received_lines_leave_alone(body: bytes, word: bytes) -> None:
    raw = RAW + body
    line = b"Received: from " + word.replace(b"\n", b"").replace(b"\r", b"") + b"\r\n"
    assert fingerprint(line + raw) == fingerprint(raw)
    assert len(fingerprint(body)) == 64


def test_the_hash_of_the_bytes_is_plain_sha_256() -> None:
    assert sha256_of(RAW) == hashlib.sha256(RAW).hexdigest()


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a"]), max_size=12).map(b"".join))
def test_line_ends_are_made_one_as_in_the_plain_way(raw: bytes) -> None:
    assert with_lf(raw) == raw.replace(b"\r\n", b"\n")
