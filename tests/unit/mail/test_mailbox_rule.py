"""The text of a mailbox rule: for each language and way, and with names that would break out of it."""

from __future__ import annotations

import pytest

from bot.errors import RuleViolationError
from bot.mail.mailbox_rule import LANGUAGES, WAYS, Routing, canary_hint, rule_text

ICC = Routing(
    "icc", "icc@northgate.example", ("icc@northgate.example",), "Inbox/Creditdesk", "credit@northgate.example"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_can_be_said_in_every_language(language: str, way: str) -> None:
    text = rule_text(language, way, ICC)
    wanted = {"redirect": "icc@northgate.example", "plus": "icc"}.get(way, "Creditdesk")
    assert wanted in text
    assert "forward" not in text.replace("(not: forward)", "").lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_redirect_needs_the_mailbox_that_redirects(language: str) -> None:
    with pytest.raises(RuleViolationError, match="--from"):
        rule_text(language, "redirect", Routing("icc", "icc@x.example", ("icc@x.example",), "INBOX"))


def test_the_inbox_needs_no_rule() -> None:
    with pytest.raises(RuleViolationError, match="without a rule"):
        rule_text("sieve", "folder", Routing("icc", "icc@x.example", ("icc@x.example",), "INBOX"))


def test_exchange_gets_the_folder_as_its_own_path() -> None:
    assert "-MoveToFolder 'icc@northgate.example:\\Inbox\\Creditdesk'" in rule_text("exchange", "folder", ICC)


def test_a_name_cannot_break_out_of_its_quotes() -> None:
    odd = Routing("icc", "icc@x.example", ("o'neil\u2019s@x.example",), 'a "b" \\ $(c)', "x@x.example")
    assert 'fileinto :create "a \\"b\\" \\\\ $(c)";' in rule_text("sieve", "folder", odd)
    assert "'o''neil\u2019\u2019s@x.example'" in rule_text("exchange", "folder", odd)


def test_a_header_from_outside_is_taken_away_first() -> None:
    text = rule_text("exchange", "header", ICC)
    assert text.index("-RemoveHeader X-Creditdesk-Route") < text.index("-SetHeaderName X-Creditdesk-Route")


def test_the_hint_tells_how_the_rule_proves_itself() -> None:
    assert 'canary = "credit@northgate.example"' in canary_hint("", ICC)
    assert "The canary goes to canary@northgate.example" in canary_hint("canary@northgate.example", ICC)
