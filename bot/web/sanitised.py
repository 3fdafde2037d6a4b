"""HTML of strangers → a document that shows its structure and its words, and can load, run and send nothing."""

from __future__ import annotations

import base64
from hashlib import sha256

import nh3

LONGEST = 1_000_000

_TAGS = {
    "a", "abbr", "address", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
_CELL = {"align", "valign", "bgcolor", "colspan", "rowspan", "width", "nowrap"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    # Without src: nothing is loaded, and a picture is the words that describe it.
    "img": {"alt"},
    "font": {"color", "face"},
    "table": {"align", "bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor"},
    "ol": {"start", "type"},
}
# White paper in both themes: the colours of a mail were chosen for it.
_STYLE = (
    "html{background:#fff;color:#1b2530;color-scheme:light}"
    "body{margin:.6rem;font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{border:1px dashed #999;padding:0 .3em;color:#566372}table{max-width:100%}"
    "blockquote{margin:.4em 0;padding-left:.8em;border-left:3px solid #d3dae1;color:#566372}"
    "a{cursor:not-allowed}pre{white-space:pre-wrap}"
)
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

# Beside what the frame around it forbids: no script, no request, no form, no way out of the frame.
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; sandbox; frame-ancestors 'self'; base-uri 'none'"


def sanitised(html: str) -> str:
    """The document. A link keeps its address, so that hovering shows where it would lead; the sandbox follows none."""
    body = nh3.clean(
        html[:LONGEST],
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "head", "template", "noscript"},
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return f'<!doctype html><html lang="und"><meta charset="utf-8"><title>Message</title><style>{_STYLE}</style>{body}'
