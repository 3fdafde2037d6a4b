"""Parsers behind the port: in a child process that can be stopped, or in this one. They run `bot.mail.parse`."""

from __future__ import annotations

import importlib
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, cast

from bot.errors import UnparsableMessageError
from bot.mail.message import InboundMessage
from bot.mail.parse import parse
from bot.ports import ParseFailure

Parsed = InboundMessage | ParseFailure
_LENGTH_BYTES = 8
# As much as a pipe of Linux takes at once: fewer, larger steps between parent and child.
_BUFFER = 1 << 16
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """`memory_bytes` covers interpreter, libraries and message; parsing needs about four times the message."""

    seconds: float = 10.0
    memory_bytes: int = 1_500_000_000


class InlineParser:
    """For commands that read files of the person who runs them: no limit of time and memory."""

    def parse_many(self, raws: Sequence[bytes]) -> list[Parsed]:
        return [_parse_inline(raw) for raw in raws]

    def close(self) -> None:
        """Nothing to give back."""


def _parse_inline(raw: bytes) -> Parsed:
    try:
        return parse(raw)
    except UnparsableMessageError as error:
        return ParseFailure(str(error))


class _Answers:
    """The answers of one child to one batch, read in pieces as large as they come."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._unread = bytearray()

    def next(self, ends_at: float) -> bytes:
        length = int.from_bytes(self._take(_LENGTH_BYTES, ends_at), "big")
        return self._take(length, ends_at)

    def _take(self, count: int, ends_at: float) -> bytes:
        while len(self._unread) < count:
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, ends_at - time.monotonic()))
            if not ready:
                raise TimeoutError
            piece = os.read(self._descriptor, _CHUNK)
            if not piece:
                raise EOFError
            self._unread += piece
        taken = bytes(self._unread[:count])
        del self._unread[:count]
        return taken


class ChildParser:
    """One child process for all messages, started with the first, replaced when a message kills or hangs it."""

    def __init__(self, limits: ParseLimits | None = None, parse_path: str = "bot.mail.parse:parse") -> None:
        self._limits = limits or ParseLimits()
        self._parse_path = parse_path
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def parse_many(self, raws: Sequence[bytes]) -> list[Parsed]:
        results: list[Parsed] = []
        with self._lock:
            while len(results) < len(raws):
                results.extend(self._parse_until_failure(raws[len(results) :]))
        return results

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _parse_until_failure(self, raws: Sequence[bytes]) -> list[Parsed]:
        """Results in order, up to and including a message that the child did not survive."""
        child = self._running()
        # A thread of its own writes: one that also read could stand against a child that waits to be read from.
        writer = threading.Thread(target=_write_all, args=(cast(IO[bytes], child.stdin), raws), daemon=True)
        writer.start()
        answers = _Answers(cast(IO[bytes], child.stdout).fileno())
        results: list[Parsed] = []
        while len(results) < len(raws):
            answer = self._read_answer(answers)
            if isinstance(answer, str):
                self._stop()
                results.append(ParseFailure(answer))
                break
            results.append(_result_of(answer))
        writer.join()
        return results

    def _read_answer(self, answers: _Answers) -> bytes | str:
        """The child's answer to one message, or a sentence on why there is none."""
        try:
            return answers.next(time.monotonic() + self._limits.seconds)
        except TimeoutError:
            return f"Parsing took longer than {self._limits.seconds:g} seconds."
        except EOFError:
            return "Parsing ended the parser process; it ran out of memory or crashed."

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None:
            self._child = self._start()
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        limits = self._limits
        arguments = [self._parse_path, str(limits.seconds), str(limits.memory_bytes)]
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of a message
            [sys.executable, "-c", "from bot.parsing import serve; serve()", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=_BUFFER,
            env=environment,
        )

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            _close_quietly(pipe)


def _close_quietly(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        # Bytes that a dead child will not read any more are of no use.
        return


def _write_all(pipe: IO[bytes], raws: Sequence[bytes]) -> None:
    try:
        for raw in raws:
            pipe.write(len(raw).to_bytes(_LENGTH_BYTES, "big"))
            pipe.write(raw)
        pipe.flush()
    except (OSError, ValueError):
        # The child died or was stopped: whoever reads its answers notices, and starts again from there.
        return


def _result_of(answer: bytes) -> Parsed:
    # The child is our own code behind a pipe that nobody else can write to.
    return cast(Parsed, pickle.loads(answer))  # noqa: S301


def serve() -> None:
    """The child's life: read a message, parse it, answer; leave when the parent does."""
    path, seconds, memory = sys.argv[1:4]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not end up between the answers.
    os.dup2(2, 1)
    parse_one = _function_at(path)
    while header := sys.stdin.buffer.read(_LENGTH_BYTES):
        raw = sys.stdin.buffer.read(int.from_bytes(header, "big"))
        # If the parent was killed while this hangs, nobody else is left to end it.
        signal.setitimer(signal.ITIMER_REAL, 3 * float(seconds))
        answer = pickle.dumps(_parse_safely(parse_one, raw), protocol=pickle.HIGHEST_PROTOCOL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(len(answer).to_bytes(_LENGTH_BYTES, "big"))
        answers.write(answer)
        answers.flush()


def _function_at(path: str) -> Callable[[bytes], InboundMessage]:
    module, _, name = path.partition(":")
    return cast(Callable[[bytes], InboundMessage], getattr(importlib.import_module(module), name))


def _parse_safely(parse_one: Callable[[bytes], InboundMessage], raw: bytes) -> Parsed:
    try:
        return parse_one(raw)
    except UnparsableMessageError as error:
        return ParseFailure(str(error))
    except Exception as error:  # noqa: BLE001
        # The boundary of hostile input: a mistake of ours in one message must become that message's failure, with the
        # place it happened, and must not cost the others of the batch.
        return ParseFailure(f"{type(error).__name__}: {error} ({_place_of(error)})"[:500])


def _place_of(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace is not None else "no trace"
