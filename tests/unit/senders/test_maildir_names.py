from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import TransientError
from bot.mail.envelope import Envelope
from bot.senders.maildir import MaildirSender, folder_name


def test_an_ordinary_address_is_its_own_folder() -> None:
    assert folder_name("Pat.Doe+ap@Customer.example") == "pat.doe+ap@customer.example"


@pytest.mark.parametrize("address", ["../../etc/passwd", "..", "", "/abs@x", ".hidden@x", "a\0b@x", "x" * 300 + "@x"])
def test_no_address_leads_out_of_the_folder(tmp_path: Path, address: str) -> None:
    name = folder_name(address)
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()
    assert not name.startswith(".")
    assert len(name) < 130


def test_two_addresses_that_look_alike_have_folders_of_their_own() -> None:
    assert folder_name("a b@x.example") != folder_name("a_b@x.example")
    assert folder_name("a b@x.example") != folder_name("a/b@x.example")


def test_a_folder_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(TransientError, match="cannot be written"):
        MaildirSender(tmp_path / "file").send(Envelope("a@x.example", ("b@x.example",)), b"A: b\r\n\r\n")
