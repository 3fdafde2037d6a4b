"""Closed forms of mail: opened where no key is needed, told of where one is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.mail.containers import MOST_TNEF_ENTRIES, open_outlook, open_signed, open_tnef
from bot.mail.parse import attachments_of, parse
from tests.unit.mail.enclosed import make_outlook_message, make_pdf, make_tnef
from tests.unit.mail.messages import make_multipart, make_raw

INNER = b"Content-Type: text/plain\r\n\r\nPlease add our PO to invoice 4711.\r\n"
WINMAIL = (
    'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Disposition: attachment; filename="winmail.dat"'
)
SAVED = 'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="Late.msg"'


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An opaque signature, as OpenSSL makes it."""
    return cms(tmp_path_factory.mktemp("signed"), "-sign", "-nodetach", "-signer", "cert.pem", "-inkey", "key.pem")


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return cms(tmp_path_factory.mktemp("encrypted"), "-encrypt", "-aes256", ends=("cert.pem",))


def cms(folder: Path, *options: str, ends: tuple[str, ...] = ()) -> bytes:
    (folder / "inner").write_bytes(INNER)
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2"]
    subprocess.run(["openssl", *request, "-subj", "/CN=Ann"], cwd=folder, check=True, capture_output=True)
    command = ["openssl", "cms", *options, "-binary", "-in", "inner", "-outform", "DER", "-out", "out", *ends]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "out").read_bytes()


def test_a_signed_message_is_read_like_any_other(signed: bytes) -> None:
    message = parse(make_raw(signed, content_type="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"))
    assert message.newest_text == "Please add our PO to invoice 4711."
    assert (message.flags, message.attachments) == ((), ())


def test_a_signed_message_is_known_by_its_name_where_a_gateway_lost_the_type(signed: bytes) -> None:
    assert parse(make_raw(signed, content_type='application/octet-stream; name="smime.p7m"')).flags == ()


def test_an_encrypted_message_is_told_of(encrypted: bytes, signed: bytes) -> None:
    assert open_signed(encrypted) is None
    assert open_signed(signed[:200]) is None
    message = parse(make_raw(encrypted, content_type="application/pkcs7-mime; smime-type=enveloped-data"))
    assert "unread_container" in message.flags


def test_the_files_of_a_winmail_dat_stand_among_the_attachments() -> None:
    order = make_pdf(["PO Number: 4500012345"])
    raw = make_multipart(("Content-Type: text/plain", "See it."), (WINMAIL, make_tnef("See it.", {"po.pdf": order})))
    message = parse(raw)
    assert [(one.name, one.content_type) for one in message.attachments] == [("po.pdf", "application/pdf")]
    assert (message.newest_text, message.flags) == ("See it.", ())
    assert [one.content for one in attachments_of(raw)] == [order]


def test_the_text_of_a_winmail_dat_counts_where_there_is_no_other() -> None:
    message = parse(make_multipart((WINMAIL, make_tnef("Where is our credit?"))))
    assert (message.newest_text, message.flags) == ("Where is our credit?", ())


def test_a_damaged_or_endless_winmail_dat_is_told_of() -> None:
    assert open_tnef(b"\x78\x9f\x3e\x22rest") is None
    whole = make_tnef("x", {"a.txt": b"hello"})
    assert open_tnef(whole[:40]) is None
    assert open_tnef(make_tnef("x" * 10) + b"\1" + b"\0" * 10 * (MOST_TNEF_ENTRIES + 10) * 2) is None
    assert "unread_container" in parse(make_multipart((WINMAIL, whole[:20]))).flags


def test_a_message_saved_in_outlook_is_opened_like_a_forwarded_one() -> None:
    head = (
        "From: Bob <bob@bolt.example>\r\nMessage-ID: <7@bolt.example>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\n"
    )
    saved = make_outlook_message(head, "Late", "Where is INV-9?")
    message = parse(make_multipart(("Content-Type: text/plain", ""), (SAVED, saved)))
    (enclosed,) = message.enclosed
    assert enclosed.sender is not None
    assert (enclosed.sender.email, enclosed.subject, enclosed.message_id_header, enclosed.text) == (
        "bob@bolt.example",
        "Late",
        "7@bolt.example",
        "Where is INV-9?",
    )
    assert message.newest_text == "Where is INV-9?"


def test_a_damaged_outlook_message_is_told_of() -> None:
    whole = make_outlook_message("", "Late", "x")
    assert open_outlook(whole[:700]) is None
    assert "unread_container" in parse(make_multipart((SAVED, whole[:700]))).flags
