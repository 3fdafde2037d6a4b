"""D. What is enclosed: files that are read for their numbers, and closed forms that are opened or told of."""

from __future__ import annotations

from bot.desk.verdict import FoundFact
from tests.torture.cases_d import PDF
from tests.torture.desk import TortureDesk
from tests.torture.mime import file, mixed, text
from tests.torture.words import Case, Want, letter
from tests.unit.mail.enclosed import make_outlook_message, make_pdf, make_tnef, make_workbook

PDF_TYPE = "application/pdf"
SAVED = make_outlook_message("From: Bob <bob@bolt.example>\r\n\r\n", "Late", "Where is INV-9?")
# 'Please add our PO to INV-1.', signed with a key that was made for this and thrown away.
SIGNED = """\
MIH/BgkqhkiG9w0BBwKggfEwge4CAQExDTALBglghkgBZQMEAgEwSAYJKoZIhvcNAQcBoDsEOUNvbnRl
bnQtVHlwZTogdGV4dC9wbGFpbg0KDQpQbGVhc2UgYWRkIG91ciBQTyB0byBJTlYtMS4NCjGBjzCBjAIB
ATAmMA4xDDAKBgNVBAMMA0FubgIUKzSPeOGOZ9QjKHUsmqSknM7PfeYwCwYJYIZIAWUDBAIBMAoGCCqG
SM49BAMCBEYwRAIgWQ5Ac8iqAhytGXDtv3dTnSvoNWQ1vFfX+bCuhVnz55cCIGI9vFhkznJ3kjQyfdsu
GhFEDz0vy1r1E0NueOC51dvq"""


def _po_in_pdf(desk: TortureDesk) -> None:
    order = make_pdf(["Terms and conditions"], ["PURCHASE ORDER", "PO Number: 4500012345", "Total 1,204.50"])
    desk.arrives(mixed(file(order, 'filename="order.pdf"', PDF_TYPE), head="Subject: Purchase order"))
    (found,) = _file_facts(desk)
    assert (found.kind, found.value, found.role, found.place) == ("po", "4500012345", "meant", "order.pdf, page 2")


def _statement_in_workbook(desk: TortureDesk) -> None:
    rows = [["Invoice", "Open"], *([f"INV-88{number}", 12.5] for number in range(10, 40))]
    desk.arrives(mixed(text("Our statement, please check it."), file(make_workbook(rows), 'filename="open.xlsx"')))
    found = _file_facts(desk)
    assert len(found) == 30
    assert {one.role for one in found} == {"mentioned"}


def _file_facts(desk: TortureDesk) -> list[FoundFact]:
    (message,) = desk.messages()
    assert message.verdict is not None
    return [one for one in message.verdict.facts if one.field == "file"]


CASES = (
    Case(
        "D14b",
        "No text, a purchase order as PDF that names its number on page 2 (real sorter)",
        "An item; the number is found, with the file and the page.",
        play=_po_in_pdf,
        sorts=True,
    ),
    Case(
        "D14c",
        "A statement as Excel workbook that lists thirty invoices (real sorter)",
        "The numbers are shown, and none is taken for what the message is about.",
        play=_statement_in_workbook,
        sorts=True,
    ),
    Case(
        "D14d",
        "A PDF of pictures only, and a broken one",
        "An item that says a file could not be read; nothing is guessed.",
        (
            mixed(text(), file(make_pdf([]), 'filename="scan.pdf"', PDF_TYPE)),
            mixed(text(), file(PDF, 'filename="x.pdf"', PDF_TYPE)),
        ),
        Want(items=2, flags=("file_unread",)),
    ),
    Case(
        "D16",
        "winmail.dat with a PDF inside",
        "Opened: the file inside is listed as any other.",
        (mixed(text(), file(make_tnef("Look.", {"po.pdf": PDF}), 'filename="winmail.dat"', "application/ms-tnef")),),
        Want(items=1, drafts=1, not_flags=("unread_container",), files=("po.pdf",), types=(PDF_TYPE,)),
    ),
    Case(
        "D16b",
        "winmail.dat that is damaged",
        "An item that says a container was not read; no draft.",
        (mixed(text(), file(b"\x78\x9f\x3e\x22rest", 'filename="winmail.dat"', "application/ms-tnef")),),
        Want(items=1, drafts=0, flags=("unread_container",), why_not="unread_container", files=("winmail.dat",)),
    ),
    Case(
        "D16c",
        "Only a message that was saved in Outlook (.msg)",
        "Opened like any enclosed message: its text counts.",
        (mixed(text(""), file(SAVED, 'filename="Late.msg"')),),
        Want(items=1, text="Where is INV-9?", files=("Late.msg",)),
    ),
    Case(
        "D17",
        "Opaque S/MIME, signed and not encrypted",
        "Read like any other mail.",
        (
            letter(
                "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n"
                "Content-Transfer-Encoding: base64",
                SIGNED,
            ),
        ),
        Want(items=1, drafts=1, not_flags=("unread_container",), text="Please add our PO to INV-1."),
    ),
    Case(
        "D17b",
        "Damaged S/MIME; encrypted PGP; PGP in the text",
        "An item that says a container was not read; no draft.",
        (
            letter(
                "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data", "MIAGCSqGSIb3DQEH"
            ),
            mixed(
                "Content-Type: application/pgp-encrypted\n\nVersion: 1",
                file(b"x", 'filename="a.asc"'),
                kind="encrypted",
            ),
            letter(body="-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"),
        ),
        Want(items=3, drafts=0, flags=("unread_container",)),
    ),
)
