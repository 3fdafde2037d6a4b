"""Which text of a message counts: plain text beside HTML, several parts in a row, HTML alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.mail.html_text import HtmlText, read_html, strip_tags
from bot.mail.sums import may_name_sums, sums_in, sums_in_html

# Plain text far shorter than its HTML, or saying that one should look at the HTML, is no rendering of it.
STUB_LENGTH = 200
STUB_RATIO = 5
LONGEST_COMPARED = 200_000

_STUB = re.compile(
    r"(?:view|read|see) this (?:e-?mail|message|newsletter) (?:in|on)|does(?: not|n['’]t) (?:support|display) html"
    r"|html[- ](?:capable|compatible|enabled)|this is an html message|enable html",
    re.I,
)


@dataclass(slots=True)
class Block:
    """Text that belongs together: one part, or the plain and HTML renderings of one multipart/alternative."""

    group: int
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Body:
    """`newest_source` is what to look for the newest text in, `quoted` what the HTML had marked as quoted."""

    newest_source: str
    quoted: str
    html: str
    flags: tuple[str, ...] = ()

    @property
    def full_text(self) -> str:
        return f"{self.newest_source}\n\n{self.quoted}".strip() if self.quoted else self.newest_source


def add_text(blocks: list[Block], group: int, text: str, *, is_html: bool) -> None:
    block = next((block for block in blocks if group and block.group == group), None)
    if block is None:
        block = Block(group)
        blocks.append(block)
    (block.html if is_html else block.plain).append(text)


def choose_body(blocks: Sequence[Block]) -> Body:
    texts: list[str] = []
    quoted: list[str] = []
    flags: list[str] = []
    for block in blocks:
        plain = "\n\n".join(text.strip() for text in block.plain if text.strip())
        html = "\n".join(block.html)
        if html and not (plain and _renders(plain, html, flags)):
            if not block.group and texts and _repeats(html, texts):
                continue
            found = read_html(html)
            flags.extend(_html_flags(found))
            plain = found.newest or plain
            quoted.append(found.quoted)
        if plain:
            texts.append(plain)
    everything = "\n".join(html for block in blocks for html in block.html)
    return Body("\n\n".join(texts), "\n\n".join(filter(None, quoted)), everything, tuple(dict.fromkeys(flags)))


def _renders(plain: str, html: str, flags: list[str]) -> bool:
    """Whether the plain text stands for the HTML. Sums that only one names are flagged."""
    if len(plain) < STUB_LENGTH:
        rough = strip_tags(html[:LONGEST_COMPARED])
        if _STUB.search(plain) or len(rough) > STUB_RATIO * len(plain) + 100:
            return False
    # Most mail names no sum in either, and that is far cheaper to see than to strip the tags.
    names_sums = len(html) <= LONGEST_COMPARED and (may_name_sums(plain) or may_name_sums(html))
    if names_sums and sums_in(plain) != sums_in_html(html):
        flags.append("text_html_differ")
    return True


def _repeats(html: str, texts: Sequence[str]) -> bool:
    """Some mailers put both renderings side by side in a multipart/mixed."""
    said = "".join("\n".join(texts).split())
    return "".join(strip_tags(html[:LONGEST_COMPARED]).split())[:2000] in said


def _html_flags(found: HtmlText) -> list[str]:
    return [word for word, applies in (("hidden_text", found.has_hidden), ("html_cut", found.is_cut)) if applies]
