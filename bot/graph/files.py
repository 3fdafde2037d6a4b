"""Files of a message that is too large for one request, handed over beside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from typing import Any, NamedTuple

from bot.errors import PermanentError
from bot.graph.session import GraphSession

# Graph takes a request of 4 MB, and base64 makes four bytes of three.
LARGEST_REQUEST = 2_900_000
# What an upload session takes: 320 KiB, or a multiple of it, in each piece but the last.
PIECE = 10 * 320 * 1024
# The largest file that Exchange Online takes at all.
LARGEST_FILE = 150_000_000


class File(NamedTuple):
    name: str
    content_type: str
    content: bytes


def without_files(raw: bytes) -> tuple[bytes, tuple[File, ...]]:
    """The same message without its attachments, header by header as it was, and what was taken out.

    Raises PermanentError where it is too large even so.
    """
    message = message_from_bytes(raw, policy=SMTP)
    if not isinstance(message, EmailMessage) or message.get_content_type() != "multipart/mixed":
        raise PermanentError(f"the message has {len(raw):,} bytes and no attachments that could be sent beside it")
    rest: list[Message | str] = [part for part in message.iter_parts() if not part.is_attachment()]
    files = tuple(_file(part) for part in message.iter_attachments() if part.is_attachment())
    message.set_payload(rest)
    light = message.as_bytes()
    if len(light) > LARGEST_REQUEST:
        raise PermanentError(f"the text of the message alone has {len(light):,} bytes; Graph takes {LARGEST_REQUEST:,}")
    return light, files


def attach(session: GraphSession, address: str, file: File) -> None:
    """Add one file to the unsent message at `address`."""
    if len(file.content) > LARGEST_FILE:
        raise PermanentError(f"the file {file.name} has {len(file.content):,} bytes; Exchange takes {LARGEST_FILE:,}")
    if len(file.content) <= LARGEST_REQUEST:
        session.post(f"{address}/attachments", as_attachment(file), doing="attaching a file")
        return
    item = {"attachmentType": "file", "name": file.name, "size": len(file.content), "contentType": file.content_type}
    opened = session.post(
        f"{address}/attachments/createUploadSession", {"AttachmentItem": item}, doing="attaching a large file"
    )
    for start, piece in _pieces(file.content):
        session.upload(str(opened.get("uploadUrl", "")), piece, start, len(file.content))


def as_attachment(file: File) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": file.name,
        "contentType": file.content_type,
        "contentBytes": b64encode(file.content).decode(),
    }


def _file(part: Message) -> File:
    content = part.get_payload(decode=True)
    return File(part.get_filename() or "file", part.get_content_type(), content if isinstance(content, bytes) else b"")


def _pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(content), PIECE):
        yield start, content[start : start + PIECE]
