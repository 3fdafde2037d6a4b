"""A message made from the properties of an item: some servers keep meetings, receipts and recalls without any MIME."""

from __future__ import annotations

import email.policy
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

# What describes the bytes of the body that was; ours are others. The last one says that the message was made here.
_OF_THE_BODY = ("content-", "mime-version")
MADE_HEADER = "X-Creditdesk-Made-From"

# The class of an item tells for sure what mail programs tell by a report's type.
_RECEIPTS = (".ipnrn", ".ipnnrn", ".dr")
_RETURNED = (".ndr",)
_RECALLS = ("ipm.outlook.recall", "ipm.recall.report")

Person = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ItemFile:
    """An attachment; of kind message/rfc822 where it is a message."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a server tells of an item; what it does not say is empty. People are pairs of name and address.

    `kind` is the class of the item, such as IPM.Schedule.Meeting.Request or REPORT.IPM.Note.IPNRN. `headers` are
    those that the item arrived with.
    """

    kind: str = ""
    subject: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    sender: Person = ("", "")
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    sent_at: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    text: str = ""
    html: str = ""
    files: tuple[ItemFile, ...] = ()


def head_of_item(item: ItemFacts) -> bytes:
    """Its header block as bytes: the headers that it arrived with, and what the properties add to them."""
    lines = [f"{name}: {value}" for name, value in _headers(item)]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")


def message_of_item(item: ItemFacts) -> bytes:
    """The message, the same bytes for the same item each time."""
    body = _body(item)
    own = [f"{name}: {value}" for name, value in body.items()]
    head = [f"{name}: {value}" for name, value in _headers(item)]
    made = [*head, f"{MADE_HEADER}: {_one_line(item.kind or 'unknown')}", "MIME-Version: 1.0", *own, "", ""]
    payload = body.as_bytes().partition(b"\r\n\r\n")[2]
    return "\r\n".join(made).encode("utf-8", "replace") + payload


def _headers(item: ItemFacts) -> list[tuple[str, str]]:
    kept = [(name, _one_line(value)) for name, value in item.headers if _is_kept(name)]
    known = {name.lower() for name, _ in kept}
    told = {
        "From": _people((item.sender,)),
        "To": _people(item.to),
        "Cc": _people(item.cc),
        "Subject": _encoded(_one_line(item.subject)),
        "Date": format_datetime(item.sent_at) if item.sent_at is not None else "",
        "Message-ID": _one_line(item.message_id),
        "In-Reply-To": _one_line(item.in_reply_to),
        "References": _one_line(item.references),
        "Auto-Submitted": "auto-replied" if _is(item, _RECEIPTS + _RETURNED) else "",
    }
    return kept + [(name, value) for name, value in told.items() if value and name.lower() not in known]


def _is_kept(name: str) -> bool:
    # A name with anything else in it could begin a header of its own.
    is_name = bool(name) and all("!" <= letter <= "~" and letter != ":" for letter in name)
    return is_name and not name.lower().startswith(_OF_THE_BODY)


def _body(item: ItemFacts) -> EmailMessage:
    body = EmailMessage(policy=email.policy.SMTP)
    text = item.text
    if _is(item, _RECALLS) and not (text.strip() or item.html.strip()):
        # As mail programs write it into the message that asks for a recall.
        text = f'{item.sender[0] or item.sender[1]} would like to recall the message, "{item.subject}".'
    if item.html:
        body.set_content(item.html, subtype="html", cte="base64")
    else:
        body.set_content(text, cte="base64")
    for file in item.files:
        _attach(body, file)
    if _is(item, _RECEIPTS + _RETURNED):
        if not body.is_multipart():
            body.make_mixed()
        kind = "delivery-status" if _is(item, _RETURNED) else "disposition-notification"
        body.replace_header("Content-Type", f"multipart/report; report-type={kind}")
    if body.is_multipart():
        body.set_boundary(_boundary(item))
    del body["MIME-Version"]
    return body


def _attach(body: EmailMessage, file: ItemFile) -> None:
    if file.kind == "message/rfc822":
        part = EmailMessage(policy=email.policy.SMTP)
        part.set_content(file.content, "application", "octet-stream", cte="8bit", filename=_one_line(file.name))
        # As it is: a message within a message may not be encoded, nor written anew.
        part.replace_header("Content-Type", "message/rfc822")
        if not body.is_multipart():
            body.make_mixed()
        body.attach(part)
        return
    main, _, sub = file.kind.partition("/")
    is_kind = main.isalnum() and sub and all(letter.isalnum() or letter in "-+._" for letter in sub)
    kind = (main, sub) if is_kind and main not in ("multipart", "message") else ("application", "octet-stream")
    body.add_attachment(file.content, *kind, filename=_one_line(file.name))


def _boundary(item: ItemFacts) -> str:
    """The same for the same item, so that a second look at it makes the same bytes."""
    facts = "\0".join((item.message_id, item.subject, item.text, item.html, *(file.name for file in item.files)))
    return f"=_{hashlib.sha256(facts.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _is(item: ItemFacts, kinds: tuple[str, ...]) -> bool:
    kind = item.kind.lower()
    return kind.endswith(kinds) if kinds[0].startswith(".") else kind.startswith(kinds)


def _people(people: tuple[Person, ...]) -> str:
    return ", ".join(formataddr((_one_line(name), _one_line(address))) for name, address in people if name or address)


def _encoded(value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=10_000).encode()


def _one_line(value: str) -> str:
    """What stands in a header may not begin another one."""
    return " ".join(value.split())
