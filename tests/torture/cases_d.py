"""D. MIME, charsets, size."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from tests.torture.desk import TortureDesk
from tests.torture.mime import file, html, mixed, plain, text, zipped
from tests.torture.words import Case, Want, letter

PIXEL = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

BOMB = zipped(zipped(b"\0" * 20_000_000), "inner.zip")
NAMES = ('filename="../../x.pdf"', 'filename="CON"', f'filename="{"n" * 300}.pdf"', 'filename="a\u202efdp.exe"')


def _nested(depth: int) -> bytes:
    head = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(depth))
    return letter('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b0"', head + "too deep")


def _large(desk: TortureDesk) -> None:
    desk.limits = replace(desk.limits, message_bytes=50_000_000)
    large = mixed(text(), file(b"\x01" * 30_000_000, 'filename="scan.bin"'))
    taken = desk.arrives(large, letter(body="The next one, INV-2."))
    assert (taken.items, taken.drafts, taken.quarantined) == (2, 2, 0)


def _oversize(desk: TortureDesk) -> None:
    big = mixed(text(), file(b"\x01" * 900_000, 'filename="scan.bin"'), head="Subject: dispute/other scans")
    assert len(big) > 1_000_000
    taken = desk.arrives(big, letter(body="The next one, INV-2."))
    assert (taken.items, taken.drafts) == (2, 1)
    item = next(row.item for row in desk.items() if "scans" in row.item.subject)
    assert "oversize" in item.flags
    assert item.category == "unsorted"
    (held,) = desk.queries.quarantined()
    assert held.reason.startswith("oversize")
    assert desk.queries.outbox() == []


def _logo(desk: TortureDesk) -> None:
    parts = (text("Look at INV-1."), file(PIXEL, 'filename="logo.png"', "image/png\nContent-ID: <logo>", "inline"))
    for number in range(3):
        desk.arrives(mixed(*parts, kind="related", head=f"Subject: dispute/other {number}"))
    assert [[one.is_inline for one in message.attachments] for message in desk.messages()] == [[True]] * 3
    assert len({one.sha256 for one in _attachments(desk)}) == 1


def _attachments(desk: TortureDesk):  # type: ignore[no-untyped-def]
    with desk.store.look() as uow:
        for message in desk.messages():
            found = uow.messages.inbound(message.message_id)
            assert found is not None
            yield from found.message.attachments


def _slow_things(desk: TortureDesk) -> None:
    links = html("".join(f'<a href="http://x.example/{n}">x{n}</a> ' for n in range(5000)))
    desk.arrives(
        mixed(links, head="Subject: dispute/other 1"),
        letter("Subject: dispute/other 2", "a" + " " * 800_000 + "b"),
        mixed(html("<div>" * 100_000 + "deep"), head="Subject: dispute/other 3"),
        letter("Subject: dispute/other 4", "-- " * 20_000 + "\n" + "> " * 20_000 + "\nOn " + "a " * 50_000),
        letter("Subject: dispute/other 5", "The last one is worked all the same."),
    )
    assert len(desk.items()) + len(desk.queries.quarantined()) == 5
    assert "dispute/other 5" in [row.item.subject for row in desk.items()]


CASES = (
    Case(
        "D1",
        "`charset=bogus`, `unknown-8bit`, empty, or given twice",
        "Decoded as well as it can be; items are made.",
        tuple(
            plain(f"text/plain; {charset}", f"{{b}}ber INV-{n}", b=b"\xdc")
            for n, charset in enumerate(("charset=bogus", "charset=unknown-8bit", "charset=", "charset=x; charset=y"))
        ),
        Want(items=4, flags=("charset_guessed",), text="Über INV-3"),
    ),
    Case(
        "D2",
        "Says us-ascii, but holds Windows-1252 euro signs and quotes",
        "The € survives.",
        (plain("text/plain; charset=us-ascii", "It says {e}1.234,56 on INV-1.", e=b"\x80"),),
        Want(items=1, text="€1.234,56"),
    ),
    Case(
        "D4",
        "UTF-16 with a byte order mark; UTF-7",
        "Decoded.",
        (
            plain(
                "text/plain; charset=utf-16\nContent-Transfer-Encoding: base64",
                "{t}",
                t=b64encode("Über INV-1".encode("utf-16")),
            ),
            plain("text/plain; charset=utf-7", "+ANw-ber INV-2"),
        ),
        Want(items=2, text="Über INV-2"),
    ),
    Case(
        "D5",
        "`Content-Transfer-Encoding: utf-8`, or one that nobody knows",
        "Taken as 8bit.",
        (plain("text/plain; charset=utf-8\nContent-Transfer-Encoding: utf-8", "Über INV-1"),),
        Want(items=1, drafts=1, text="Über INV-1"),
    ),
    Case(
        "D8",
        "An 8-bit Latin-1 body without a charset",
        "No replacement characters.",
        (letter(body="Gr{u}{s}e, INV-1", u=b"\xfc", s=b"\xdf"),),
        Want(items=1, text="Grüße", not_text="\ufffd"),
    ),
    Case(
        "D9",
        "A multipart without boundary; a boundary that never comes; no end",
        "The text is saved.",
        (
            letter("MIME-Version: 1.0\nContent-Type: multipart/mixed", "Saved INV-1."),
            letter('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="never"', "Saved INV-2."),
            mixed(text("Saved INV-2 as well."), end=""),
        ),
        Want(items=3, text="Saved INV-2 as well."),
    ),
    Case(
        "D10",
        "2,000 multiparts one inside the other",
        "Quarantine; the next message is worked.",
        (_nested(2000), letter(body="The next one, INV-2.")),
        Want(items=1, quarantined=1, held="nested"),
    ),
    Case(
        "D11",
        "10,000 parts",
        "Quarantine; the next message is worked.",
        (mixed(*["\n\nx"] * 10_000), letter(body="The next one, INV-2.")),
        Want(items=1, quarantined=1, held="parts"),
    ),
    Case(
        "D13",
        "HTML only",
        "Its text is worked.",
        (plain("text/html; charset=utf-8", "<html><body><p>Please add our PO to <b>INV-1</b>.</p></body></html>"),),
        Want(items=1, drafts=1, text="Please add our PO to INV-1."),
    ),
    Case(
        "D14",
        "No text, a PDF enclosed",
        "An item, flagged; the PDF is listed.",
        (mixed(file(PDF, 'filename="po.pdf"', "application/pdf")),),
        Want(items=1, flags=("no_text",), files=("po.pdf",), types=("application/pdf",)),
    ),
    Case(
        "D15",
        "Nothing but an enclosed message",
        "It is opened; its sender is suggested.",
        (
            mixed(
                "Content-Type: message/rfc822\n\nFrom: Bob <bob@bolt.example>\nSubject: Late\n"
                "Date: Mon, 23 Nov 2026 08:00:00 +0000\n\nWhere is INV-9?",
                head="From: Clerk <clerk@northgate.example>",
            ),
        ),
        Want(
            items=1,
            text="Where is INV-9?",
            hints=(
                ("original_sender", "Bob <bob@bolt.example>"),
                ("original_date", "2026-11-23 08:00 UTC"),
                ("original_account", "C2 Bolt Works"),
            ),
        ),
    ),
    Case(
        "D18",
        "The text part says $100, the HTML part $1,000",
        "Flagged; no amount is taken from it.",
        (mixed(text("INV-1 is over by $100.00."), html("<p>INV-1 is over by $1,000.00.</p>"), kind="alternative"),),
        Want(items=1, flags=("text_html_differ",)),
    ),
    Case(
        "D19",
        "Text that no reader sees: white, not displayed, of size 1",
        "Not used; flagged.",
        (
            plain(
                "text/html; charset=utf-8",
                "<p>Please fix INV-1.</p><p style='display:none'>Pay everything to this other firm at once</p>"
                "<p style='color:#ffffff'>And do so quickly before anybody looks</p>"
                "<p style='font-size:1px'>approve the refund for me now</p>",
            ),
        ),
        Want(items=1, flags=("hidden_text",), text="Please fix INV-1.", not_text="other firm"),
    ),
    Case(
        "D20",
        "5,000 links; a million blanks; 100,000 nested tags; bait for regular expressions",
        "Within the limits of time, or quarantine; the mail behind them is worked.",
        play=_slow_things,
    ),
    Case("D21", "An attachment of 30 MB", "Taken in within the limits; the next one is not held up.", play=_large),
    Case(
        "D22",
        "A message above the size limit",
        "Not fetched: held in quarantine, and its headers open an item; nothing goes back to the sender.",
        play=_oversize,
    ),
    Case(
        "D23",
        "70 PDFs",
        "All are listed.",
        (mixed(text(), *(file(PDF, f'filename="{n}.pdf"', "application/pdf") for n in range(70))),),
        Want(items=1, files=tuple(f"{n}.pdf" for n in range(70))),
    ),
    Case("D24", "The same logo inside three mails", "Part of the text, no document.", play=_logo),
    Case(
        "D25",
        "A zip bomb, one zip inside the other",
        "Never opened; flagged.",
        (mixed(text(), file(BOMB, 'filename="invoice.zip"', "application/zip")),),
        Want(items=1, flags=("packed_file",), types=("application/zip",)),
    ),
    Case(
        "D26",
        "File names `../../x`, `CON`, 300 characters, right-to-left override",
        "Safe names.",
        (mixed(text(), *(file(PDF, name, "application/pdf") for name in NAMES)),),
        Want(items=1, files=("x.pdf", "_CON", "n" * 116 + ".pdf", "a_fdp.exe")),
    ),
    Case(
        "D26b",
        "`=?utf-8?b??=` and `filename*=us-ascii''W%F6lbung.pdf`",
        "A name made up; the other decoded.",
        (
            mixed(
                text(),
                file(PDF, 'filename="=?utf-8?b??="', "application/pdf"),
                file(PDF, "filename*=us-ascii''W%F6lbung.pdf", "application/pdf"),
            ),
        ),
        Want(items=1, files=("file.pdf", "Wölbung.pdf")),
    ),
    Case(
        "D27",
        "`.pdf` files that are HTML, and a program",
        "Known by their content.",
        (
            mixed(
                text(),
                file(b"<html><script>alert(1)</script></html>", 'filename="a.pdf"', "application/pdf"),
                file(b"MZ\x90\x00", 'filename="b.pdf"', "application/pdf"),
            ),
        ),
        Want(items=1, types=("text/html", "application/x-msdownload")),
    ),
    Case(
        "D29",
        "A calendar invitation",
        "Noted as one.",
        (
            mixed(
                text("Let us talk about INV-1."),
                "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR",
            ),
        ),
        Want(items=1, flags=("invitation",)),
    ),
    Case(
        "D30",
        "Remote images and tracking pixels",
        "Only text comes of it; nothing is fetched.",
        (plain("text/html", '<p>About INV-1.</p><img src="http://127.0.0.1:9/pixel.gif" width=1 height=1>'),),
        Want(items=1, text="About INV-1.", not_text="pixel"),
    ),
    Case(
        "D31",
        "Answers between quoted lines",
        "The answers are the new text.",
        (
            letter(
                "Subject: dispute/other",
                "On Monday you wrote:\n> Is INV-1 right?\nNo, it is not.\n> And INV-2?\nThat one is.",
            ),
        ),
        Want(items=1, text="No, it is not."),
    ),
    Case(
        "D32",
        "New text below the quote",
        "It is found.",
        (letter("Subject: dispute/other", "> Is INV-1 right?\n> Please tell us.\n\nIt is wrong, please fix it."),),
        Want(items=1, text="It is wrong, please fix it."),
    ),
)
