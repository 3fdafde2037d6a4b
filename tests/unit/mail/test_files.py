"""Enclosed files: type by content, safe names, limits."""

from __future__ import annotations

import pytest

from bot.mail.contents import MOST_ATTACHMENTS
from bot.mail.files import LONGEST_NAME, safe_name, sniff
from bot.mail.parse import parse
from tests.unit.mail.messages import make_multipart

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("content", "declared", "name", "expected"),
    [
        (b"%PDF-1.7 ...", "application/octet-stream", "x.bin", "application/pdf"),
        (b"<html><script>", "application/pdf", "invoice.pdf", "text/html"),
        (b"MZ\x90\x00", "application/pdf", "invoice.pdf", "application/x-msdownload"),
        (b"no pdf at all", "application/pdf", "invoice.pdf", "application/octet-stream"),
        (b"PK\x03\x04....", "application/octet-stream", "a.zip", "application/zip"),
        (
            b"PK\x03\x04....",
            "application/octet-stream",
            "a.xlsx",
            XLSX,
        ),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", "logo.jpg", "image/png"),
        (b"\xff\xd8\xff\xe0", "application/octet-stream", "", "image/jpeg"),
        (b" <?xml version='1.0'?><svg onload=x>", "image/png", "logo.png", "image/svg+xml"),
        (b"a,b\n", "text/csv", "a.csv", "text/csv"),
    ],
)
def test_the_type_is_what_the_bytes_say(content: bytes, declared: str, name: str, expected: str) -> None:
    assert sniff(content, declared, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("in\u202efdp.exe", "in_fdp.exe"),
        ("a\x00b\r\n.pdf", "a_b__.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
    ],
)
def test_a_name_is_safe_to_keep_and_to_show(name: str, expected: str) -> None:
    assert safe_name(name, "application/pdf") == expected


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("a" * 300 + ".pdf", "application/pdf") == "a" * (LONGEST_NAME - 4) + ".pdf"


def test_a_pdf_without_name_and_disposition_is_an_attachment() -> None:
    (attachment,) = parse(make_multipart(("Content-Type: application/pdf", b"%PDF-1.4\r\n"))).attachments
    assert (attachment.name, attachment.content_type, attachment.size) == ("file.pdf", "application/pdf", 10)


def test_a_small_text_file_can_be_read() -> None:
    csv = (
        "Content-Type: text/csv; charset=windows-1252\nContent-Disposition: attachment; filename=a.csv",
        b"\x80,5\r\n",
    )
    (attachment,) = parse(make_multipart(csv)).attachments
    assert attachment.text == "€,5\r\n"


def test_seventy_files_are_all_listed_and_a_hundred_and_fifty_are_cut_with_a_flag() -> None:
    part = ("Content-Type: application/pdf", b"%PDF-1.4")
    assert len(parse(make_multipart(*[part] * 70)).attachments) == 70
    many = parse(make_multipart(*[part] * 150))
    assert len(many.attachments) == MOST_ATTACHMENTS
    assert "attachments_dropped" in many.flags


def test_a_picture_in_the_text_is_told_from_an_enclosed_one() -> None:
    inline = ("Content-Type: image/png\nContent-ID: <logo>", b"\x89PNG\r\n\x1a\n")
    enclosed = ("Content-Type: image/png\nContent-Disposition: attachment; filename=scan.png", b"\x89PNG\r\n\x1a\n")
    message = parse(make_multipart(inline, enclosed))
    assert [attachment.is_inline for attachment in message.attachments] == [True, False]
