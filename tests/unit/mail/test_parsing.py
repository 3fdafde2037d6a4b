"""The parsers behind the port: whatever one message does, the others are parsed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmarks.measure import children
from bot.errors import TransientError
from bot.mail.message import InboundMessage
from bot.parsing import ChildParser, InlineParser, ParseLimits
from bot.ports import ParseFailure, Parser
from tests.unit.mail.messages import make_multipart, make_raw

TOO_MANY_HEADERS = b"X-A: " + b"a" * 600_000 + b"\r\n\r\nx"


@pytest.fixture
def child() -> Iterator[ChildParser]:
    parser = ChildParser(ParseLimits(seconds=2), parse_path="tests.unit.mail.hostile:parse_or_misbehave")
    yield parser
    parser.close()


def subjects(results: list[InboundMessage | ParseFailure]) -> list[str]:
    return [result.subject if isinstance(result, InboundMessage) else "failed" for result in results]


def test_both_parsers_give_the_same_answers_in_order(child: ChildParser) -> None:
    raws = [make_raw(subject=f"number {number}") for number in range(50)] + [TOO_MANY_HEADERS, b""]
    parsers: list[Parser] = [child, InlineParser()]
    first, second = (parser.parse_many(raws) for parser in parsers)
    assert first == second
    assert subjects(first)[:2] == ["number 0", "number 1"]


def test_beyond_the_limits_is_a_final_failure_with_its_reason(child: ChildParser) -> None:
    (result,) = child.parse_many([TOO_MANY_HEADERS])
    assert isinstance(result, ParseFailure)
    assert "header block" in result.reason


@pytest.mark.parametrize(
    ("subject", "reason"),
    [("hang", "longer than 2 seconds"), ("die", "crashed"), ("bug", "KeyError"), ("memory", "MemoryError")],
)
def test_only_the_message_that_misbehaves_fails(child: ChildParser, subject: str, reason: str) -> None:
    raws = [make_raw(subject=word) for word in ("one", "two", subject, "three", "four")]
    results = child.parse_many(raws)
    assert subjects(results) == ["one", "two", "failed", "three", "four"]
    failure = results[2]
    assert isinstance(failure, ParseFailure)
    assert reason in failure.reason


def test_what_a_library_prints_does_not_reach_the_answers(child: ChildParser) -> None:
    assert subjects(child.parse_many([make_raw(subject="print"), make_raw(subject="next")])) == ["print", "next"]


def test_one_that_hangs_among_many_costs_only_itself(child: ChildParser) -> None:
    raws = [make_raw(subject="hang" if number == 30 else str(number)) for number in range(60)]
    assert subjects(child.parse_many(raws)) == ["failed" if number == 30 else str(number) for number in range(60)]


def test_a_child_that_stands_still_is_replaced(child: ChildParser) -> None:
    before = set(children())
    child.parse_many([make_raw()])
    (process,) = set(children()) - before
    os.kill(process, signal.SIGSTOP)
    assert subjects(child.parse_many([make_raw(subject=str(number)) for number in range(3)])) == ["0", "1", "2"]


def test_a_parser_that_cannot_start_blames_no_message() -> None:
    parser = ChildParser(parse_path="bot.mail.no_such_module:parse")
    with pytest.raises(TransientError):
        parser.parse_many([make_raw()])
    parser.close()


def test_attachments_are_told_of_and_opened_when_asked_for(child: ChildParser) -> None:
    raw = make_multipart(("Content-Type: text/plain", "hi"), ("Content-Type: application/pdf", b"%PDF-1.4 x"))
    parsers: list[Parser] = [child, InlineParser()]
    for parser in parsers:
        (message,) = parser.parse_many([raw])
        assert isinstance(message, InboundMessage)
        ((told,), opened) = message.attachments, parser.attachments(raw)
        assert isinstance(opened, tuple)
        assert (told.content, opened) == (b"", (replace(told, content=b"%PDF-1.4 x"),))
        assert isinstance(parser.attachments(TOO_MANY_HEADERS), ParseFailure)


def test_answers_larger_than_a_pipe_do_not_lock_parent_and_child(child: ChildParser) -> None:
    raws = [make_raw("long line of text\n" * 60_000, subject=str(number)) for number in range(4)]
    assert subjects(child.parse_many(raws)) == ["0", "1", "2", "3"]


def test_no_process_is_started_before_it_is_needed_and_none_is_left() -> None:
    parser = ChildParser()
    assert parser.parse_many([]) == []
    parser.close()
    parser.close()


def test_a_closed_parser_starts_again(child: ChildParser) -> None:
    child.parse_many([make_raw()])
    child.close()
    assert subjects(child.parse_many([make_raw(subject="again")])) == ["again"]


PARENT = """
import sys, time
from bot.parsing import ChildParser
parser = ChildParser()
parser.parse_many([b"Subject: x\\n\\ny"])
print(parser._child.pid, flush=True)
time.sleep(60)
"""


def test_the_child_leaves_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert is_gone_within(pid, seconds=5)


def is_gone_within(pid: int, seconds: float) -> bool:
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if not found.stdout.strip() or found.stdout.strip().startswith("Z"):
            return True
        time.sleep(0.05)
    return False
