"""Which sums of money a text and an HTML rendering name, so that the two can be compared."""

from __future__ import annotations

import re

from bot.mail.html_text import cut_invisible, strip_tags

_SIGNS = ("$", "€", "£")
_CODES = ("USD", "EUR", "GBP")
_ENTITIES = ("&euro", "&pound", "&#")

_NUMBER = r"(\d[\d.,]{0,17})"
# One pattern for each currency: a search for something that begins with a fixed text is many times faster.
_AMOUNTS = {sign: re.compile(rf"{re.escape(sign)}[ \xa0]{{0,6}}{_NUMBER}") for sign in _SIGNS}
_AMOUNTS |= {code: re.compile(rf"{code}(?<!\w{code})[ \xa0]{{0,6}}{_NUMBER}") for code in _CODES}

# Where the markup leaves no doubt about a currency: its number stands beside it and ends before whatever comes after
# the next tags, or the line ends, or nothing like a number follows at all.
_CLEAR = (
    rf"(?:[ \xa0]?{_NUMBER}(?:<[^<>]*+>)*+(?![\d.,<]|&(?!nbsp;))"
    r"|(?:</\w{1,10}>){0,5}?(?:</?(?:p|div|li|tr)\b|<br\b)"
    r"|(?:\s|&nbsp;|<[^<>]*+>)*+(?![\d\s<]|&(?!nbsp;)))"
)
_CLEAR_AMOUNTS = {sign: re.compile(re.escape(sign) + _CLEAR) for sign in _SIGNS}
_CLEAR_AMOUNTS |= {code: re.compile(rf"{code}(?<![\w>;]{code}){_CLEAR}") for code in _CODES}
# Behind the beginning of a currency's code a tag may stand before the rest of it.
_TORN = ("U", "E", "G", "US", "GB")
# What may be a currency, a digit or a point; numbered letters and dashes are none of these.
_ODD_ENTITY = re.compile(r"&(?:#(?!(?:39|x27|1[89]\d|2\d\d|8[012]\d\d|x20[0-6]\d);)|dollar|euro|pound|period|comma)")
# Each one is looked at from both sides.
MOST_CLEAR = 40


def may_name_sums(text: str) -> bool:
    return any(mark in text for mark in (*_SIGNS, *_CODES, *_ENTITIES))


def sums_in(text: str) -> set[str]:
    return {number.rstrip(".,") for mark, amount in _AMOUNTS.items() if mark in text for number in amount.findall(text)}


def sums_in_html(html: str) -> set[str]:
    """The sums in what a reader sees of it. Without taking all tags away, where that is safe."""
    clear = _clear_sums(cut_invisible(html))
    return sums_in(strip_tags(html)) if clear is None else clear


def _clear_sums(html: str) -> set[str] | None:
    """None where it takes more than a look at the places that name a currency."""
    if "\r" in html or _ODD_ENTITY.search(html) or not _tags_are_clear(html.split("<")):
        return None
    found: set[str] = set()
    for mark, clear in _CLEAR_AMOUNTS.items():
        count = html.count(mark)
        if not count:
            continue
        places = list(clear.finditer(html)) if count <= MOST_CLEAR else []
        if len(places) != count or any(_is_in_tag(html, place.start()) for place in places):
            return None
        found.update(place[1].rstrip(".,") for place in places if place[1])
    return found


def _tags_are_clear(pieces: list[str]) -> bool:
    """Whether each tag is closed and none tears a currency; the pieces are what stands between the openings of tags."""
    return not (any(piece.endswith(_TORN) for piece in pieces[:-1]) or any(">" not in piece for piece in pieces[1:]))


def _is_in_tag(html: str, at: int) -> bool:
    return html.rfind("<", 0, at) > html.rfind(">", 0, at)
