"""Answers to FETCH that are read here mean what imapclient reads in them; all others are left to it."""

from __future__ import annotations

import pytest
from imapclient.response_parser import parse_fetch_response

from bot.mailboxes.imap_fetch import read_answers

DATE = b'INTERNALDATE "02-Mar-2026 10:00:00 +0130"'

READ = [
    [b"1 (UID 7 RFC822.SIZE 123 " + DATE + b")", b"2 (UID 8 RFC822.SIZE 5 " + DATE + b")"],
    [b"1 (RFC822.SIZE 123 " + DATE + b" UID 7)"],
    [b"1 (UID 7 " + DATE + b")"],
    [b'1 (UID 7 INTERNALDATE " 2-Mar-2026 23:59:59 -1200")'],
    [(b"1 (UID 7 BODY[] {3}", b"a\r\n"), b")", (b"2 (BODY[] {2}", b"()"), b" UID 9)"],
    [(b"1 (UID 7 BODY[] {3}", b"old"), b")", (b"1 (UID 7 BODY[] {3}", b"new"), b")"],
]


@pytest.mark.parametrize("answers", READ)
def test_the_usual_forms_are_read_as_imapclient_reads_them(answers: list[bytes | tuple[bytes, bytes]]) -> None:
    theirs = parse_fetch_response(answers, normalise_times=False)
    expected = {uid: {key: value for key, value in one.items() if key != b"SEQ"} for uid, one in theirs.items()}
    assert read_answers(answers) == expected


@pytest.mark.parametrize(
    "answers",
    [
        [None],
        [b"3 (FLAGS (\\Seen))"],
        [b"1 (UID 7 RFC822.SIZE 123 " + DATE + b")", b"3 (UID 8 FLAGS ())"],
        [b"1 (UID 7 RFC822.SIZE 123 INTERNALDATE NIL)"],
        [b'1 (UID 7 RFC822.SIZE 123 INTERNALDATE "32-Mar-2026 10:00:00 +0000")'],
        [b'1 (UID 7 RFC822.SIZE 123 INTERNALDATE "02-Foo-2026 10:00:00 +0000")'],
        [b"1 (RFC822.SIZE 123)"],
        [b"1 (UID 7 RFC822.SIZE x)"],
        [b"1 (UID 7 )"],
        [b"1 (UID 7 BODY[] NIL)"],
        [b'1 (UID 7 BODY[] "quoted")'],
        [(b"1 (UID 7 BODY[] {3}", b"abc")],
        [(b"1 (UID 7 BODY[] {3}", b"abc"), b" FLAGS (x))"],
        [(b"1 (BODY[] {3}", b"abc"), b")"],
        [(b"1 (UID 7 BODY[HEADER] {3}", b"abc"), b")"],
        [(b"1 (UID 7 BODY[]<0> {3}", b"abc"), b")"],
        [(b"1 (UID 7 BODY[] {3}", b"abc"), (b"1 (UID 8 BODY[] {3}", b"abc")],
    ],
)
def test_any_other_form_is_left_to_imapclient(answers: list[object]) -> None:
    assert read_answers(answers) is None
