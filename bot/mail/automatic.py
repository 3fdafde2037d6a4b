"""Mail that no person wrote: auto-replies, bounces, lists, receipts, challenges (RFC 3834, RFC 3464, vendors' ways).

A wrong yes hides a customer's mail from the desk, a wrong no costs a clerk a glance: in doubt the answer is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.mail import automatic_words as words
from bot.mail.address import Address
from bot.mail.headers import Head


@dataclass(frozen=True, slots=True)
class Signals:
    """What the decision looks at. `part_types` are the types of all leaves, `report` is what delivery-status says."""

    head: Head
    senders: Sequence[Address]
    subject: str
    text: str
    part_types: frozenset[str] = frozenset()
    report: str = ""

    @property
    def auto_submitted(self) -> str:
        return self.head.raw("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()

    @property
    def start(self) -> str:
        """Enough of the text to know a robot by; robots come to the point."""
        return self.text[:3000]


def automatic_kind(signals: Signals) -> str | None:
    """One of auto_reply, bounce, list, receipt, challenge, spam, system; None for mail to be sorted."""
    for kind, applies in _RULES:
        if applies(signals):
            return kind
    return None


def is_robot(signals: Signals) -> bool:
    """Whether a program sent it, content worth sorting or not (a portal's rejection notice)."""
    if signals.auto_submitted not in ("", "no"):
        return True
    if _precedence(signals) in ("bulk", "junk", "list") and not _is_group(signals):
        return True
    return any(words.NO_REPLY.match(sender.key.partition("@")[0]) for sender in signals.senders)


def is_answerable(signals: Signals, kind: str | None) -> bool:
    """Whether an answer would reach anybody: not robots, not null senders, not mail without a sender."""
    return kind is None and bool(signals.senders) and not is_robot(signals) and not _has_null_path(signals)


def _has_null_path(signals: Signals) -> bool:
    return signals.head.raw("return-path").replace(" ", "") == "<>"


def _precedence(signals: Signals) -> str:
    return signals.head.raw("precedence").strip().lower()


def _is_daemon(signals: Signals) -> bool:
    # Bounces name themselves in forms that are no addresses, such as a bare MAILER-DAEMON.
    sender = signals.head.raw("from")
    return sender in ("", "<>") or words.holds(sender, words.DAEMON, words.DAEMON_HINTS)


def _is_receipt(signals: Signals) -> bool:
    kind = signals.head.raw("content-type").lower()
    if "message/disposition-notification" in signals.part_types or "disposition-notification" in kind:
        return True
    if signals.report and not words.FAILED_ACTION.search(signals.report) and words.DONE_ACTION.search(signals.report):
        return True
    return words.RECALL_SUBJECT.match(signals.subject) is not None and "recall the message" in signals.start


def _is_bounce(signals: Signals) -> bool:
    head = signals.head
    kind = head.raw("content-type").lower()
    if "message/delivery-status" in signals.part_types or "report-type=delivery-status" in kind.replace('"', ""):
        return True
    if head.has("x-failed-recipients"):
        return True
    says_so = words.holds(signals.subject, words.BOUNCE_SUBJECT, words.BOUNCE_SUBJECT_HINTS)
    is_generated = signals.auto_submitted not in ("", "no")
    is_daemon, has_null_path = _is_daemon(signals), _has_null_path(signals)
    is_named_so = any(sender.key.startswith("mailer-daemon@") for sender in signals.senders)
    if is_named_so or (is_daemon and (says_so or has_null_path or is_generated)) or (has_null_path and says_so):
        return True
    # A portal that rejects an invoice talks like a mail server that rejects a message: its subject must say mail.
    if says_so and is_generated:
        return True
    return (is_daemon or has_null_path or says_so) and words.BOUNCE_TEXT.search(signals.start) is not None


def _is_auto_reply(signals: Signals) -> bool:
    """A portal that answers an invoice by itself says what is work to do: that is no auto-reply."""
    return _says_auto_reply(signals) and not words.REFUSED_DOCUMENT.search(signals.start)


def _says_auto_reply(signals: Signals) -> bool:
    head = signals.head
    if words.AUTO_REPLY_SUBJECT.match(signals.subject.strip()):
        return True
    if signals.auto_submitted.startswith("auto-replied") or _precedence(signals) in ("auto_reply", "auto-reply"):
        return True
    if any(head.raw(name).strip().lower() not in ("", "no", "none", "false") for name in words.AUTO_REPLY_HEADERS):
        return True
    return _reads_like_absence(signals)


def _reads_like_absence(signals: Signals) -> bool:
    """Without any header: a short answer that says where its author is and until when, and asks for nothing."""
    if len(signals.text) > 700 or not words.ANSWER_SUBJECT.match(signals.subject) or words.ASKS.search(signals.text):
        return False
    return words.ABSENT.search(signals.text) is not None and words.BACK_ON.search(signals.text) is not None


def _is_challenge(signals: Signals) -> bool:
    if any(signals.head.has(name) for name in words.CHALLENGE_HEADERS):
        return True
    text = f"{signals.subject}\n{signals.start}".lower()
    return any(hint in text and form.search(text) for hint, form in words.CHALLENGES)


def _is_group(signals: Signals) -> bool:
    """A company's shared mailbox may be a Google group: what customers write to it comes with a list's headers."""
    return signals.head.has("x-google-group-id")


def _is_list(signals: Signals) -> bool:
    head = signals.head
    if _is_group(signals):
        return False
    if head.has("x-mailing-list") or head.has("list-post") or _precedence(signals) == "list":
        return True
    return head.has("list-id") and _precedence(signals) == "bulk"


def _is_spam(signals: Signals) -> bool:
    head = signals.head
    return head.raw("x-spam-flag").strip().lower() == "yes" or head.raw("x-spam-status").lower().startswith("yes")


def _is_system(signals: Signals) -> bool:
    if "message/feedback-report" in signals.part_types or "feedback-report" in signals.head.raw("content-type").lower():
        return True
    is_generated = signals.auto_submitted.startswith("auto-generated")
    return is_generated and len(signals.text) < 700 and words.FOR_YOUR_RECORDS.search(signals.text) is not None


_RULES = (
    ("receipt", _is_receipt),
    ("system", _is_system),
    ("bounce", _is_bounce),
    ("challenge", _is_challenge),
    ("auto_reply", _is_auto_reply),
    ("list", _is_list),
    ("spam", _is_spam),
)
