"""Where fuzzing starts from: the sample mail, whole and in parts, and words that readers look for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.mail_samples import sample_mail
from tests.torture.fuzz.targets import OURS

FOUND = Path(__file__).parent / "found"

# Pieces that mean something to one reader or another.
WORDS: Sequence[bytes] = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b" ",
        b"\t",
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x1e",
        b"\xe2\x80\xae",
    ),
    *(
        b"From: ",
        b"To: ",
        b"Subject: ",
        b"Date: ",
        b"Message-ID: <a@b>",
        b"In-Reply-To: ",
        b"References: ",
        b"Reply-To: ",
    ),
    *(
        b"MIME-Version: 1.0",
        b"Content-Type: ",
        b"multipart/mixed; boundary=b",
        b"multipart/alternative",
        b"message/rfc822",
    ),
    *(b"multipart/report; report-type=delivery-status", b"text/html", b"text/plain; charset=utf-16", b"charset=bogus"),
    *(
        b"Content-Transfer-Encoding: ",
        b"base64",
        b"quoted-printable",
        b"=3D",
        b"=\r\n",
        b"=?utf-8?q?a=C3?=",
        b"=?x?b?!?=",
    ),
    *(
        b"Content-Disposition: attachment; filename=",
        b"filename*0*=utf-8''%C3",
        b"--b",
        b"--b--",
        b'"',
        b"<",
        b">",
        b"(",
        b")",
    ),
    *(b"@", b",", b";", b":", b"ann@acme.example", b"bo@bolt.example", b"C1", b"CD-1001", b"Re: ", b"AW: ", b"FW: "),
    *(b"Auto-Submitted: auto-replied", b"Authentication-Results: mx; dmarc=fail", b"List-Id: <l>", b"Precedence: bulk"),
    *(b"On Mon, Nov 23, 2026 at 10:00 AM Bob <b@x.example> wrote:", b"-----Original Message-----", b"> ", b"-- \n"),
    *(
        b"Von: a\nGesendet: b\nAn: c\nBetreff: d\n",
        b"Sent from my iPhone",
        b"Le lun. 23 nov. 2026, Bob a \xc3\xa9crit :",
    ),
    *(
        b"<div>",
        b"</div>",
        b"<blockquote>",
        b"<table><tr><td>",
        b"<style>",
        b"<!--",
        b"-->",
        b"<script>",
        b"&amp;",
        b"&#0;",
    ),
    *(
        b'<div style="display:none">',
        b"<div class=gmail_quote>",
        b"<div id=appendonsend>",
        b"<br>",
        b"<p class=MsoNormal>",
    ),
    *(
        b"INV-55120",
        b"invoice 5512",
        b"PO 4500781",
        b"PO# ",
        b"$1,234.50",
        b"1.234,50 EUR",
        b"USD ",
        b"NY",
        b"12/31/2026",
    ),
    OURS.encode(),
)


def seeds() -> list[bytes]:
    raws = [sample.raw for sample in sample_mail(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))]
    bodies = [raw.partition(b"\r\n\r\n")[2] for raw in raws]
    threads = [
        b"Re: Invoice [CD-1001]\nann@acme.example\nC1\n<" + OURS.encode() + b">",
        b"Invoice\nx@y.example\nC2\n<a@b>",
    ]
    return [*raws, *bodies, *threads, *found()]


def found() -> list[bytes]:
    return [path.read_bytes() for path in sorted(FOUND.glob("*.bin"))]
