"""Files of strangers → answers: a download, or something in a frame that may show itself and nothing else."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from bot.web.visible import visible

_FRAMED = "default-src 'none'; sandbox; frame-ancestors 'self'; base-uri 'none'"
# The viewers that browsers bring for PDF are plug-ins, which a sandbox refuses; they run apart from the page.
_FRAMED_PDF = "default-src 'none'; object-src 'self'; frame-ancestors 'self'; base-uri 'none'"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
PDF = "application/pdf"
LONGEST_SOURCE = 500_000


def download(content: bytes, name: str, media_type: str) -> Response:
    """An answer that browsers save and never show, whatever is in it."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name) or "file"
    # RFC 6266: the plain name for those who know no better, the true one percent-encoded.
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def is_viewable(content_type: str) -> bool:
    return content_type == PDF or content_type in PICTURES or _is_text(content_type)


def viewed(content: bytes, name: str, content_type: str) -> Response:
    """To look at. The type was told by the bytes, not by the sender; what cannot be shown safely is a download."""
    if _is_text(content_type):
        return framed_text(content)
    if not is_viewable(content_type):
        return download(content, name, "application/octet-stream")
    policy = _FRAMED_PDF if content_type == PDF else _FRAMED
    named = f"inline; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content, media_type=content_type, headers={"Content-Security-Policy": policy, "Content-Disposition": named}
    )


def framed_text(content: bytes) -> Response:
    """The beginning as plain text, whatever it holds."""
    content = content[:LONGEST_SOURCE]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return Response(visible(text), media_type="text/plain; charset=utf-8", headers={"Content-Security-Policy": _FRAMED})


def _is_text(content_type: str) -> bool:
    """Also what would be a page or a message: shown as its source it is harmless."""
    return content_type.startswith("text/") or content_type == "message/rfc822"
