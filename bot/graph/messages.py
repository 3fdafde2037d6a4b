"""Messages in a mailbox, found by the Message-ID that the whole world knows them by."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from bot.graph.session import GraphSession


class Found(NamedTuple):
    pointer: str
    is_draft: bool


def root_of(user: str) -> str:
    """Where everything of a mailbox begins, below the server's root."""
    return f"/users/{quote(user, safe='@')}"


def with_message_id(session: GraphSession, folder: str, message_id_header: str) -> list[Found]:
    """The messages below `folder` (a path that ends in /messages) with this Message-ID, without brackets."""
    wanted = f"<{message_id_header}>"
    parameters = {
        "$filter": f"internetMessageId eq '{wanted.replace(chr(39), chr(39) * 2)}'",
        "$select": "id,internetMessageId,isDraft",
    }
    found = session.get(folder, parameters).get("value", ())
    return [Found(str(one["id"]), bool(one.get("isDraft"))) for one in found if one.get("internetMessageId") == wanted]
