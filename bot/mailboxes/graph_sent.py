"""The folder of sent mail of a mailbox in Microsoft 365."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Any

from bot.errors import MailboxUnreachableError
from bot.graph.files import LARGEST_REQUEST, File, as_attachment
from bot.graph.messages import with_message_id
from bot.graph.session import GraphSession
from bot.mailboxes.account import GraphAccount
from bot.mailboxes.graph_folder import GraphFolders

# PidTagMessageFlags: read, and not a draft. What Graph puts into a folder is a draft without it.
SENT_AND_READ = {"id": "Integer 0x0E07", "value": "1"}
# PidTagInReplyToId and PidTagInternetReferences: Graph takes no such header from us.
THREADING = {"In-Reply-To": "String 0x1042", "References": "String 0x1039"}


class GraphSentFolder:
    """See ports.SentFolder. What Graph itself sent lies there already; `add` is for mail that left by another way."""

    def __init__(self, account: GraphAccount) -> None:
        self._account = account
        self._session = GraphSession(account.server)
        self._folders = GraphFolders(self._session, account.user)

    def holds(self, message_id_header: str) -> bool:
        found = with_message_id(self._session, self._address(), message_id_header)
        return any(not one.is_draft for one in found)

    def add(self, raw: bytes) -> None:
        self._session.post(self._address(), _copy_of(raw), doing="filing a copy of sent mail")

    def close(self) -> None:
        self._session.close()

    def _address(self) -> str:
        return f"{self._folders.root}/mailFolders/{self._folders.id_of(self._account.sent_folder)}/messages"


def _copy_of(raw: bytes) -> dict[str, Any]:
    """A message as Graph wants it. Files that are too large for one request are named at the end of the text."""
    message = message_from_bytes(raw, policy=default)
    if not isinstance(message, EmailMessage):
        raise MailboxUnreachableError("a copy of sent mail could not be read")
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    kept: list[dict[str, Any]] = []
    room = LARGEST_REQUEST - len(text.encode())
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        file = File(
            part.get_filename() or "file", part.get_content_type(), content if isinstance(content, bytes) else b""
        )
        room -= len(file.content)
        if room < 0:
            text += f"\r\n[The file {file.name} was sent, and is too large for this copy.]"
        else:
            kept.append(as_attachment(file))
    threading = [{"id": key, "value": str(message[name])} for name, key in THREADING.items() if message[name]]
    sender = _people(message, "From")[:1]
    return {
        **({"from": sender[0]} if sender else {}),
        "subject": str(message["Subject"] or ""),
        "body": {"contentType": "text", "content": text},
        "toRecipients": _people(message, "To"),
        "ccRecipients": _people(message, "Cc"),
        "internetMessageId": str(message["Message-ID"] or "").strip(),
        "isRead": True,
        "attachments": kept,
        "singleValueExtendedProperties": [SENT_AND_READ, *threading],
    }


def _people(message: EmailMessage, field: str) -> list[dict[str, Any]]:
    pairs = getaddresses([str(value) for value in message.get_all(field, [])])
    return [{"emailAddress": {"name": name, "address": address}} for name, address in pairs if address]
