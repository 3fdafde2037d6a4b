"""Raw bytes to a message. The one way in for hostile input: it raises UnparsableMessageError and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.mail.addresses import MOST_ADDRESSES
from bot.mail.authentication import authentication_of
from bot.mail.automatic import Signals, automatic_kind, is_answerable, is_robot
from bot.mail.bodies import choose_body
from bot.mail.contents import Contents, read_contents
from bot.mail.envelope_fields import addresses_of, header_flags, message_ids_of, references_of, sent_at_of
from bot.mail.flag import Flag
from bot.mail.headers import Head, has_raw_bytes
from bot.mail.masking import mask
from bot.mail.message import Attachment, InboundMessage
from bot.mail.newest_text import Split, split_quotes
from bot.mail.parts import Part, bounded_head, walk
from bot.mail.requests import request_flags
from bot.mail.returned import failed_recipients, reported_ids
from bot.mail.subjects import is_forward_subject

# Longer subjects are bait or accidents; the raw bytes keep them.
LONGEST_SUBJECT = 20_000

# A few words at most, so the nested repetition costs nothing.
LONGEST_NOTE = 120
_SAID_FOR_PASSING_ON = re.compile(
    r"(?:fyi|fwd?|see (?:below|attached)|for your information|zur kenntnis|z\. ?k\.|zur info|pour (?:info|information)"
    r"|(?:please|pls) (?:see|handle|advise|process|take care of|look into)(?: (?:this|below|attached))?"
    r"|below|as discussed"
    r"|para su información|can you (?:help|handle)(?: (?:this|with this))?|thanks|thank you|thx|danke|merci|gracias"
    r"|[\W\d_])++",
    re.I,
)


def parse(raw: bytes) -> InboundMessage:
    """The message in the bytes. Raises UnparsableMessageError beyond the limits on headers, parts and nesting."""
    return parse_with_files(raw)[0]


def parse_with_files(raw: bytes) -> tuple[InboundMessage, Mapping[int, Part]]:
    """Like `parse`; and where those of its attachments lie, by number, that are worth reading."""
    head = bounded_head(raw)
    contents = read_contents(walk(raw, head))
    senders, reply_to = addresses_of(head, "from"), addresses_of(head, "reply-to")
    sent_at = sent_at_of(head)
    subject = " ".join(head.text("subject").split())[:LONGEST_SUBJECT]
    body = choose_body(contents.blocks)
    split = _newest(body.newest_source, subject, contents)
    signals = Signals(
        head, senders, subject, body.newest_source, frozenset(contents.part_types), "\n".join(contents.reports)
    )
    kind = automatic_kind(signals)
    flags = [*header_flags(head, senders, reply_to, sent_at), *body.flags, *sorted(contents.flags)]
    flags += _other_flags(head, signals, split, kind)
    flags += request_flags(subject, split.newest) if kind is None else []
    to = addresses_of(head, "to")
    if len(to) >= MOST_ADDRESSES:
        flags.append("many_recipients")
    message = InboundMessage(
        message_id_header=next(iter(message_ids_of(head)), ""),
        references=references_of(head),
        senders=senders,
        reply_to=reply_to,
        to=to,
        cc=addresses_of(head, "cc"),
        subject=subject,
        sent_at=sent_at,
        newest_text=split.newest,
        quoted_text=_both(split.quoted, body.quoted),
        full_text=body.full_text or split.newest,
        html=body.html,
        attachments=tuple(contents.attachments),
        enclosed=tuple(contents.enclosed),
        automatic=kind,
        is_answerable=is_answerable(signals, kind),
        flags=tuple(dict.fromkeys(flags)),
        authentication=authentication_of(head),
        original_from=addresses_of(head, "x-original-from") or addresses_of(head, "x-original-sender"),
    )
    message = _with_report(message, head, contents) if kind in ("bounce", "receipt") else message
    return _masked(message), contents.readable


def _with_report(message: InboundMessage, head: Head, contents: Contents) -> InboundMessage:
    failed = failed_recipients(head, contents.reports) if message.automatic == "bounce" else {}
    enclosed = [one.message_id_header for one in contents.enclosed]
    ids = reported_ids(enclosed, contents.reports, message.full_text)
    return replace(message, failed_recipients=failed, reported_ids=ids, has_report=bool(contents.reports))


def _masked(message: InboundMessage) -> InboundMessage:
    """Card and bank account numbers covered before anything else sees the text."""
    text = mask(message.full_text)
    subject = mask(message.subject)
    if text is message.full_text and subject is message.subject:
        return message
    return replace(
        message,
        subject=subject,
        newest_text=mask(message.newest_text),
        quoted_text=mask(message.quoted_text),
        full_text=text,
        html=mask(message.html),
        flags=(*message.flags, Flag.NUMBERS_MASKED),
    )


def attachments_of(raw: bytes) -> tuple[Attachment, ...]:
    """The attachments that `parse` tells of, with their content, which it leaves where it is."""
    return tuple(read_contents(walk(raw, bounded_head(raw)), keeps_files=True).attachments)


def _both(first: str, second: str) -> str:
    return f"{first}\n\n{second}".strip()


def _newest(text: str, subject: str, contents: Contents) -> Split:
    """The newest text; where nothing was written with a forward, what was forwarded."""
    split = split_quotes(text)
    is_forward = split.is_forward or is_forward_subject(subject)
    if not split.newest and contents.enclosed and not contents.reports:
        return Split(contents.enclosed[0].text, split.quoted, is_forward=True, is_unwrapped=True)
    if is_forward and split.quoted and not split.is_unwrapped and _is_note(split.newest):
        passed_on = split_quotes(split.quoted)
        return Split(f"{split.newest}\n\n{passed_on.newest}", split.quoted, is_forward=True, is_unwrapped=True)
    return Split(split.newest, split.quoted, is_forward and bool(split.quoted), split.is_unwrapped)


def _is_note(text: str) -> bool:
    return len(text) <= LONGEST_NOTE and _SAID_FOR_PASSING_ON.fullmatch(text) is not None


def _other_flags(head: Head, signals: Signals, split: Split, kind: str | None) -> list[str]:
    odd = {
        "no_text": not split.newest,
        "forwarded": split.is_forward or split.is_unwrapped,
        "robot_sender": kind is None and is_robot(signals),
        "charset_guessed": any(has_raw_bytes(value) for name in ("subject", "from") for value in head.all_raw(name)),
    }
    return [word for word, applies in odd.items() if applies]
