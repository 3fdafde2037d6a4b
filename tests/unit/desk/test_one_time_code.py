"""Codes of authenticators, by the vectors of the standard."""

from __future__ import annotations

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.one_time_code import code_at, enrolment_uri, matching_step, step_at

SECRET = b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 24, 15, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    step = step_at(datetime.fromtimestamp(at, UTC))
    assert code_at(SECRET, step, digits=8) == code
    assert code_at(SECRET, step) == code[2:]


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_that_is_off_by_one_step_is_forgiven(off: int, fits: bool) -> None:
    code = code_at(SECRET, step_at(NOW) + off)
    assert (matching_step(SECRET, code, NOW, 0) is not None) == fits


def test_no_code_counts_twice() -> None:
    code = code_at(SECRET, step_at(NOW))
    taken = matching_step(SECRET, f" {code[:3]} {code[3:]} ", NOW, 0)
    assert taken == step_at(NOW)
    assert matching_step(SECRET, code, NOW + timedelta(seconds=20), taken) is None


@pytest.mark.parametrize("nonsense", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_nonsense_is_no_code(nonsense: str) -> None:
    assert matching_step(SECRET, nonsense, NOW, 0) is None


def test_the_picture_names_desk_and_person() -> None:
    assert enrolment_uri(SECRET, "Ann Lee", "North & Gate") == (
        f"otpauth://totp/Creditdesk%20North%20%26%20Gate%3AAnn%20Lee?secret={SECRET}&issuer=Creditdesk+North+%26+Gate"
    )
