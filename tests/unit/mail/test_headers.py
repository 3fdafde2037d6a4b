"""Header blocks, encoded words, addresses, parameters and dates of every kind of sender."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.mail.address import Address
from bot.mail.addresses import MOST_ADDRESSES, read_addresses
from bot.mail.encoded_words import decode_header
from bot.mail.envelope_fields import message_ids_of, references_of, sent_at_of
from bot.mail.headers import _read_fields, _read_regular_fields, read_head
from bot.mail.parameters import read_file_name, read_parameters


def emails(value: str) -> list[str]:
    return [address.email for address in read_addresses(value)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada <ada@acme.example>", ["ada@acme.example"]),
        ("ada@acme.example,", ["ada@acme.example"]),
        (
            "ada@acme.example, <bob@acme.example>; eve@acme.example",
            ["ada@acme.example", "bob@acme.example", "eve@acme.example"],
        ),
        ("Buyers: ada@acme.example, bob@acme.example;", ["ada@acme.example", "bob@acme.example"]),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("(c):", []),
        ('"', []),
        ("John Smith", []),
        ("<@relay.example:ada@acme.example>", ["ada@acme.example"]),
        ("Ada <mailto:ada@acme.example>", ["ada@acme.example"]),
        ("=?utf-8?q?Ada_=3Cada=40acme=2Eexample=3E?=", ["ada@acme.example"]),
        ("(" * 50_000, []),
        ("<" * 50_000, []),
    ],
)
def test_address_lists_are_read_without_an_exception(value: str, expected: list[str]) -> None:
    assert emails(value) == expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('"Doe, Jane" <jane@acme.example>', "Doe, Jane"),
        ("jane@acme.example (Jane Doe)", "Jane Doe"),
        ("=?utf-8?B?SsO2cmc=?= =?utf-8?B?IE3DvGxsZXI=?= <j@acme.example>", "Jörg Müller"),
        ('"ap@bigco.example" <x@evil.example>', "ap@bigco.example"),
    ],
)
def test_the_name_is_decoded_and_the_address_stays_the_real_one(value: str, name: str) -> None:
    (address,) = read_addresses(value)
    assert address.name == name
    assert address.email in value


def test_twenty_thousand_recipients_are_cut_not_read_for_ever() -> None:
    value = ", ".join(f'"User {number}" <u{number}@acme.example>' for number in range(20_000))
    assert len(read_addresses(value)) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("=?iso-8859-1?Q?R=E9f=E9rence?=", "Référence"),
        ("=?utf-8?B?4oK=?= =?utf-8?B?rCA1?=", "€ 5"),
        ("=?x-bogus?B?aGVsbG8=?= there", "=?x-bogus?B?aGVsbG8=?= there"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?b?%%%?=", "=?utf-8?b?%%%?="),
        ("=?utf-8?q?nul=00here?=", "nulhere"),
        ("=?us-ascii*en?Q?tagged?=", "tagged"),
    ],
)
def test_encoded_words_are_decoded_or_shown_as_they_came(value: str, expected: str) -> None:
    assert decode_header(value).replace(" ", "") == expected.replace(" ", "")


def test_raw_bytes_in_a_header_survive_as_windows_1252() -> None:
    assert read_head(b"Subject: R\xe9f\xe9rence \x80 5\r\n\r\n").text("subject") == "Référence € 5"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Message-Id: <1@x.example>\n\n", ["1@x.example"]),
        (b"MESSAGE-ID:\n <1@x.example>\n\n", ["1@x.example"]),
        (b"Message-ID: <>\n\n", []),
        (b"Message-ID:\n\n", []),
        (b"Message-ID: <[b37@host.example]>\n\n", ["[b37@host.example]"]),
        (b"Message-ID: <1@x.example>\nMessage-ID: <2@x.example>\n\n", ["1@x.example", "2@x.example"]),
        (b"Message-ID: <" + b"a" * 2000 + b"@x.example>\n\n", ["a" * 2000 + "@x.example"]),
        (b"From: a@x.example\n\n", []),
    ],
)
def test_message_ids_are_whole_or_absent(raw: bytes, expected: list[str]) -> None:
    assert message_ids_of(read_head(raw)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"References: <1@x> <2@x>\nIn-Reply-To: <2@x>\n\n", ("1@x", "2@x")),
        (b"References: <2@x>,\n\t<1@x>\nIn-Reply-To: <2@x>\n\n", ("1@x", "2@x")),
        (b"References: 1@x.example, 2@x.example\n\n", ("1@x.example", "2@x.example")),
        (b'In-Reply-To: Your message of "Mon" <9@x>\n\n', ("9@x",)),
        (b"References: <>\nIn-Reply-To: <>\n\n", ()),
        (b"References: <1@x> <cut-o\n\n", ("1@x",)),
    ],
)
def test_references_run_from_oldest_to_newest_with_in_reply_to_last(raw: bytes, expected: tuple[str, ...]) -> None:
    assert references_of(read_head(raw)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 2 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:00:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("not a date", None),
        ("Mon, 2 Mar 2026 10:00:00 +9999", None),
        ("Mon, 99 Mar 99999 10:00:00 +0000", None),
        ("", None),
    ],
)
def test_a_date_is_utc_or_none(value: str, expected: datetime | None) -> None:
    assert sent_at_of(read_head(f"Date: {value}\n\n".encode())) == expected


@pytest.mark.parametrize(
    ("disposition", "content_type", "name"),
    [
        ("attachment; filename*=us-ascii''W%F6lbung.pdf", "application/pdf", "Wölbung.pdf"),
        ("attachment; filename*0=long; filename*1=er.pdf", "application/pdf", "longer.pdf"),
        ('attachment; filename="=?utf-8?q?R=C3=A9f.pdf?="', "application/pdf", "Réf.pdf"),
        ("attachment", 'application/pdf; name="a \\"b\\".pdf"', 'a "b".pdf'),
        ('attachment; filename=open quote "', "application/pdf", 'open quote "'),
        ("", "application/pdf", ""),
    ],
)
def test_file_names_are_read_in_every_form(disposition: str, content_type: str, name: str) -> None:
    assert read_file_name(read_parameters(disposition)[1], read_parameters(content_type)[1]) == name


def test_a_parameter_list_of_a_megabyte_is_not_read_to_the_end() -> None:
    assert read_parameters("text/plain" + "; a=b" * 200_000)[0] == "text/plain"


def test_an_address_knows_its_domain_and_key() -> None:
    assert Address("", "Ada@ACME.example").key == "ada@acme.example"


@pytest.mark.parametrize(
    "block",
    [
        b"A: 1\r\nb:2\r\n \tmore\r\nA :3",
        b"Subject:\r\n folded\r\n",
        b"From someone\r\nA: 1\r\n",
        b"A: 1\rB: 2\r\n",
        b"A: 1\nno field\nB: 2\n",
        b" A: 1\n",
        b"A: \x00\xff\x0b\n\t\nB:\n",
    ],
)
def test_a_block_of_fields_alone_is_read_as_any_other(block: bytes) -> None:
    regular = _read_regular_fields(block)
    assert regular is None or (regular, len(block)) == _read_fields(block, is_closed=True)
