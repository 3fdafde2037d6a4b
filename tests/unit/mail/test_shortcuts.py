"""Every shortcut of this room answers like the plain way that it spares: over sample mail, and over mail made up."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks import corpus
from bot.demo.mail_samples import sample_mail
from bot.errors import UnparsableMessageError
from bot.mail import automatic_words as words
from bot.mail.contents import read_contents
from bot.mail.encoded_words import decode_base64, sketch_base64
from bot.mail.envelope_fields import sent_at_of
from bot.mail.headers import read_head
from bot.mail.html_text import cut_invisible, strip_by_kind, strip_tags
from bot.mail.masking import may_hold_numbers
from bot.mail.parse import attachments_of, parse
from bot.mail.parts import walk
from bot.mail.plain_form import attachment_of, message_of, plain_attachment, plain_message
from bot.mail.quote_marks import may_quote
from bot.mail.sums import sums_in, sums_in_html

AMOUNT = re.compile(r"(?:[$€£]|\b(?:USD|EUR|GBP))[ \xa0]{0,6}(\d[\d.,]{0,17})")
MAY_QUOTE = re.compile(
    r"^[ \t]*(?:>|\|[ ]|_{20}|-{2,}[^\n]{2}"
    r"|\*?(?:From|Von|De|Da|Van|Fra|Från|Od|Subject|Betreff|Objet|Asunto|Oggetto)[ \xa0]?:)"
    r"|(?:wrote|writes|schrieb|geschrieben|écrit|escribió|escreveu|schreef|scritto|skrev|napisał|написал)\b"
    r"|(?i:forwarded (?:message|by)|original message|nachricht|message transf|mensaje reenviado)",
    re.MULTILINE,
)
CHALLENGE = re.compile(
    r"to (?:complete|confirm) (?:the )?delivery of your (?:e-?mail|message)|sender verification|spam ?arrest|boxtrapper"
    r"|confirm that (?:you are|your (?:e-?mail|message)) .{0,40}(?:human|not spam)"
    r"|verify that you are (?:a )?(?:human|person)"
    r"|requires? verification before|please confirm (?:your )?(?:request|message|e-?mail) .{0,60}approved senders"
)


def amounts(text: str) -> set[str]:
    return {amount.rstrip(".,") for amount in AMOUNT.findall(text)}


@cache
def all_mail() -> tuple[bytes, ...]:
    sample = [one.raw for one in sample_mail(datetime(2026, 3, 2, 12, tzinfo=UTC))]
    return (*sample, *corpus.take(400))


@cache
def all_texts() -> tuple[tuple[str, bool], ...]:
    """Each text of that mail, and whether it is HTML."""
    found: list[tuple[str, bool]] = []
    for raw in all_mail():
        try:
            blocks = read_contents(walk(raw)).blocks
        except UnparsableMessageError:
            continue
        for block in blocks:
            found += [(text, False) for text in block.plain] + [(text, True) for text in block.html]
    return tuple(found)


def pieces(*more: str) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(st.sampled_from(more), st.text(max_size=3)), max_size=14).map("".join)


def listed(words: str) -> list[str]:
    return words.split("|")


MARKUP = pieces(
    *(
        "$",
        "€",
        "£",
        "USD",
        "EUR",
        "GBP",
        "U",
        "SD",
        " ",
        "\xa0",
        "  ",
        "\n",
        "\r",
        "\t",
        "5",
        "1,234.50",
        "7.",
        ",",
        "x",
    ),
    *(
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "</p >",
        "<br>",
        "<BR/>",
        "</td>",
        "<td>",
        "<div class=x>",
        "</div>",
        "<tr>",
        "</tr>",
    ),
    *(
        "<",
        ">",
        '<a title="$5">',
        '<a title="',
        '">',
        "&nbsp;",
        "&amp;",
        "&euro;",
        "&#36;",
        "&#8364;",
        "&#8217;",
        "&dollar;",
    ),
    *("&#49;", "&period;", "<!-- $9 -->", "<!--", "-->", "<style>$3</style>", "<pre>", "MsoNormal", "<o:p>", "<head>"),
)


def test_the_sample_holds_what_this_is_about() -> None:
    assert sum(bool(amounts(text)) for text, _ in all_texts()) > 50
    assert sum(is_html for _, is_html in all_texts()) > 100


def test_sums_in_sample_mail_are_those_of_the_plain_way() -> None:
    for text, is_html in all_texts():
        assert sums_in(text) == amounts(text)
        if is_html:
            assert sums_in_html(text) == amounts(strip_tags(text))


@settings(derandomize=True, max_examples=1500, deadline=None)
@example("<p>€ 5</p>")
@example("EUR<b> 1,234.50</b>7")
@example("x<b>USD</b> 5")
@example("U<b>SD</b> 5")
@example("<a title='</p>$5</p>'>")
@given(MARKUP)
def test_sums_in_any_markup_are_those_of_the_plain_way(html: str) -> None:
    assert sums_in(html) == amounts(html)
    assert sums_in_html(html) == amounts(strip_tags(html))


def plainly_stripped(html: str) -> str:
    text = re.sub(r"[\r\n]+", " ", html) if "<pre" not in html and "<PRE" not in html else html
    text = cut_invisible(text)
    stripped = strip_by_kind(text, is_spaced="MsoNormal" not in text)
    stripped = unescape(stripped).replace("\r", "").replace("\t", " ").replace("\xa0", " ")
    stripped = re.sub("  +", " ", stripped).replace(" \n", "\n").replace("\n ", "\n")
    return re.sub(r"\n{3,}", "\n\n", stripped).strip()


def test_tags_of_sample_mail_are_stripped_as_in_the_plain_way() -> None:
    for text, is_html in all_texts():
        if is_html:
            assert strip_tags(text) == plainly_stripped(text)


@settings(derandomize=True, max_examples=1500, deadline=None)
@example("<div><b> <div>")
@example("<td>1</td ><td>2</TD>\n<tr> </tr>x")
@example("\x00<p>a</p>\x01")
@example("<<br>x><p")
@given(MARKUP)
def test_tags_of_any_markup_are_stripped_as_in_the_plain_way(html: str) -> None:
    assert strip_tags(html) == plainly_stripped(html)


def test_hints_of_a_quote_in_sample_mail_are_those_of_the_plain_way() -> None:
    for text, _ in all_texts():
        assert may_quote(text) == bool(MAY_QUOTE.search(text))


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(
    pieces(
        *("\n", " ", "\t", ">", "| ", "_" * 20, "--", "---- ", "*From:", "Von :", "Betreff\xa0:", "Subject", ":"),
        *(
            "wrote",
            "wrote:",
            "geschrieben",
            "escribió",
            "написал",
            "Original Message",
            "NACHRICHT",
            "forwarded by",
            "x",
        ),
    )
)
def test_hints_of_a_quote_in_any_text_are_those_of_the_plain_way(text: str) -> None:
    assert may_quote(text) == bool(MAY_QUOTE.search(text))


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(
    pieces(
        *(
            "to confirm ",
            "to complete ",
            "the ",
            "delivery of your ",
            "e-mail",
            "message",
            "sender verification",
            "human",
        ),
        *(
            "spam",
            " ",
            "arrest",
            "confirm that you are ",
            "confirm that your email ",
            "not spam",
            "verify that you are a ",
        ),
        *("person", "require", "s", " verification before", "please confirm your request ", "approved senders", "\n"),
    )
)
def test_a_challenge_is_known_as_in_the_plain_way(text: str) -> None:
    lower = text.lower()
    assert any(hint in lower and form.search(lower) for hint, form in words.CHALLENGES) == bool(CHALLENGE.search(lower))


NUMBERS = re.compile(r"\d{8}|\d{4}[ -]\d{4}[ -]\d|\d{4} \d{6} \d|[A-Z]{2}\d{2} [A-Z0-9]{4} ")


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(pieces(*listed("1|22|4711|123456|DE|A|89| |-|\n|x|٣")))
def test_hints_of_a_number_to_cover_are_those_of_the_plain_way(text: str) -> None:
    assert may_hold_numbers(text) == bool(NUMBERS.search(text))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.integers(14_900, 15_100),
    st.sampled_from([b"\r\n", b"\n", b"", b"\r\n "]),
    st.integers(1, 90),
    st.sampled_from([b"", b"=", b"==", b"-", b"\r\n\r\n", b"A", b"AB=="]),
)
def test_a_sketch_of_base64_tells_what_decoding_gives(size: int, line_end: bytes, width: int, end: bytes) -> None:
    encoded = b64encode(bytes(range(256)) * 60)[: size * 4 // 3]
    data = line_end.join(encoded[at : at + width] for at in range(0, len(encoded), width)) + end
    sketch, decoded = sketch_base64(data), decode_base64(data)
    assert decoded is not None
    assert sketch is None or (sketch[0], decoded[: len(sketch[1])]) == (len(decoded), sketch[1])


def test_a_large_file_is_told_of_as_if_it_had_been_decoded() -> None:
    large = [one for raw in corpus.take(200) for one in zip(parse(raw).attachments, attachments_of(raw), strict=True)]
    assert sum(not told.sha256 for told, _ in large) > 10
    for told, opened in large:
        assert told == replace(opened, content=b"", sha256=told.sha256)


SENDERS = pieces(
    *listed("mailer|-|daemon|post|master|mail| |delivery|system|subsystem|administrator|bounces|@|MDaemon"),
    *listed("sns.amazonaws.com|Microsoft Exchange|router|Internet |Network |non|<root@|<>"),
)
SUBJECTS = pieces(
    *listed("Un|deliver|able|Return|ed mail|ing message|Non-|NDN:|delivery| status| notification|mail |failure"),
    *listed(" notice|system error|could not be |couldn't |send|not |Message |delayed|e-mail|warning: |rejected "),
    *listed("user unknown|unknown user|bounce|unzustellbar|zustellung fehlgeschlagen|nicht zugestellt|non remis"),
    *listed("échec de la remise|non distribuable|no entregado|mancata consegna|onbestelbaar|niet bezorgd|配信"),
    *listed("nelze doručit|failed |undelivered|Rechnung|Re: |ı|ſ"),
)


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(SENDERS, SUBJECTS)
def test_hints_of_a_bounce_miss_none(sender: str, subject: str) -> None:
    sender = sender.strip()
    known = sender in ("", "<>") or words.holds(sender, words.DAEMON, words.DAEMON_HINTS)
    assert known == bool(words.DAEMON.search(sender))
    found = words.holds(subject, words.BOUNCE_SUBJECT, words.BOUNCE_SUBJECT_HINTS)
    assert found == bool(words.BOUNCE_SUBJECT.search(subject))


def test_a_message_comes_back_from_its_plain_form_as_it_was() -> None:
    for raw in all_mail():
        try:
            message, attachments = parse(raw), attachments_of(raw)
        except UnparsableMessageError:
            continue
        assert message_of(plain_message(message)) == message
        assert tuple(attachment_of(plain_attachment(one)) for one in attachments) == attachments


@pytest.mark.parametrize("name", ["to", "subject", "date"])
def test_a_message_without_a_field_comes_back_as_it_was(name: str) -> None:
    message = parse(f"{name}-x: y\r\n\r\nbody".encode())
    assert message_of(plain_message(message)) == message


@given(st.datetimes(timezones=st.timezones()).filter(lambda at: 1970 <= at.year <= 2100))
def test_a_date_in_the_usual_form_is_the_one_that_the_library_reads(sent_at: datetime) -> None:
    value = format_datetime(sent_at)

    assert sent_at_of(read_head(f"Date: {value}\n\n".encode())) == parsedate_to_datetime(value).astimezone(UTC)
