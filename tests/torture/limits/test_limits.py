"""Whatever a message is made of, it costs seconds and some memory, and the next one is read as if nothing had been."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.mail.message import InboundMessage
from bot.parsing import ChildParser, ParseLimits
from bot.ports import ParseFailure, Question
from bot.sorting import ModelSorter
from tests.torture.limits.hostile_mail import MESSAGES, plain

# What the limits refuse by name; every other message is read, if only in part.
REFUSED = {
    "1 MB in one header": "header block",
    "1 MB in one subject": "header block",
    "1 MB of header lines": "header block",
    "1 MB of folded subject": "header block",
    "1 MB of references": "header block",
    "1 MB of recipients": "header block",
    "1 MB of Received": "header block",
    "10,000 parts": "more than 1000 parts",
    "2,000 nested multiparts": "nested more than",
}


@pytest.fixture(scope="module")
def parser() -> Iterator[ChildParser]:
    """Less than half the memory that the desk grants; the time allows for a machine that does much else."""
    made = ChildParser(ParseLimits(seconds=60, memory_bytes=700_000_000))
    yield made
    made.close()


@pytest.fixture(scope="module")
def sorter() -> ModelSorter:
    made = ModelSorter()
    made.warm_up()
    return made


@pytest.mark.parametrize("name", MESSAGES)
def test_a_hostile_message_costs_no_more_than_it_may(parser: ChildParser, sorter: ModelSorter, name: str) -> None:
    hostile, harmless = parser.parse_many([MESSAGES[name](), plain("Please add the PO to INV-55120.")])
    assert isinstance(harmless, InboundMessage)
    if isinstance(hostile, ParseFailure):
        assert name in REFUSED, hostile.reason
        assert REFUSED[name] in hostile.reason
        return
    assert name not in REFUSED
    # Sorting runs outside the child: what it is given must be bounded already.
    assert len(hostile.newest_text) <= 250_000
    assert len(sorter.sort_many([Question(hostile, "outside", "icc")])) == 1
