"""Mail that no person wrote, and mail that only looks so."""

from __future__ import annotations

import pytest

from bot.mail.parse import parse
from tests.unit.mail.messages import make_multipart, make_raw

REPORT = (
    "Content-Type: message/delivery-status",
    "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822;b@x.example\r\nAction: failed",
)
ARRIVED = ("Content-Type: message/delivery-status", "Final-Recipient: rfc822;b@x.example\r\nAction: delivered")
READ = ("Content-Type: message/disposition-notification", "Disposition: manual-action; displayed")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("auto_reply", make_raw("Away.", auto_submitted="auto-replied")),
        ("auto_reply", make_raw("Away.", auto_submitted="Auto-Replied (vacation)")),
        ("auto_reply", make_raw("Away.", x_autoreply="yes")),
        ("auto_reply", make_raw("Away.", precedence="auto_reply")),
        ("auto_reply", make_raw("Away.", subject="Automatic reply: Invoice 4711")),
        ("auto_reply", make_raw("Away.", subject="Out of Office: Invoice 4711")),
        ("auto_reply", make_raw("Weg.", subject="Abwesenheitsnotiz: Rechnung")),
        ("auto_reply", make_raw("Weg.", subject="=?utf-8?q?R=C3=A9ponse_automatique_=3A_Facture?=")),
        ("auto_reply", make_raw("Fuera.", subject="Respuesta =?utf-8?q?autom=C3=A1tica?=: Factura")),
        ("auto_reply", make_raw("Gone.", subject="Ada Byron is out of the office.")),
        ("auto_reply", make_raw("Our office is on spring break! I'll be back on Monday.", subject="Re: Invoice")),
        ("bounce", make_multipart(REPORT, subtype="report")),
        ("bounce", make_raw("Address not found.", x_failed_recipients="b@x.example")),
        ("bounce", make_raw("550 5.1.1 user unknown", subject="failure notice", return_path="<>")),
        ("bounce", make_raw("x", **{"from": "MAILER-DAEMON", "return_path": "<>"})),
        ("bounce", make_raw("It could not be delivered.", **{"from": "Postmaster <postmaster@x.example>"})),
        ("bounce", make_raw("Konnte nicht zugestellt werden.", subject="Unzustellbar: Rechnung", return_path="<>")),
        ("receipt", make_multipart(READ, subtype="report")),
        ("receipt", make_multipart(ARRIVED, subtype="mixed")),
        ("receipt", make_raw("Ada would like to recall the message, x.", subject="Recall: Invoice")),
        ("list", make_raw("News.", list_id="<news.lists.example>", precedence="bulk")),
        ("list", make_raw("News.", precedence="list")),
        ("challenge", make_raw("Please verify that you are a human.", subject="Your mail")),
        ("spam", make_raw("Win.", x_spam_flag="YES")),
        ("system", make_multipart(("Content-Type: message/feedback-report", "Feedback-Type: abuse"), subtype="report")),
    ],
)
def test_mail_of_robots_is_recognised_and_not_answered(kind: str, raw: bytes) -> None:
    message = parse(raw)
    assert message.automatic == kind
    assert message.is_answerable is False


@pytest.mark.parametrize(
    "raw",
    [
        make_raw("I am out of the office next week, please correct invoice 4711 before.", subject="Invoice"),
        make_raw("The invoice was rejected by your customer's system.", subject="Rejected: invoice 4711"),
        make_raw("The parcel could not be delivered and was returned to sender. Refund, please.", subject="Return"),
        make_raw("See who is away.", subject="out of the office", **{"from": "bob@northgate.example"}),
        make_raw("Fix it.", auto_submitted="no", x_autoreply="no"),
        make_raw("Fix it.", list_unsubscribe="<https://x.example/u>"),
        make_raw("Fix it.", list_id="<icc.northgate.example>", precedence="list", x_google_group_id="1"),
        make_raw("Fix it.", x_creditdesk_automatic="bounce", x_creditdesk_verdict="approved"),
        make_raw("Please confirm the delivery of your shipment.", subject="Delivery of PO 4500"),
    ],
)
def test_mail_of_people_is_sorted_and_answered(raw: bytes) -> None:
    message = parse(raw)
    assert message.automatic is None
    assert message.is_answerable is True


@pytest.mark.parametrize("submitted", ["auto-generated", "auto-replied"])
def test_what_a_portal_rejects_is_work_though_nobody_reads_an_answer(submitted: str) -> None:
    raw = make_raw("Invoice 4711 was not accepted: PO missing. Correct and resend.", auto_submitted=submitted)
    message = parse(raw)
    assert message.automatic is None
    assert message.is_answerable is False
    assert "robot_sender" in message.flags


@pytest.mark.parametrize(
    "sender", ["no-reply@x.example", "donotreply@x.example", "AP-NoReply@x.example", "noreply.ap@x.example"]
)
def test_nobody_answers_an_address_that_says_so(sender: str) -> None:
    assert parse(make_raw(**{"from": sender})).is_answerable is False


def test_a_null_sender_is_not_answered() -> None:
    assert parse(make_raw(return_path="<>")).is_answerable is False
