"""Inside or outside, whom a forward is from, and who only looks like a customer."""

from __future__ import annotations

import pytest

from bot.mail.address import Address
from bot.mail.origin import forwarded_sender, is_own, looks_like, side_of
from bot.mail.parse import parse
from tests.unit.mail.messages import make_multipart, make_raw

OWN = ("northgate.example",)
STAFF = "Sam <sam@northgate.example>"


@pytest.mark.parametrize(
    ("sender", "side"),
    [
        ("sam@northgate.example", "inside"),
        ("sam@mail.northgate.example", "inside"),
        ("sam@notnorthgate.example", "outside"),
        ("sam@northgate.example.evil.example", "outside"),
        ("sam@northgate.example, ada@acme.example", "outside"),
        ("<>", "outside"),
    ],
)
def test_inside_means_every_sender_is_of_our_domains(sender: str, side: str) -> None:
    assert side_of(parse(make_raw(**{"from": sender})), OWN) == side


@pytest.mark.parametrize(
    ("email", "own"),
    [("ICC@northgate.example", True), ("icc+x@northgate.example", True), ("ic@northgate.example", False)],
)
def test_our_own_mailboxes_are_known(email: str, own: bool) -> None:
    assert is_own(Address("", email), ["icc@northgate.example"]) is own


@pytest.mark.parametrize(
    "body",
    [
        "fyi\n\n---------- Forwarded message ---------\nFrom: Cleo <cleo@buyer.example>\nSubject: x\n\nRefund.",
        "see below\n\nFrom: Cleo <cleo@buyer.example>\nSent: Monday\nTo: Sam\nSubject: x\n\nRefund.",
        "z.K.\n\nVon: Cleo <cleo@buyer.example>\nGesendet: Montag\nAn: Sam\nBetreff: x\n\nRefund.",
        "fyi\n\nDe : Cleo <cleo@buyer.example>\nEnvoyé : lundi\nObjet : x\n\nRefund.",
        "fyi\n\nFrom: Sam <s@northgate.example>\nSent: now\n\nFrom: Cleo <cleo@buyer.example>\nSent: Monday\n\nRefund.",
        "fyi\n\nFrom: Cleo [mailto:cleo@buyer.example]\nSent: Monday\n\nRefund.",
    ],
)
def test_the_innermost_outside_sender_of_a_forward_is_suggested(body: str) -> None:
    found = forwarded_sender(parse(make_raw(body, subject="FW: x", **{"from": STAFF})), OWN)
    assert found is not None
    assert found.email == "cleo@buyer.example"


def test_an_enclosed_message_says_who_sent_it() -> None:
    inner = make_raw("Refund.", **{"from": "cleo@buyer.example"})
    message = parse(make_multipart(("Content-Type: message/rfc822", inner), **{"from": STAFF}))
    assert forwarded_sender(message, OWN) == Address("", "cleo@buyer.example")


def test_an_answer_of_a_customer_suggests_nobody() -> None:
    body = "Thanks.\n\nOn 1 May, Di <di@third.example> wrote:\n> x"
    assert forwarded_sender(parse(make_raw(body, subject="Re: x")), OWN) is None


@pytest.mark.parametrize(
    ("domain", "imitates"),
    [
        ("acme-supplies.example", None),
        ("mail.acme-supplies.example", None),
        ("\u0430cme-supplies.example", "acme-supplies.example"),
        ("xn--cme-supplies-45j.example", None),
        ("acrne-supplies.example", "acme-supplies.example"),
        ("acme-supp1ies.example", "acme-supplies.example"),
        ("acme-suplies.example", "acme-supplies.example"),
        ("acme-supplise.example", "acme-supplies.example"),
        ("other.example", None),
        ("xn--\u0430", None),
        ("", None),
    ],
)
def test_a_domain_that_imitates_a_known_one_is_told(domain: str, imitates: str | None) -> None:
    assert looks_like(domain, ["acme-supplies.example"]) == imitates
