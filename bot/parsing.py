"""Parsers behind the port: in a child process that can be stopped, or in this one. They run `bot.mail.parse`.

Parent and child exchange lengths, messages as they are, and marshalled plain values: what a child says is data, never
code.
"""

from __future__ import annotations

import fcntl
import importlib
import logging
import marshal
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, cast

from bot.errors import TransientError, UnparsableMessageError
from bot.mail.file_text import may_have_text, text_of, with_file_texts
from bot.mail.message import Attachment, InboundMessage
from bot.mail.parse import attachments_of, parse_with_files
from bot.mail.parts import Part
from bot.mail.plain_form import attachment_of, message_of, plain_attachment, plain_message
from bot.ports import ParseFailure

Parsed = InboundMessage | ParseFailure
_LENGTH_BYTES = 8
# One exchange with the child: as much as a pipe of Linux holds at most, so that few steps change between the two.
EXCHANGE_BYTES = 1 << 20
EXCHANGE_COUNT = 25
# An interpreter on a machine that is busy or cold; no message is to blame for that.
START_SECONDS = 60.0

# A message with what its files say; the same in two steps; the files themselves.
_WHOLE, _MESSAGE, _FILE_TEXTS, _ATTACHMENTS = "whole", "message", "file_texts", "attachments"

ParseOne = Callable[[bytes], tuple[InboundMessage, Mapping[int, Part]]]
TextOf = Callable[[bytes, str], str | None]


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """`memory_bytes` covers interpreter, libraries and message; parsing needs about four times the message."""

    seconds: float = 10.0
    memory_bytes: int = 1_500_000_000


class InlineParser:
    """For commands that read files of the person who runs them: no limit of time and memory."""

    def parse_many(self, raws: Sequence[bytes]) -> list[Parsed]:
        return [_parse_inline(raw) for raw in raws]

    def attachments(self, raw: bytes) -> tuple[Attachment, ...] | ParseFailure:
        try:
            return attachments_of(raw)
        except UnparsableMessageError as error:
            return ParseFailure(str(error))

    def close(self) -> None:
        """Nothing to give back."""


def _parse_inline(raw: bytes) -> Parsed:
    try:
        return _whole(raw, parse_with_files, text_of)
    except UnparsableMessageError as error:
        return ParseFailure(str(error))


def _whole(raw: bytes, parse_one: ParseOne, text_of_file: TextOf) -> InboundMessage:
    """A mistake of ours in a file costs its text, not the message."""
    message, files = parse_one(raw)
    if not files:
        return message
    texts = _safely(lambda: _texts(message, files, text_of_file))
    return with_file_texts(message, None if isinstance(texts, str) else texts)


def _texts(message: InboundMessage, files: Mapping[int, Part], text_of_file: TextOf) -> list[str | None]:
    """What each attachment says, in order; None where nothing is to be read."""
    return [
        text_of_file(files[number].content(), one.content_type) if number in files else None
        for number, one in enumerate(message.attachments)
    ]


class _ChildLostError(Exception):
    """It had to be stopped, or is gone; the sentence says why."""


class ChildParser:
    """One child process for all messages, started with the first, replaced when a message kills or hangs it."""

    def __init__(
        self,
        limits: ParseLimits | None = None,
        parse_path: str = "bot.mail.parse:parse_with_files",
        files_path: str = "bot.mail.file_text:text_of",
    ) -> None:
        self._limits = limits or ParseLimits()
        self._parse_path = parse_path
        self._files_path = files_path
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def parse_many(self, raws: Sequence[bytes]) -> list[Parsed]:
        with self._lock:
            return [parsed for some in _exchanges(raws) for parsed in self._parsed(some)]

    def attachments(self, raw: bytes) -> tuple[Attachment, ...] | ParseFailure:
        with self._lock:
            answer = self._ask_about(raw, _ATTACHMENTS)
        return ParseFailure(answer) if isinstance(answer, str) else tuple(attachment_of(one) for one in answer)

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _parsed(self, raws: Sequence[bytes]) -> list[Parsed]:
        try:
            answers = self._ask(_WHOLE, raws)
        except _ChildLostError:
            # Alone and step by step, each shows whether it is the one, and whether it is only its files.
            return [self._in_steps(raw) for raw in raws]
        return [_parsed_of(answer) for answer in answers]

    def _in_steps(self, raw: bytes) -> Parsed:
        """Its files are read by themselves: one that kills or hangs the child costs its own text, not the message."""
        parsed = _parsed_of(self._ask_about(raw, _MESSAGE))
        if isinstance(parsed, ParseFailure) or not any(may_have_text(one) for one in parsed.attachments):
            return parsed
        texts = self._ask_about(raw, _FILE_TEXTS)
        return with_file_texts(parsed, None if isinstance(texts, str) else texts)

    def _ask_about(self, raw: bytes, what: str) -> Any:
        """The child's answer to one message, or a sentence on why there is none."""
        try:
            (answer,) = self._ask(what, [raw])
        except _ChildLostError as lost:
            return str(lost)
        return answer

    def _ask(self, what: str, raws: Sequence[bytes]) -> list[Any]:
        """The child's answer to each message, or a sentence on why there is none."""
        child = self._running()
        ends_at = time.monotonic() + self._limits.seconds
        try:
            _send(_descriptor(child.stdin), what, raws, ends_at)
            return cast(list[Any], _receive(_descriptor(child.stdout), ends_at))
        except TimeoutError as error:
            self._stop()
            raise _ChildLostError(f"Parsing took longer than {self._limits.seconds:g} seconds.") from error
        except (EOFError, OSError) as error:
            self._stop()
            why = "Parsing ended the parser process; it ran out of memory or crashed."
            raise _ChildLostError(why) from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None:
            self._child = self._start()
            try:
                _receive(_descriptor(self._child.stdout), time.monotonic() + START_SECONDS)
            except (EOFError, OSError) as error:
                self._stop()
                raise TransientError("the parser process could not be started") from error
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        limits = self._limits
        arguments = [self._parse_path, self._files_path, str(limits.seconds), str(limits.memory_bytes)]
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of a message
            [sys.executable, "-c", "from bot.parsing import serve; serve()", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=environment,
        )
        for pipe in (child.stdin, child.stdout):
            # Where the system grants no larger pipe, the exchange takes more steps.
            with suppress(OSError):
                fcntl.fcntl(_descriptor(pipe), fcntl.F_SETPIPE_SZ, EXCHANGE_BYTES)
        # A child that does not read must not hold up whoever writes to it.
        os.set_blocking(_descriptor(child.stdin), False)
        return child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _exchanges(raws: Sequence[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    size = 0
    for raw in raws:
        if some and (size + len(raw) > EXCHANGE_BYTES or len(some) >= EXCHANGE_COUNT):
            yield some
            some, size = [], 0
        some.append(raw)
        size += len(raw)
    if some:
        yield some


def _parsed_of(answer: Any) -> Parsed:
    return ParseFailure(answer) if isinstance(answer, str) else message_of(answer)


def _descriptor(pipe: IO[bytes] | None) -> int:
    return cast(IO[bytes], pipe).fileno()


def _send(descriptor: int, what: str, raws: Sequence[bytes], ends_at: float) -> None:
    """The messages leave from where they lie: a copy of each would cost as much as all else about the exchange."""
    asked = marshal.dumps((what, [len(raw) for raw in raws]))
    unsent = [memoryview(piece) for piece in (len(asked).to_bytes(_LENGTH_BYTES, "big"), asked, *raws) if piece]
    while unsent:
        _wait(descriptor, select.POLLOUT, ends_at)
        sent = os.writev(descriptor, unsent)
        while unsent and sent >= len(unsent[0]):
            sent -= len(unsent.pop(0))
        if sent:
            unsent[0] = unsent[0][sent:]


def _receive(descriptor: int, ends_at: float) -> Any:
    length = int.from_bytes(_take(descriptor, _LENGTH_BYTES, ends_at), "big")
    # The child is our own code behind a pipe that nobody else can write to.
    return marshal.loads(_take(descriptor, length, ends_at))  # noqa: S302


def _take(descriptor: int, count: int, ends_at: float) -> bytes:
    pieces: list[bytes] = []
    while count:
        _wait(descriptor, select.POLLIN, ends_at)
        piece = os.read(descriptor, min(count, EXCHANGE_BYTES))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _wait(descriptor: int, event: int, ends_at: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, ends_at - time.monotonic()) * 1000):
        raise TimeoutError


def serve() -> None:
    """The child's life: read an exchange, parse each message, answer all; leave when the parent does."""
    path, files_path, seconds, memory = sys.argv[1:5]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    answers = os.fdopen(os.dup(1), "wb")
    # A library's remarks on hostile bytes are no news; what is odd about a message is told by its flags.
    logging.disable(logging.CRITICAL)
    # Whatever a library prints must not end up between the answers.
    os.dup2(2, 1)
    parse_one, text_of_file = cast(ParseOne, _function_at(path)), cast(TextOf, _function_at(files_path))
    ways: dict[str, Callable[[bytes], Any]] = {
        _WHOLE: lambda raw: plain_message(_whole(raw, parse_one, text_of_file)),
        _MESSAGE: lambda raw: plain_message(parse_one(raw)[0]),
        _FILE_TEXTS: lambda raw: _texts(*parse_one(raw), text_of_file),
        _ATTACHMENTS: lambda raw: [plain_attachment(one) for one in attachments_of(raw)],
    }
    _answer(answers, [])
    while header := sys.stdin.buffer.read(_LENGTH_BYTES):
        what, lengths = marshal.loads(sys.stdin.buffer.read(int.from_bytes(header, "big")))  # noqa: S302
        raws = [sys.stdin.buffer.read(length) for length in lengths]
        # If the parent was killed while this hangs, nobody else is left to end it.
        signal.setitimer(signal.ITIMER_REAL, 3 * float(seconds))
        found = [_safely(partial(ways[what], raw)) for raw in raws]
        signal.setitimer(signal.ITIMER_REAL, 0)
        _answer(answers, found)


def _answer(answers: IO[bytes], values: list[Any]) -> None:
    content = marshal.dumps(values)
    answers.write(len(content).to_bytes(_LENGTH_BYTES, "big"))
    answers.write(content)
    answers.flush()


def _function_at(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _safely(read: Callable[[], Any]) -> Any:
    """What was read, as plain values, or the sentence on why it could not be."""
    try:
        return read()
    except UnparsableMessageError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001
        # The boundary of hostile input: a mistake of ours in one message must become that message's failure, with the
        # place it happened, and must not cost the others of the batch.
        return f"{type(error).__name__}: {error} ({_place_of(error)})"[:500]


def _place_of(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace is not None else "no trace"
