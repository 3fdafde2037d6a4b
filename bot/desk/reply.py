"""Which reply a message gets: whether one is written, to whom, from which template, and how two answers become one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.desk.category import Category
from bot.desk.draft import Rendered
from bot.ledger.lookup import Known
from bot.mail.address import Address
from bot.mail.message import InboundMessage
from bot.mail.origin import is_own

# Nobody reads what is sent to these.
_ROBOT = re.compile(r"(no|do[-_.]?not|dont|never)[-_.]?reply|mailer[-_.]?daemon|postmaster|bounces?\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+")

_COURTESY = "thanks"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Bare addresses. Without `to` a person picks."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


def template_name(category: str, reason: str | None, side: str) -> str:
    """The name for the renderer; it falls back to the category's default where a reason has no text of its own."""
    name = f"replies/{category}/{reason or 'default'}"
    return f"{name}.inside" if side == "inside" else name


def reply_language(known: Known, side: str) -> str:
    """The language of the account; colleagues are answered in English."""
    return known.customer.language or "en" if known.customer and side == "outside" else "en"


def why_no_draft(
    message: InboundMessage, side: str, category: Category, reason: str | None, own_addresses: Collection[str]
) -> str | None:
    """Why nothing is drafted: automatic, own_address, unanswerable, unanswered_reason, inside_courtesy; or None."""
    sender = message.sender
    if message.automatic is not None:
        return "automatic"
    if sender and sender.key in _keys(own_addresses):
        return "own_address"
    if not message.is_answerable or (sender and _is_robot(sender)):
        return "unanswerable"
    if reason in category.unanswered:
        return "unanswered_reason"
    if side == "inside" and reason == _COURTESY:
        return "inside_courtesy"
    return None


def recipients(
    message: InboundMessage, own_addresses: Collection[str], account_domains: Collection[str] = ()
) -> Recipients:
    """Who gets the answer: the one sender, or where that sender asks for replies on their own domain.

    A Reply-To elsewhere may be a forgery, so it and everything else unusual is left to a person. Copies go only to
    the sender's own side: whoever forges a From can name in Cc who is to read the answer. Where the sender belongs to
    an account, `account_domains` are its domains, and no other (a free-mail provider's) counts as its side.
    """
    sender = message.sender
    if sender is None or message.automatic is not None or not message.is_answerable:
        return Recipients()
    side = {domain.lower() for domain in account_domains} or {sender.domain}
    if any(address.key != sender.key and address.domain not in side for address in message.reply_to):
        return Recipients()
    own = _keys(own_addresses)
    side |= {address.rpartition("@")[2] for address in own}
    to = _answerable(message.reply_to, own) or _answerable([sender], own)
    if not to:
        return Recipients()
    copies = [one for one in message.cc if one.domain in side and not is_own(one, own_addresses)]
    return Recipients(to, _answerable(copies, _keys(to)))


def compose_reply(primary: Rendered, others: Sequence[Rendered]) -> Rendered:
    """One reply to several requests: the other answers, rendered with part="body", go before the primary's sign-off.

    The sign-off is the last paragraph, which every letter template ends with.
    """
    if not others:
        return primary
    head, _, sign_off = primary.body.rpartition("\n\n")
    paragraphs = [text for text in (head, *(other.body for other in others), sign_off) if text]
    everything = (primary, *others)
    return replace(
        primary,
        body="\n\n".join(paragraphs),
        facts=tuple(dict.fromkeys(fact for rendered in everything for fact in rendered.facts)),
        gaps=tuple(dict.fromkeys(name for rendered in everything for name in rendered.gaps)),
        template=", ".join(rendered.template for rendered in everything),
    )


def _keys(addresses: Iterable[str]) -> set[str]:
    return {address.strip().lower() for address in addresses}


def _is_robot(address: Address) -> bool:
    return _ROBOT.match(address.key.partition("@")[0]) is not None


def _answerable(addresses: Iterable[Address], excluded: Collection[str]) -> tuple[str, ...]:
    usable = {
        address.key: address.email.strip()
        for address in reversed(list(addresses))
        if address.key not in excluded and _ADDRESS.fullmatch(address.email.strip()) and not _is_robot(address)
    }
    return tuple(reversed(usable.values()))
