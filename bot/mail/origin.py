"""Where a message comes from: inside or outside, whom a forward is really from, and who only looks like a customer."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from bot.mail.address import Address, is_in_domains
from bot.mail.addresses import read_addresses
from bot.mail.message import InboundMessage
from bot.mail.quote_marks import find_mark

MOST_LINES = 3000
MOST_MARKS = 30
# In a shorter name one letter is too common a difference: abc.example and abd.example are two firms.
SHORTEST_LOOKALIKE = 6


def side_of(message: InboundMessage, own_domains: Iterable[str]) -> str:
    """ "inside" where every sender is in the own domains. A forged From is told by the receiving server, not here."""
    domains = tuple(own_domains)
    is_inside = bool(message.senders) and all(is_in_domains(sender, domains) for sender in message.senders)
    return "inside" if is_inside else "outside"


def is_own(address: Address, own_addresses: Iterable[str]) -> bool:
    """Whether it is one of our mailboxes, RFC 5233 subaddress (icc+x@) or not."""
    local, _, domain = address.key.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return any(own.strip().lower() in (address.key, plain) for own in own_addresses)


def forwarded_sender(message: InboundMessage, own_domains: Iterable[str]) -> Address | None:
    """The innermost outside sender of a forward: a suggestion for a person to confirm, for anybody can type one."""
    domains = tuple(own_domains)
    enclosed = [inner.sender for inner in message.enclosed if inner.sender and not is_in_domains(inner.sender, domains)]
    if enclosed:
        return enclosed[-1]
    if "forwarded" not in message.flags and side_of(message, domains) == "outside":
        return None
    quoted = [sender for sender in _quoted_senders(message.full_text) if not is_in_domains(sender, domains)]
    return quoted[-1] if quoted else None


def _quoted_senders(text: str) -> list[Address]:
    lines = text.split("\n")[:MOST_LINES]
    found: list[Address] = []
    at = 0
    for _ in range(MOST_MARKS):
        mark = find_mark(lines, at)
        if mark is None:
            break
        found.extend(read_addresses(mark.sender.replace("[mailto:", "<").replace("]", ">"))[:1])
        at = max(mark.body, mark.start + 1)
    return found


def looks_like(domain: str, known_domains: Iterable[str]) -> str | None:
    """The known domain that this one imitates; None where it is known itself, or resembles none."""
    domain = domain.strip().lower().rstrip(".")
    known = _named(known_domains if isinstance(known_domains, frozenset) else tuple(known_domains))
    labels = domain.split(".")
    # Itself, or one of the domains above it.
    if any(".".join(labels[at:]) in known for at in range(len(labels))):
        return None
    shape, seen_as = _shape(domain), _unicode_of(domain)
    for name, (its_shape, is_long_enough) in known.items():
        if shape == its_shape or (is_long_enough and _is_one_edit_away(seen_as, name)):
            return name
    return None


# The domains of the ledger are the same for every unknown sender of a day, and there are thousands.
@lru_cache(maxsize=8)
def _named(domains: Collection[str]) -> Mapping[str, tuple[str, bool]]:
    """Each domain with its shape, and whether it is long enough to be imitated by one letter."""
    names = [name.strip().lower() for name in domains if name.strip()]
    return {name: (_shape(name), len(name.partition(".")[0]) >= SHORTEST_LOOKALIKE) for name in names}


def _unicode_of(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    except UnicodeError:
        return domain


def _shape(domain: str) -> str:
    """The domain as a hurried reader sees it: accents gone, twin letters, digits and joined letters mapped."""
    decomposed = unicodedata.normalize("NFKD", _unicode_of(domain))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    mapped = bare.lower().translate(_TWINS)
    for pair, single in (("rn", "m"), ("vv", "w"), ("cl", "d")):
        mapped = mapped.replace(pair, single)
    return mapped


# Cyrillic, Greek and digit twins of Latin letters, as pairs of what is written and what is seen.
_TWINS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u03bf\u03b1\u03c1\u03bd\u0131\u0142\u00f801",
    "aeopcyxijshdqwoapvilool",
)


def _is_one_edit_away(one: str, other: str) -> bool:
    """One letter more, less or different, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = _common(one, other)
    end = min(_common(one[::-1], other[::-1]), min(len(one), len(other)) - start)
    rest_one, rest_other = one[start : len(one) - end], other[start : len(other) - end]
    if len(rest_one) <= 1 and len(rest_other) <= 1:
        return True
    return len(rest_one) == len(rest_other) == 2 and rest_one == rest_other[::-1]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
