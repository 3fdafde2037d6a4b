"""The text of sample mail: what somebody writes about, a reply with its history, and both as HTML."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from random import Random

from benchmarks import words
from benchmarks.words import Topic


@dataclass(frozen=True, slots=True)
class Correspondent:
    name: str
    email: str
    title: str
    company: str
    number: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What one conversation is about, with the values of its slots."""

    topic: Topic
    subject: str
    slots: dict[str, str]
    is_german: bool


def customers(count: int) -> list[Correspondent]:
    """The people of as many customers, the same ones for every corpus."""
    dice = Random(7)  # noqa: S311 - a corpus, not a key
    return [_correspondent(dice, at) for at in range(count)]


def _correspondent(dice: Random, at: int) -> Correspondent:
    first, last = dice.choice(words.FIRST_NAMES), dice.choice(words.LAST_NAMES)
    stem = f"{dice.choice(words.COMPANY_FIRST)} {dice.choice(words.COMPANY_SECOND)}"
    domain = f"{stem.lower().replace(' ', '-')}-{at}.example"
    local = f"{first}.{last}".lower().translate(str.maketrans({"ö": "oe", "ü": "ue", "ß": "ss"}))
    title = dice.choice(("Accounts Payable", "Purchasing", "Controller", "Buyer", "Einkauf"))
    company = f"{stem} {dice.choice(words.COMPANY_FORMS)}"
    return Correspondent(f"{first} {last}", f"{local}@{domain}", title, company, f"C-{10_000 + at}")


def matter(dice: Random, writer: Correspondent, *, is_german: bool) -> Matter:
    topic = dice.choice(words.GERMAN if is_german else words.ENGLISH)
    slots = {
        "inv": f"INV-{dice.randrange(10_000, 40_000)}",
        "po": f"PO-{dice.randrange(100_000, 999_999)}",
        "amount": f"${dice.randrange(100, 60_000):,}.{dice.randrange(100):02}",
        "state": dice.choice(words.STATES),
        "date": f"2026-{dice.randrange(1, 11):02}-{dice.randrange(1, 28):02}",
        "item": dice.choice(words.ITEMS),
        "company": writer.company,
    }
    return Matter(topic, dice.choice(topic.subjects).format(**slots), slots, is_german)


def first_letter(dice: Random, about: Matter, writer: Correspondent) -> str:
    topic = about.topic
    fillers = words.GERMAN_FILLERS if about.is_german else words.FILLERS
    paragraphs = [
        "Sehr geehrte Damen und Herren," if about.is_german else "Hello,",
        dice.choice(topic.openings),
        *dice.sample(topic.details, min(len(topic.details), dice.randrange(1, 4))),
        *dice.sample(fillers, dice.randrange(1, 5)),
    ]
    if dice.random() < 0.35:
        paragraphs.append(_lines(dice))
    paragraphs.append(dice.choice(words.GERMAN_CLOSINGS if about.is_german else words.CLOSINGS))
    return _signed([one.format(**about.slots) for one in paragraphs], dice, writer)


def answer(dice: Random, about: Matter, writer: Correspondent) -> str:
    said = about.topic.answers or words.GERMAN_ANSWERS
    paragraphs = [
        "Hello,",
        dice.choice(said),
        *dice.sample(words.FILLERS, dice.randrange(3)),
        dice.choice(words.CLOSINGS),
    ]
    return _signed([one.format(**about.slots) for one in paragraphs], dice, writer)


def _lines(dice: Random) -> str:
    rows = [
        f"{at:>3}  {dice.choice(words.ITEMS):<26} {dice.randrange(1, 90):>4} pc  {dice.randrange(2, 900):>5}.00 USD"
        for at in range(1, dice.randrange(4, 16))
    ]
    return "\n".join(rows)


def _signed(paragraphs: list[str], dice: Random, writer: Correspondent) -> str:
    signature = f"{writer.name}\n{writer.title}\n{writer.company}\nTel. +1 555 01{dice.randrange(100):02}"
    disclaimer = [words.DISCLAIMER] if dice.random() < 0.6 else []
    return "\n\n".join([*paragraphs, f"Best regards,\n{signature}", *disclaimer])


def quoted(text: str, earlier: str, sender: Correspondent, at: datetime) -> str:
    """A reply over the message that it answers, as a mail program sets it."""
    history = "\n".join(f"> {line}" for line in earlier.split("\n")[:150])
    return f"{text}\n\nOn {at:%a, %b %d, %Y at %H:%M}, {sender.name} <{sender.email}> wrote:\n{history}"


def forwarded(note: str, about: Matter, text: str, sender: Correspondent, at: datetime) -> str:
    head = f"From: {sender.name} <{sender.email}>\nDate: {at:%a, %b %d, %Y}\nSubject: {about.subject}"
    return f"{note}\n\n---------- Forwarded message ---------\n{head}\nTo: icc@northgate.example\n\n{text}"


_STYLE = (
    "<style><!--\n@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}\n"
    "p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0in; font-size:11.0pt; font-family:'Calibri',sans-serif;}\n"
    "a:link, span.MsoHyperlink {color:#0563C1; text-decoration:underline;}\n"
    "@page WordSection1 {size:8.5in 11.0in; margin:1.0in 1.0in 1.0in 1.0in;}\n--></style>"
)


def as_html(text: str) -> str:
    """The same words as Outlook marks them up: the history in a blockquote."""
    newest, mark, history = text.partition("\n> ")
    body = "\n".join(_paragraph(line) for line in newest.split("\n"))
    if mark:
        lines = (line.removeprefix("> ") for line in history.split("\n"))
        inner = "\n".join(_paragraph(line) for line in lines)
        body += (
            f'<blockquote type="cite" style="border-left:solid #CCCCCC 1.0pt;padding-left:6.0pt">{inner}</blockquote>'
        )
    head = f'<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">{_STYLE}</head>'
    return f'<html xmlns:o="urn:schemas-microsoft-com:office:office">{head}<body lang="EN-US">{body}</body></html>'


def _paragraph(line: str) -> str:
    words_ = html.escape(line) or "<o:p>&nbsp;</o:p>"
    return f'<p class="MsoNormal"><span lang="EN-US" style="font-size:11.0pt;color:#1F497D">{words_}</span></p>'
