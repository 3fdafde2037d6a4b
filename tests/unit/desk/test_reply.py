"""Whether a reply is written, to whom, and how two answers become one."""

from __future__ import annotations

import pytest

from bot.desk.draft import DraftFact, Rendered
from bot.desk.reply import Recipients, compose_reply, recipients, reply_language, template_name, why_no_draft
from bot.ledger.customer import Customer
from bot.ledger.lookup import Known
from bot.mail.address import Address
from bot.mail.message import InboundMessage
from tests.unit.rendering.examples import CATALOG, PHYLLIS, make_message

OWN = ("ICC@northgate.example", "invoicing@northgate.example")
ICC = Address("ICC", "icc@northgate.example")


def address(email: str) -> Address:
    return Address("", email)


@pytest.mark.parametrize(
    ("message", "to", "cc"),
    [
        (make_message(), ("pgreer@lockwood.example",), ()),
        (make_message(reply_to=(address("AP@Lockwood.example"),)), ("AP@Lockwood.example",), ()),
        (make_message(reply_to=(address("ap@evil.example"),)), (), ()),
        (make_message(reply_to=(address("ap@lockwood.example"), address("x@evil.example"))), (), ()),
        (make_message(reply_to=(address("ap@mail.lockwood.example"),)), (), ()),
        (make_message(senders=()), (), ()),
        (make_message(senders=(PHYLLIS, address("b@lockwood.example"))), (), ()),
        (make_message(is_answerable=False), (), ()),
        (make_message(automatic="auto_reply"), (), ()),
        (make_message(ICC), (), ()),
        (make_message(address("no-reply@portal.example")), (), ()),
        (make_message(address("do_not_reply@portal.example")), (), ()),
        (make_message(address("MAILER-DAEMON@portal.example")), (), ()),
        (make_message(address("not an address")), (), ()),
        (make_message(address("a@b.example\nBcc: c@d.example")), (), ()),
        (
            make_message(cc=(ICC, address("boss@lockwood.example"))),
            ("pgreer@lockwood.example",),
            ("boss@lockwood.example",),
        ),
        (make_message(cc=(address("PGREER@lockwood.example"),)), ("pgreer@lockwood.example",), ()),
        (
            make_message(cc=(address("x@lockwood.example"), address("X@lockwood.example"), address("x@evil.example"))),
            ("pgreer@lockwood.example",),
            ("x@lockwood.example",),
        ),
        (make_message(cc=(address("boss@lockwood.example"),), senders=()), (), ()),
        (make_message(Address("Ann", "ann@northgate.example"), reply_to=(ICC,)), ("ann@northgate.example",), ()),
        (make_message(reply_to=(address("noreply@lockwood.example"),)), ("pgreer@lockwood.example",), ()),
    ],
)
def test_recipients(message: InboundMessage, to: tuple[str, ...], cc: tuple[str, ...]) -> None:
    assert recipients(message, OWN) == Recipients(to, cc)


@pytest.mark.parametrize(
    ("message", "side", "category", "reason", "why"),
    [
        (make_message(), "outside", "refund", "overpayment", None),
        (make_message(), "outside", "refund", None, None),
        (make_message(automatic="bounce"), "outside", "other", "bounce", "automatic"),
        (make_message(automatic="list"), "outside", "refund", None, "automatic"),
        (make_message(ICC), "inside", "refund", None, "own_address"),
        (make_message(is_answerable=False), "outside", "refund", None, "unanswerable"),
        (make_message(address("noreply@portal.example")), "outside", "revision", "format", "unanswerable"),
        (make_message(), "outside", "other", "newsletter", "unanswered_reason"),
        (make_message(), "outside", "other", "auto_reply", "unanswered_reason"),
        (make_message(), "outside", "other", "thanks", None),
        (make_message(), "inside", "other", "thanks", "inside_courtesy"),
        (make_message(), "inside", "other", "internal", None),
        (make_message(senders=()), "outside", "refund", None, None),
    ],
)
def test_why_no_draft(message: InboundMessage, side: str, category: str, reason: str | None, why: str | None) -> None:
    assert why_no_draft(message, side, CATALOG[category], reason, OWN) == why


@pytest.mark.parametrize(
    ("category", "reason", "side", "name"),
    [
        ("refund", "overpayment", "outside", "replies/refund/overpayment"),
        ("refund", None, "outside", "replies/refund/default"),
        ("refund", "overpayment", "inside", "replies/refund/overpayment.inside"),
    ],
)
def test_template_name(category: str, reason: str | None, side: str, name: str) -> None:
    assert template_name(category, reason, side) == name


@pytest.mark.parametrize(
    ("known", "side", "language"),
    [
        (Known(), "outside", "en"),
        (Known(Customer("C1", "Textiles Arango", language="es")), "outside", "es"),
        (Known(Customer("C1", "Textiles Arango", language="es")), "inside", "en"),
        (Known(Customer("C1", "Textiles Arango", language="")), "outside", "en"),
    ],
)
def test_the_account_decides_the_language(known: Known, side: str, language: str) -> None:
    assert reply_language(known, side) == language


def test_two_answers_make_one_letter_with_one_greeting_and_one_signature() -> None:
    number = DraftFact("invoice_number", "S1", "message:7")
    first = Rendered("About S1", "Hello,\n\nOne.\n\nRegards,\nCredit", (number,), ("date",), "refund.txt")
    second = Rendered("", "Two.\n\nThree.", (number, DraftFact("po_number", "P1", "message:7")), ("date",), "tax.txt")
    reply = compose_reply(first, [second])
    assert reply.subject == "About S1"
    assert reply.body == "Hello,\n\nOne.\n\nTwo.\n\nThree.\n\nRegards,\nCredit"
    assert [fact.value for fact in reply.facts] == ["S1", "P1"]
    assert reply.gaps == ("date",)
    assert reply.template == "refund.txt, tax.txt"


def test_one_answer_stays_as_it_is() -> None:
    only = Rendered("About S1", "Hello,\n\nOne.\n\nRegards,\nCredit", (), (), "refund.txt")
    assert compose_reply(only, []) is only
