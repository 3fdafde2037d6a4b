"""Sample mail that no letter can describe: reports of machines, and bytes that are hardly a message."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

from bot.demo.ledger import SampleLedger
from bot.demo.sample_message import SampleMessage

# Deeper than any mail program nests, and deep enough to exhaust the stack of a parser that recurses.
_DEPTH = 2000

_BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx1.northgate.example>
To: invoicing@northgate.example
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{key}.bounce@mx1.northgate.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="bounce"

--bounce
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx1.northgate.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<gturner@tanagerlogistics.example>: host mail.tanagerlogistics.example said:
    550 5.1.1 user unknown (in reply to RCPT TO command)
--bounce
Content-Type: message/delivery-status

Reporting-MTA: dns; mx1.northgate.example
Arrival-Date: {date}

Final-Recipient: rfc822; gturner@tanagerlogistics.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--bounce
Content-Type: message/rfc822

From: Northgate Invoicing <invoicing@northgate.example>
To: gturner@tanagerlogistics.example
Subject: Invoice {invoice}
Message-ID: <{key}.sent@northgate.example>

Please find attached invoice {invoice}.
--bounce--
"""

_RECEIPT = """\
From: Gwendolyn Ames <games@pinnaclebindery.example>
To: Northgate Credit <icc@northgate.example>
Subject: Read: Statement of account
Date: {date}
Message-ID: <{key}.read@pinnaclebindery.example>
In-Reply-To: <{key}.statement@northgate.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="receipt"

--receipt
Content-Type: text/plain; charset=utf-8

Your message
   To: Gwendolyn Ames
   Subject: Statement of account
was read on {date}.
--receipt
Content-Type: message/disposition-notification

Final-Recipient: rfc822; games@pinnaclebindery.example
Original-Message-ID: <{key}.statement@northgate.example>
Disposition: manual-action/MDN-sent-manually; displayed

--receipt--
"""

_BOGUS_CHARSET = """\
From: =?x-klingon?B?R3JlZ29y?= <gregor@oldgateway.example>
To: icc@northgate.example
Subject: =?utf-8?B?aW52b2ljZSBxdWVzdGlvbg
Date: Thu, 32 Foo 20206 99:61:00 +9900
MIME-Version: 1.0
Content-Type: text/plain; charset="x-unknown-7bit-ebcdic"
Content-Transfer-Encoding: base64

SGVsbG8sIHdlIGhhdmUgYSBxdWVzdGlvbiBhYm91dCBhbiBpbnZvaWNlIG9mIGxhc3QgbW9udGgu
IEl0IHdhcyBzZW50IHR3aWNlIGFuZCB0aGUgc2Vjb25kIG9uZSBpcyBub3QgcmVhZGFibGUgYXQgYWxs
LiDQn9GA0L7RiNC+z
"""


def oddities(ledger: SampleLedger, sent_at: datetime) -> tuple[SampleMessage, ...]:
    invoice = ledger.open_invoice_of("Tanager Logistics", 0)
    read_at = sent_at + timedelta(minutes=52)
    words = {"date": format_datetime(sent_at), "key": f"{sent_at:%Y%m%d}", "invoice": invoice.number}
    bounce, receipt = _BOUNCE.format(**words), _RECEIPT.format(**{**words, "date": format_datetime(read_at)})
    owner = invoice.customer_number
    return (
        SampleMessage("invoicing", "bounce", _wire(bounce), sent_at, meant="other/bounce", customer_number=owner),
        SampleMessage("icc", "read-receipt", _wire(receipt), read_at, meant="other/auto_reply"),
        SampleMessage("icc", "broken-nesting", _nested(words["date"]), sent_at),
        SampleMessage("invoicing", "broken-charset", _wire(_BOGUS_CHARSET), read_at),
    )


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")


def _nested(date: str) -> bytes:
    """A header block of garbage, then multiparts one inside of the other with none of them closed."""
    garbage = (
        b"\xff\xfe\x00From\x01: nobody\r\n:::\r\nSubject\x80 no colon here\r\n" + b"X-" + b"A" * 5000 + b": \x9c\r\n"
    )
    head = f"From: broken@oldgateway.example\r\nSubject: see attached\r\nDate: {date}\r\nMIME-Version: 1.0\r\n".encode()
    levels = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(_DEPTH)
    )
    return head + garbage + levels + b"Content-Type: text/plain\r\n\r\nthe bottom\r\n"
