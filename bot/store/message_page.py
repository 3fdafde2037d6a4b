"""What a page needs to know of single messages: where their bytes lie, and every address that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, select

from bot.errors import NotFoundError
from bot.mail.address import Address
from bot.store import tables as t
from bot.store.engine import reading


@dataclass(frozen=True, slots=True)
class NamedAddresses:
    """Every address of From and of Reply-To."""

    senders: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()


def named_addresses(engine: Engine, message_ids: Iterable[int]) -> Mapping[int, NamedAddresses]:
    message = t.message.c
    query = select(message.id, message.recipients).where(message.id.in_(list(message_ids)))
    with reading(engine) as connection:
        return {
            message_id: NamedAddresses(_addresses(named.get("senders", [])), _addresses(named.get("reply_to", [])))
            for message_id, named in connection.execute(query)
        }


def raw_id_of(engine: Engine, message_id: int) -> int:
    """Raises NotFoundError where there is no such message, or where it went out and has no raw bytes of its own."""
    query = select(t.message.c.raw_message_id).where(t.message.c.id == message_id)
    with reading(engine) as connection:
        raw_id = connection.scalar(query)
    if raw_id is None:
        raise NotFoundError(f"there is no message {message_id} that came in")
    return int(raw_id)


def html_of(engine: Engine, message_id: int) -> str:
    """The formatted text as it came, unsanitised. Raises NotFoundError where there is none."""
    with reading(engine) as connection:
        html = connection.scalar(select(t.message.c.html).where(t.message.c.id == message_id))
    if not html:
        raise NotFoundError(f"there is no formatted text of message {message_id}")
    return str(html)


def held_head(engine: Engine, quarantine_id: int) -> bytes | None:
    """The first bytes of a held message whose body was never fetched."""
    query = select(t.quarantine.c.head).where(t.quarantine.c.id == quarantine_id)
    with reading(engine) as connection:
        return connection.scalar(query)


def _addresses(stored: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(*one) for one in stored)
