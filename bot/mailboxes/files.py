"""Mail from files and from standard input, for `creditdesk ingest` and `creditdesk sort`."""

from __future__ import annotations

import contextlib
import mailbox
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bot.errors import NotFoundError, PermanentError

MBOX_ENDINGS = (".mbox", ".mbx")

# mboxrd: a line of the message that begins with From, after any number of >, carries one > more.
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class FileMessage(NamedTuple):
    pointer: str
    received_at: datetime
    raw: bytes


def read_all(paths: Sequence[str], stdin: BinaryIO | None = None) -> Iterator[FileMessage]:
    """Every message in these .eml files, folders, Maildirs and mbox files; "-" is one message on standard input.

    All paths are looked at before the first message is given, so that a typing mistake does not stop half-way.
    """
    missing = [path for path in paths if path != "-" and not Path(path).exists()]
    if missing:
        raise NotFoundError(f"there is no such file or folder: {', '.join(missing)}")
    return _read_each(paths, stdin)


def _read_each(paths: Sequence[str], stdin: BinaryIO | None) -> Iterator[FileMessage]:
    for path in paths:
        if path == "-":
            yield FileMessage("-", datetime.now(UTC), (stdin or sys.stdin.buffer).read())
        elif Path(path).is_dir():
            yield from _read_folder(Path(path))
        else:
            yield from _read_file(Path(path))


def _read_folder(folder: Path) -> Iterator[FileMessage]:
    is_maildir = (folder / "new").is_dir() and (folder / "cur").is_dir()
    for path in sorted(folder.iterdir()):
        if is_maildir and path.name in ("new", "cur"):
            yield from (_one(each) for each in sorted(path.iterdir()) if each.is_file())
        elif path.is_dir() and not (is_maildir and path.name == "tmp"):
            yield from _read_folder(path)
        elif path.is_file() and path.suffix.lower() in (".eml", *MBOX_ENDINGS):
            yield from _read_file(path)


def _read_file(path: Path) -> Iterator[FileMessage]:
    try:
        with path.open("rb") as file:
            is_mbox = file.read(5) == b"From "
    except OSError as error:
        raise PermanentError(f"{path} cannot be read: {error.strerror}") from error
    if is_mbox:
        yield from _read_mbox(path)
    else:
        yield _one(path)


def _read_mbox(path: Path) -> Iterator[FileMessage]:
    with contextlib.closing(mailbox.mbox(path, factory=None, create=False)) as box:
        for number, key in enumerate(box.keys(), start=1):
            line, _, raw = box.get_bytes(key, from_=True).partition(b"\n")
            yield FileMessage(f"{path}#{number}", _arrival(line, path), _QUOTED_FROM.sub(rb"\1", raw))


def _arrival(from_line: bytes, path: Path) -> datetime:
    """The date in the line that begins a message, as asctime writes it; the file's own where there is none."""
    words = from_line.decode("ascii", "replace").split()[2:]
    try:
        return datetime.strptime(" ".join(words[:5]), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return _modified_at(path)


def _one(path: Path) -> FileMessage:
    try:
        return FileMessage(str(path), _modified_at(path), path.read_bytes())
    except OSError as error:
        raise PermanentError(f"{path} cannot be read: {error.strerror}") from error


def _modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
