"""HTML bodies as text: the newest part and the quoted part, hidden text left out. Bounded whatever the HTML is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.etree import _Element as Element

LONGEST_HTML = 2_000_000
# inscriptis needs about 0.1 ms an element on a large table; beyond this a strip of the tags has to do.
MOST_ELEMENTS = 8_000
# libxml2 drops what lies deeper than 256 elements without a word: then the tree holds less than the bytes did.
LEAST_SHARE_KEPT = 0.6

_DATA_URI = re.compile(r"data:[\w.+-]{1,50}/[\w.+-]{1,80};base64,[A-Za-z0-9+/=\s]{64,}")
# Begun with one letter each, so that most tags are passed over at a glance.
_INVISIBLE_START = re.compile(r"<(!--|[sS](?i:cript|tyle)\b|[hH](?i:ead)\b|[tT](?i:itle)\b)")
_INVISIBLE_ENDS = {
    "!--": re.compile("-->"),
    **{name: re.compile(f"</{name}\\s*>", re.I) for name in ("script", "style", "head", "title")},
}
_TAG = re.compile(r"<(/?\w{0,11})[^<>]*>")
_BLOCK_NAMES = (
    *("p", "div", "tr", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "blockquote"),
    *("section", "article", "center", "hr", "pre", "form", "body"),
)
_PARAGRAPH_END = re.compile(r"</p\b[^<>]*>", re.I)
# A run of block tags is one line break, however deep the nesting.
_BLOCKS = re.compile(rf"(?:</?(?:{'|'.join(_BLOCK_NAMES)})\b[^<>]*>\s*)+", re.I)
_BREAK = re.compile(r"<br\b[^<>]*>", re.I)
_CELL_END = re.compile(r"</t[dh]\b[^<>]*>", re.I)
# What stands in for a tag until all are replaced.
_BLOCK_MARK, _BREAK_MARK, _CELL_MARK, _INLINE_MARK = "\x00\x01\x02\x03"
_MARKS = {
    **{slash + name: _BLOCK_MARK for name in _BLOCK_NAMES for slash in ("", "/")},
    **{"br": _BREAK_MARK, "/td": _CELL_MARK, "/th": _CELL_MARK},
}
_SPACED_MARKS = {**_MARKS, "/p": "\n" + _BLOCK_MARK}
_MARKED_RUN = re.compile(r"\x00[\x00\s]*")
_ENCODING = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# libxml2 reads these, and refuses them where a piece of the tree is moved.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"  +")
_BLANK_LINES = re.compile(r"\n{3,}")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:px|pt)?\s*(?:;|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)",
    re.I,
)
_WHITE = re.compile(r"(?:^|;)\s*color\s*:\s*(?:#fff(?:fff)?|white|rgb\(255,\s?255,\s?255\))\s*(?:;|$)", re.I)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:", re.I)

_QUOTE_CLASSES = frozenset(
    {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra"}
)
# From here to the end of the body everything is quoted: Outlook puts the quote beside this mark, not into it.
_QUOTE_STARTS = frozenset(
    {"divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg", "x_appendonsend", "mail-editor-reference-message-container"}
)
_SIGNATURE_CLASSES = frozenset({"gmail_signature", "moz-signature"})
_SIGNATURE_IDS = frozenset({"signature", "ms-outlook-mobile-signature", "x_signature", "x_ms-outlook-mobile-signature"})
# Walking the tree in C leaves the nodes without attributes, which are most, out of sight.
_STYLED = etree.XPath("//*[@style or @hidden]")
_NAMED = etree.XPath("//*[@class or @id or @type]")
# Plain elements: those of lxml.html have their class looked up one by one, in Python, for twice the cost of reading.
_PARSER = etree.HTMLParser(encoding=None, huge_tree=False)
_PLAIN_LAYOUT = ParserConfig(css=CSS_PROFILES["strict"])


@dataclass(frozen=True, slots=True)
class HtmlText:
    newest: str
    quoted: str
    has_hidden: bool = False
    is_cut: bool = False


def strip_tags(html: str) -> str:
    """Rough text in linear time: for comparing and for what cannot be parsed."""
    text = cut_invisible(html)
    if "<pre" not in text and "<PRE" not in text:
        text = text.replace("\r", " ").replace("\n", " ")
    # Outlook sets its paragraphs without a space between them; everybody else means an empty line.
    is_spaced = "MsoNormal" not in text
    pieces = _TAG.split(text)
    # With a < left open, what is a tag depends on the order of the steps.
    is_simple = text.count("<") == len(pieces) // 2 and not any(mark in text for mark in "\x00\x01\x02\x03")
    text = _strip_at_once(pieces, is_spaced=is_spaced) if is_simple else strip_by_kind(text, is_spaced=is_spaced)
    return _tidy(unescape(text) if "&" in text else text)


def _strip_at_once(pieces: list[str], *, is_spaced: bool) -> str:
    """The same as `strip_by_kind` in one pass; every second piece is the name of a tag."""
    marks = _SPACED_MARKS if is_spaced else _MARKS
    pieces[1::2] = [marks.get(name.lower(), _INLINE_MARK) for name in pieces[1::2]]
    text = _MARKED_RUN.sub("\n", "".join(pieces))
    return text.replace(_BREAK_MARK, "\n").replace(_CELL_MARK, "  ").replace(_INLINE_MARK, "")


def strip_by_kind(text: str, *, is_spaced: bool) -> str:
    """One kind of tag after the other."""
    if is_spaced:
        text = _PARAGRAPH_END.sub("\n</p>", text)
    text = _BREAK.sub("\n", _BLOCKS.sub("\n", text))
    # Inline tags vanish without a trace: a bold letter must not tear an invoice number apart.
    return _TAG.sub("", _CELL_END.sub("  ", text))


def cut_invisible(html: str) -> str:
    """Cut comments, scripts and styles in linear time: an end that was once not found is not looked for again."""
    kept: list[str] = []
    at = 0
    endless: set[str] = set()
    for start in _INVISIBLE_START.finditer(html):
        kind = start[1].lower()
        if start.start() < at or kind in endless:
            continue
        end = _INVISIBLE_ENDS[kind].search(html, start.end())
        if end is None:
            endless.add(kind)
            continue
        kept.append(html[at : start.start()])
        at = end.end()
    kept.append(html[at:])
    return " ".join(kept)


def _tidy(text: str) -> str:
    text = text.replace("\r", "").replace("\t", " ").replace("\xa0", " ")
    text = _BLANKS.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")
    return _BLANK_LINES.sub("\n\n", text).strip()


def read_html(html: str) -> HtmlText:
    is_cut = len(html) > LONGEST_HTML
    html = _ENCODING.sub("", _DATA_URI.sub("", html[: 4 * LONGEST_HTML])[:LONGEST_HTML])
    html = _NOT_IN_XML.sub("", html)
    rough = strip_tags(html)
    try:
        root = etree.fromstring(html, parser=_PARSER)
    except (etree.LxmlError, ValueError):
        return HtmlText(rough, "", is_cut=is_cut)
    if root is None or len(" ".join(root.itertext()).split()) < LEAST_SHARE_KEPT * len(rough.split()):
        return HtmlText(rough, "", is_cut=is_cut)
    hidden = _drop_hidden(root)
    quotes = _take_quotes(root)
    _drop_signatures(root)
    quoted = "\n\n".join(filter(None, (strip_tags(quote) for quote in quotes)))
    return HtmlText(_text_of(root), quoted, hidden, is_cut)


def _text_of(root: Element) -> str:
    """inscriptis aligns tables, for seven times the cost of a strip of the tags; without a table that buys nothing."""
    needs_layout = next(root.iter("table", "ul", "ol"), None) is not None
    if not needs_layout or sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        return strip_tags(_markup(root))
    text = _tidy_layout(Inscriptis(root, _PLAIN_LAYOUT).get_text())
    rough = strip_tags(_markup(root))
    return text if len(text.split()) >= LEAST_SHARE_KEPT * len(rough.split()) else rough


def _tidy_layout(text: str) -> str:
    lines = (line.rstrip() for line in text.replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _markup(node: Element) -> str:
    return etree.tostring(node, encoding="unicode", method="html", with_tail=False)


def _drop_hidden(root: Element) -> bool:
    """Drop what no reader sees; whether words were among it. A preheader of a few characters is no news."""
    hidden = [node for node in _STYLED(root) if _is_hidden(node)]
    words = 0
    for node in hidden:
        words += len(" ".join(node.itertext()).split())
        _drop(node)
    return words >= 3


def _is_hidden(node: Element) -> bool:
    if node.get("hidden") is not None:
        return node.tag != "body"
    style = node.get("style")
    if not style:
        return False
    found = _HIDDEN.search(style)
    if found and found.group().lower().startswith("font"):
        # Layouts set a size of 0 around cells to close gaps, and set it back inside.
        return not any("font-size" in (child.get("style") or "") for child in node.iterdescendants())
    return found is not None or (_WHITE.search(style) is not None and not _has_background(node))


def _has_background(node: Element) -> bool:
    return any(
        near.get("bgcolor") or near.get("background") or _BACKGROUND.search(near.get("style") or "")
        for near in (node, *node.iterancestors())
    )


def _take_quotes(root: Element) -> list[str]:
    """Cut the quoted nodes out of the tree, and return their markup in order."""
    taken: list[str] = []
    for node in _NAMED(root):
        # Nodes inside one that has just been cut hang on it no longer under the root.
        if _is_quote(node) and _hangs_on(node, root):
            taken.extend(_cut_from(node) if _starts_quote(node) else [_cut(node)])
    return taken


def _is_quote(node: Element) -> bool:
    classes = set((node.get("class") or "").split())
    if "gmail_quote" in classes and node.tag != "blockquote":
        # Answers between the quotes of a Gmail thread stand inside the outer node, beside its blockquotes.
        return next(node.iter("blockquote"), None) is None
    if classes & _QUOTE_CLASSES:
        return "gmail_quote_container" not in classes or next(node.iter("blockquote"), None) is None
    return "gmail_attr" in classes or (node.tag == "blockquote" and node.get("type") == "cite") or _starts_quote(node)


def _starts_quote(node: Element) -> bool:
    return (node.get("id") or "").lower() in _QUOTE_STARTS


def _hangs_on(node: Element, root: Element) -> bool:
    return any(above is root for above in node.iterancestors())


def _cut_from(node: Element) -> list[str]:
    """Cut the node and everything after it in the document."""
    later: list[Element] = []
    for near in (node, *node.iterancestors()):
        later.extend(near.itersiblings())
        if near.tag == "body":
            break
    return [_cut(found) for found in (node, *later) if found.tag != "body"]


def _cut(node: Element) -> str:
    markup = _markup(node)
    _drop(node)
    return markup


def _drop(node: Element) -> None:
    """Take the node out of the tree; the text behind it stays."""
    parent = node.getparent()
    if parent is None or node.tag in ("body", "html"):
        return
    if node.tail:
        before = node.getprevious()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    parent.remove(node)


def _drop_signatures(root: Element) -> None:
    for node in _signatures(root):
        rest = len(" ".join(root.itertext()).split()) - len(" ".join(node.itertext()).split())
        # A node that holds nearly everything is no signature, whatever it calls itself.
        if rest > 3:
            _drop(node)


def _signatures(root: Element) -> Iterable[Element]:
    return [node for node in _NAMED(root) if _is_signature(node)]


def _is_signature(node: Element) -> bool:
    if (node.get("id") or "").lower() in _SIGNATURE_IDS:
        return True
    return not _SIGNATURE_CLASSES.isdisjoint((node.get("class") or "").split())
