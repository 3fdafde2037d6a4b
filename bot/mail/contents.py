"""What the parts of a message are: text, enclosed files, enclosed messages, delivery reports, closed containers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.mail.addresses import read_addresses
from bot.mail.bodies import Block, add_text, choose_body
from bot.mail.charsets import decode_bytes
from bot.mail.containers import OUTLOOK, SIGNED, TNEF, Opened, open_outlook, open_signed, open_tnef
from bot.mail.envelope_fields import addresses_of, message_ids_of, sent_at_of
from bot.mail.file_text import may_have_text
from bot.mail.files import safe_name, sniff
from bot.mail.headers import Head, read_head
from bot.mail.identity import sha256_of
from bot.mail.message import Attachment, Enclosed
from bot.mail.parts import Part, walk

MOST_ATTACHMENTS = 100
# A message in a message in a message: whoever is further inside did not write to us.
MOST_ENCLOSED = 20
DEEPEST_ENCLOSED = 5
LONGEST_FILE_TEXT = 200_000

_CONTAINERS = frozenset({TNEF, *SIGNED, "application/pgp-encrypted"})
# A signature in a signature in a signature is bait.
MOST_WRAPPINGS = 3
# The body that came out of a winmail.dat: both of its forms belong together.
_UNWRAPPED_GROUP = -1
# Never opened: what they hold may be a thousand times as large.
_PACKED = frozenset({"application/zip", "application/x-rar", "application/vnd.rar", "application/x-7z-compressed"})
_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/feedback-report",
        "message/disposition-notification",
    }
)
_HEADERS_ONLY = frozenset(
    {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"}
)
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_READABLE_FILES = frozenset({"text/plain", "text/csv", "text/tab-separated-values"})
_NOT_A_FILE = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_NO_HEAD = Head({}, 0)
_UUENCODED = re.compile(r"^begin [0-7]{3} \S", re.MULTILINE)


@dataclass(slots=True)
class Contents:
    """Filled part by part, in order. `readable`: where the files that are worth reading lie, by their number."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    enclosed: list[Enclosed] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    part_types: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    readable: dict[int, Part] = field(default_factory=dict)
    keeps_files: bool = False

    @property
    def has_text(self) -> bool:
        return any(text.strip() for block in self.blocks for text in (*block.plain, *block.html))


def read_contents(parts: Iterable[Part], depth: int = 0, *, keeps_files: bool = False) -> Contents:
    """What the parts hold; the bytes of attachments only where they are asked for."""
    contents = Contents(keeps_files=keeps_files)
    for part in parts:
        _take(contents, part, depth)
    return contents


def _take(contents: Contents, part: Part, depth: int, wrappings: int = 0) -> None:
    contents.part_types.add(part.content_type)
    container = _container_of(part)
    if container or part.container == "multipart/encrypted":
        inner = _unwrapped(contents, part, container) if wrappings < MOST_WRAPPINGS else None
        if inner is not None:
            for one in inner:
                _take(contents, one, depth, wrappings + 1)
            return
        contents.flags.add("unread_container")
    _keep(contents, part, depth)


def _keep(contents: Contents, part: Part, depth: int) -> None:
    if part.content_type in _MESSAGES:
        _take_message(contents, part, depth)
    elif part.content_type in _REPORTS:
        contents.reports.append(_text_of(contents, part))
    elif part.content_type in _HEADERS_ONLY:
        _enclose(contents, part.content(), depth, is_whole=False)
    elif _is_body(part, contents):
        text = _text_of(contents, part)
        add_text(contents.blocks, part.group, text, is_html=part.content_type == "text/html")
    elif part.content_type not in _NOT_A_FILE:
        _attach(contents, part)


def _container_of(part: Part) -> str:
    """The closed form that the part is in, by its type, or by the name where a gateway has lost the type."""
    if part.content_type in _CONTAINERS:
        return part.content_type
    if part.content_type == "application/octet-stream":
        name = part.name.lower()
        return TNEF if name == "winmail.dat" else "application/pkcs7-mime" if name == "smime.p7m" else ""
    return ""


def _unwrapped(contents: Contents, part: Part, container: str) -> list[Part] | None:
    """The parts inside a closed form, where it can be opened without a key."""
    if container in SIGNED:
        entity = open_signed(part.content())
        return list(walk(entity)) if entity is not None else None
    if container == TNEF:
        opened = open_tnef(part.content())
        return _parts_of(opened, with_body=not contents.has_text) if opened is not None else None
    return None


def _parts_of(opened: Opened, *, with_body: bool) -> list[Part]:
    """As if they had come in a MIME multipart. Where the message said the same outside, the body is left out."""
    bodies = (("text/plain", opened.text), ("text/html", opened.html)) if with_body else ()
    found = [
        Part(_NO_HEAD, kind, "utf-8", "", "", text.encode(), _UNWRAPPED_GROUP, TNEF) for kind, text in bodies if text
    ]
    found += [
        Part(_NO_HEAD, "application/octet-stream", "", name, "attachment", content, 0, TNEF)
        for name, content in opened.files
    ]
    return found


def _is_body(part: Part, contents: Contents) -> bool:
    if part.content_type not in ("text/plain", "text/html", "text/enriched"):
        return False
    if part.disposition == "attachment":
        return False
    # A named text that is not marked as a file is the body where nothing came before it, else a file.
    return not part.name or not contents.has_text


def _text_of(contents: Contents, part: Part) -> str:
    text, was_guessed = decode_bytes(part.content(), part.charset)
    if was_guessed:
        contents.flags.add("charset_guessed")
    if "-----BEGIN PGP MESSAGE-----" in text or ("begin " in text and _UUENCODED.search(text)):
        contents.flags.add("unread_container")
    # Dropping one letter is four times as fast as replacing two by one.
    bare = text.replace("\r", "")
    return bare if len(text) - len(bare) == text.count("\r\n") else text.replace("\r\n", "\n")


def _attach(contents: Contents, part: Part, content: bytes | None = None) -> None:
    """A large file stays encoded where there is no more to tell of it than its size and its beginning."""
    if len(contents.attachments) >= MOST_ATTACHMENTS:
        contents.flags.add("attachments_dropped")
        return
    sketch = part.sketch() if content is None and not contents.keeps_files else None
    if sketch is None:
        content = part.content() if content is None else content
        sketch = len(content), content
    size, start = sketch
    content_type = sniff(start, part.content_type, part.name)
    contents.flags.update(_file_flags(part, content_type))
    if content_type == OUTLOOK:
        _enclose_outlook(contents, part.content() if content is None else content)
    is_inline = part.disposition == "inline" or (part.disposition != "attachment" and part.head.has("content-id"))
    text = ""
    if content_type in _READABLE_FILES:
        content = part.content() if content is None else content
        text = decode_bytes(content[:LONGEST_FILE_TEXT], part.charset)[0]
    name = safe_name(part.name, content_type)
    digest = sha256_of(content) if content is not None else ""
    kept = content if content is not None and contents.keeps_files else b""
    attachment = Attachment(name, content_type, size, digest, kept, is_inline, text)
    if may_have_text(attachment):
        contents.readable[len(contents.attachments)] = part
    contents.attachments.append(attachment)


def _file_flags(part: Part, content_type: str) -> Iterator[str]:
    if content_type in _CONTAINERS or part.name.lower() == "winmail.dat":
        yield "unread_container"
    if content_type in _PACKED:
        yield "packed_file"
    if content_type == "text/calendar":
        yield "invitation"


def _take_message(contents: Contents, part: Part, depth: int) -> None:
    # Outlook gateways send enclosed messages in base64, which RFC 2046 5.2.1 forbids.
    content = part.content()
    _enclose(contents, content, depth, is_whole=True)
    if not depth:
        _attach(contents, part, content)


def _enclose(contents: Contents, raw: bytes, depth: int, *, is_whole: bool) -> None:
    if depth >= DEEPEST_ENCLOSED or len(contents.enclosed) >= MOST_ENCLOSED:
        return
    head = read_head(raw)
    senders = addresses_of(head, "from")
    inner = read_contents(walk(raw), depth + 1) if is_whole else Contents()
    ids = message_ids_of(head)
    contents.enclosed.append(
        Enclosed(
            sender=senders[0] if senders else None,
            subject=head.text("subject"),
            message_id_header=ids[0] if ids else "",
            sent_at=sent_at_of(head),
            text=choose_body(inner.blocks).full_text,
        )
    )
    contents.enclosed.extend(inner.enclosed[: MOST_ENCLOSED - len(contents.enclosed)])
    contents.flags.update(inner.flags & {"unread_container"})


def _enclose_outlook(contents: Contents, content: bytes) -> None:
    """A message that somebody saved in Outlook and sent on: an enclosed message like any other."""
    opened = open_outlook(content)
    if opened is None:
        contents.flags.add("unread_container")
        return
    if len(contents.enclosed) >= MOST_ENCLOSED:
        return
    head = read_head(opened.head.encode())
    senders = addresses_of(head, "from") or tuple(read_addresses(opened.sender))
    ids = message_ids_of(head)
    contents.enclosed.append(
        Enclosed(senders[0] if senders else None, opened.subject, ids[0] if ids else "", sent_at_of(head), opened.text)
    )
