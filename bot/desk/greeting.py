"""How a reply addresses the person who wrote."""

from __future__ import annotations

import re

from bot.mail.address import Address

# A display name is the sender's to choose, so only what looks like a person's name is repeated to them.
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’\-])*")
_ASIDES = re.compile(r"\([^)]*\)|\[[^\]]*\]|\s[-–|/@].*$")
_MAX_NAME = 40


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set_of("mr mrs ms dr prof rev fr sr hon sister brother father pastor rabbi colonel col capt lt sgt")
_GIVEN_NAME_TITLES = _set_of("sister brother father")
_SUFFIXES = _set_of("jr sr ii iii iv cpa phd md esq mba cpp cppb cpm rn")
_PARTICLES = _set_of("van von de la le du st san mc al el")
_NO_NAMES = _set_of("""
academy accountant accounting accounts admin administration administrative administrator ap ar assistant attorney audit
automated autonomous bank billing bot branch business by center central centre city claims clerk co college company
compliance construction contract contracts corp corporate county credit custodian daemon data department dept desk
director district division do document edi engineering enterprise exceptions exemption facilities finance fiscal for
from fund general global group growth helpdesk hospital housing inc industries info integrity invoice invoices invoicing
kitchen lab lead llc logistics ltd mail mailbox mailer-daemon master materials monitoring network no noreply not
notification notifications of office officer onboarding order orders partners payable payables payment payments portal
postmaster procure procurement program project property public purchasing queue receipts receivable receiving remittance
remittances reply returns robot sales sap school schools section sector senior service services shipping solutions
specialist state stores supplier suppliers supply support system systems tax team the town training treasury unit
university vendor vendors warehouse weekly
""")


def greeting_name(sender: Address, text: str, *, is_formal: bool) -> str:
    """The name after `Hello`: the given name, or the full name where manners want it; "" where unsure.

    A name is believed where the address or the text bears it out: a signature, in most cases.
    """
    words = _words(_ASIDES.sub(" ", sender.name.strip().strip("\"'")))
    if not _is_person(words) or not _is_borne_out(words, sender, text):
        return ""
    if _bare(words[0]) in _TITLES:
        # The religious are addressed by the given name: Sister Agnes, never Sister Doyle.
        name = words[1:2] if _bare(words[0]) in _GIVEN_NAME_TITLES else words[1:][-1:]
        return f"{words[0]} {name[0]}" if name else ""
    leads_with_initial = len(_bare(words[0])) == 1
    return " ".join(words) if is_formal or leads_with_initial else words[0]


def _bare(word: str) -> str:
    return word.lower().strip(".")


def _words(name: str) -> list[str]:
    """Given name first, without degrees; a name all in capitals or all in small letters is written as names are."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        is_family = " " not in family or _bare(family.split()[0]) in _PARTICLES
        name = f"{given} {family}" if is_family and _bare(given) not in _SUFFIXES else family
    words = [word for place, word in enumerate(name.split()) if place == 0 or _bare(word) not in _SUFFIXES]
    if name.isupper() or name.islower():
        return ["-".join(part.capitalize() for part in word.split("-")) for word in words]
    return words


def _is_person(words: list[str]) -> bool:
    whole = " ".join(words)
    if not 2 <= len(whole) <= _MAX_NAME or len(words) > 4 or not _NAME.fullmatch(whole):
        return False
    if len(words) == 1 and not whole.istitle():
        return False
    return not any(_bare(word) in _NO_NAMES or word.endswith(("'s", "’s")) for word in words)


def _is_borne_out(words: list[str], sender: Address, text: str) -> bool:
    local = sender.key.partition("@")[0]
    names = [_bare(word) for word in words if _bare(word) not in _TITLES]
    if any(len(name) > 2 and name[:4] in local for name in names) or "".join(name[0] for name in names) == local:
        return True
    return any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in names[:1])
