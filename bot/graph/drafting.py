"""A finished message made a draft in Exchange, with its files beside it where it is too large for one request."""

from __future__ import annotations

from base64 import b64encode

from bot.errors import BotError, PermanentError
from bot.graph.files import LARGEST_REQUEST, attach, without_files
from bot.graph.session import AnswerLostError, GraphSession


def make_draft(session: GraphSession, root: str, message_id_header: str, raw: bytes) -> str:
    """The address of the new draft, which lies in Drafts.

    Raises AnswerLostError where one may lie there, whole or in part; after every other error there is none.
    """
    light, files = (raw, ()) if len(raw) <= LARGEST_REQUEST else without_files(raw)
    made = session.post_message(f"{root}/messages", b64encode(light))
    address = f"{root}/messages/{made['id']}"
    try:
        if made.get("internetMessageId") != f"<{message_id_header}>":
            raise PermanentError("the server gave the message another Message-ID, by which its answers would be lost")
        for file in files:
            attach(session, address, file)
    except AnswerLostError:
        raise
    except BotError:
        session.delete(address)
        raise
    return address
