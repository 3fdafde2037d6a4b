"""The proof in our Message-IDs."""

from __future__ import annotations

import pytest

from bot.errors import RuleViolationError
from bot.mail.thread_token import derive_secret, make_message_id, read_message_id, thread_token, verify

SECRET = derive_secret(b"master key", "installation-1")
OURS = make_message_id(SECRET, "1042", "9f3a", "northgate.example")


def test_our_message_id_names_its_thread_again() -> None:
    assert read_message_id(SECRET, OURS) == "1042"
    assert read_message_id(SECRET, f" <{OURS}> ") == "1042"
    assert read_message_id(SECRET, OURS.upper()) == "1042"


@pytest.mark.parametrize(
    "forged",
    [
        OURS.replace("1042", "1043"),
        OURS.replace("9f3a", "9f3b"),
        "cd.1042.9f3a.00000000000000000000@northgate.example",
        "1@acme.example",
        "",
        "cd.1042@northgate.example",
        "cd.1042.9f3a.zz@northgate.example",
    ],
)
def test_a_forged_or_foreign_id_names_none(forged: str) -> None:
    assert read_message_id(SECRET, forged) is None


def test_a_copied_installation_proves_nothing() -> None:
    assert read_message_id(derive_secret(b"master key", "installation-2"), OURS) is None


def test_a_token_has_at_least_64_bits_and_verifies_only_its_key() -> None:
    token = thread_token(SECRET, "1042")
    assert len(token) >= 16
    assert verify(SECRET, "1042", token)
    assert not verify(SECRET, "1043", token)
    assert not verify(SECRET, "1042", "\ud800")


@pytest.mark.parametrize(
    ("key", "nonce", "domain"), [("a b", "1", "x.example"), ("1", "", "x.example"), ("1", "1", "x>\r\n")]
)
def test_what_cannot_stand_in_a_message_id_is_refused(key: str, nonce: str, domain: str) -> None:
    with pytest.raises(RuleViolationError):
        make_message_id(SECRET, key, nonce, domain)
