"""What is fuzzed, and what must hold whatever it is given. Each takes bytes; a broken promise is an AssertionError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.errors import UnparsableMessageError
from bot.mail.html_text import read_html, strip_by_kind, strip_tags
from bot.mail.identity import fingerprint
from bot.mail.message import InboundMessage
from bot.mail.newest_text import split_text
from bot.mail.origin import forwarded_sender, looks_like, side_of
from bot.mail.parse import attachments_of, parse
from bot.mail.plain_form import message_of, plain_message
from bot.mail.subjects import normalised_subject, reply_subject, subject_tags
from bot.mail.thread import Join, ThreadCandidate, ThreadSignals, match_thread
from bot.mail.thread_token import make_message_id, read_message_id
from classifiers.facts import facts_in
from classifiers.number_model import NumberModel
from classifiers.sorter import MODEL
from classifiers.verdict import MailText

NUMBERS = NumberModel.load(MODEL / "facts")
SECRET = b"s" * 32
OURS = make_message_id(SECRET, "0123456789abcdef", "0123", "northgate.example")
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
MINE = ThreadCandidate(1, "C1", frozenset({"ann@acme.example"}), "invoice", frozenset({"55120"}))
THEIRS = ThreadCandidate(2, "C2", frozenset({"bo@bolt.example"}), "invoice")


def fuzz_parse(data: bytes) -> None:
    """A message is read or refused by name, its texts can be stored and shown, and the same bytes say the same."""
    fingerprint(data)
    try:
        message = parse(data)
    except UnparsableMessageError:
        return
    for text in _texts(message):
        assert "\x00" not in text
        text.encode("utf-8")
    for address in (*message.senders, *message.reply_to, *message.to, *message.cc):
        assert "\n" not in address.email
        assert "\r" not in address.email
    assert message_of(plain_message(message)) == message
    assert parse(data) == message
    attachments_of(data)
    side_of(message, ["northgate.example"])
    forwarded_sender(message, ["northgate.example"])


def fuzz_newest(data: bytes) -> None:
    """Neither what is new nor what is quoted is longer than the text, and no word of it is made up."""
    text = data.decode("utf-8", "replace").replace("\x00", "")
    newest, quoted = split_text(text)
    assert max(len(newest), len(quoted)) <= len(text) + 2
    assert not newest.strip() or newest.split()[0] in text


def fuzz_html(data: bytes) -> None:
    """HTML becomes text within bounds, and the quick way says what the slow way says."""
    html = data.decode("utf-8", "replace").replace("\x00", "")
    read = read_html(html)
    for text in (read.newest, read.quoted):
        text.encode("utf-8")
    strip_tags(html)
    strip_by_kind(html, is_spaced=True)


def fuzz_thread(data: bytes) -> None:
    """Nobody joins a thread by what they write: only by being one of those who take part, or of the same account."""
    lines = data.decode("utf-8", "replace").replace("\x00", "").split("\n", 3)
    subject, sender, account, references = (*lines, "", "", "", "")[:4]
    keys = [read_message_id(SECRET, one) for one in references.split()]
    # Relays may change the case of an id, and the domain behind it proves nothing.
    assert all(key is None or OURS.partition("@")[0] in references.lower() for key in keys)
    tags = subject_tags(subject)
    signals = ThreadSignals(
        sender=sender,
        subject=normalised_subject(subject),
        side="outside",
        now=NOW,
        account_number=account or None,
        by_token=(MINE,) if any(keys) else (),
        by_reference=(THEIRS,),
        by_tag=dict.fromkeys(tags, MINE),
    )
    found = match_thread(signals)
    if isinstance(found, Join):
        thread = MINE if found.thread_id == 1 else THEIRS
        assert sender in thread.participants or account == thread.account_number
    assert "\n" not in reply_subject(subject, "CD-1001")
    looks_like(sender, ["acme.example"])


def fuzz_facts(data: bytes) -> None:
    """Every fact is a stretch of the text that it says it was read from."""
    text = data.decode("utf-8", "replace").replace("\x00", "")
    subject, _, rest = text.partition("\n")
    newest, _, quoted = rest.partition("\x1e")
    facts, _ = facts_in(MailText(subject, newest, quoted), "revision", NUMBERS)
    fields = {"subject": subject, "newest_text": newest, "quoted_text": quoted}
    for fact in facts:
        assert fields[fact.field][fact.start : fact.end] == fact.text
        assert fact.value


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "parse": fuzz_parse,
    "newest": fuzz_newest,
    "html": fuzz_html,
    "thread": fuzz_thread,
    "facts": fuzz_facts,
}


def _texts(message: InboundMessage) -> list[str]:
    own = [message.subject, message.newest_text, message.quoted_text, message.full_text, message.html]
    names = [attachment.name for attachment in message.attachments]
    return [*own, *names, message.message_id_header, *message.references, *(str(one) for one in message.senders)]
