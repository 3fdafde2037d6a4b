"""What the page calls things. Tables from the desk's words to those of a clerk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.desk.api_scope import Scope
from bot.desk.category import Catalog
from bot.desk.hints import HINTS
from bot.desk.outbox import Way
from bot.desk.preferences import Theme
from bot.desk.resolution import NEEDS_DOCUMENT, Resolution
from bot.desk.user import Role
from bot.desk.verdict import LEFT_OUT, MENTIONED, UNSORTED
from bot.desk.watch import AlarmKind
from bot.mail.flag import REMARKS, WARNINGS

ITEM_STATES: Mapping[str, str] = {
    "open": "Open",
    "waiting": "Waiting",
    "resolved": "Resolved",
    "merged": "Merged",
}

DRAFT_STATES: Mapping[str, str] = {
    "open": "waits for approval",
    "stale": "stale: newer mail came in after it was written",
    "approved": "approved",
    "rejected": "rejected",
    "superseded": "replaced by a newer draft",
}

OUTBOX_STATES: Mapping[str, str] = {
    "queued": "Waits to be sent",
    "sending": "Being sent now",
    "sent": "Sent",
    "uncertain": "Unclear whether it was sent",
    "failed": "Not sent",
    "in_drafts": "In the Drafts folder",
    "deleted": "Deleted in the Drafts folder",
}

THEMES: Mapping[Theme, str] = {
    Theme.SYSTEM: "As this computer has it",
    Theme.LIGHT: "Light",
    Theme.DARK: "Dark",
}

# What a person can do about each alarm.
REMEDIES: Mapping[AlarmKind, str] = {
    AlarmKind.STORE: "Look at the disk and the database.",
    AlarmKind.MAILBOX_SILENT: "See the page Mailboxes for the error, and the mail server.",
    AlarmKind.BALANCE_OPEN: "Run creditdesk run --once; where it stays, look into the log for the mailbox.",
    AlarmKind.BALANCE_OLD: "See the page Mailboxes; the server did not tell what it holds.",
    AlarmKind.CANARY_MISSING: "Look at the rule of the mailbox: it brings no mail to the desk.",
    AlarmKind.CANARY_ALTERED: "Let the rule redirect or file mail, not forward it.",
    AlarmKind.CANARY_NOT_SENT: "Look at the outgoing server, and whether creditdesk run is alive.",
    AlarmKind.WORK_STANDS_STILL: "Look into the log, and whether creditdesk run is alive.",
    AlarmKind.QUARANTINE: "See the page Quarantine.",
    AlarmKind.UNCERTAIN: "See the page Outbox.",
    AlarmKind.OUTBOX_STANDS_STILL: "Look at the outgoing server, and whether creditdesk run is alive.",
    AlarmKind.DRAFTS_WAIT: "See the page Drafts.",
}

SCOPES: Mapping[Scope, str] = {
    Scope.READ: "Read items and drafts",
    Scope.WORK: "Assign, sort, note and reject",
    Scope.APPROVE: "Approve drafts, which sends mail",
}

# What each role may do, as the choice of one says it.
ROLES: Mapping[Role, str] = {
    Role.REVIEWER: "Reviewer: works on items and drafts, sends nothing",
    Role.APPROVER: "Approver: a reviewer who may also send",
    Role.MANAGER: "Manager: an approver who reads the reports",
    Role.ADMINISTRATOR: "Administrator: may do everything, people included",
}

RESOLUTIONS: Mapping[Resolution, str] = {
    Resolution.FREE_TEXT_INVOICE: "Free-text invoice",
    Resolution.FREE_TEXT_CREDIT: "Free-text credit",
    Resolution.REBILL: "Rebill",
    Resolution.REFUND: "Refund",
    Resolution.WRITE_OFF: "Write-off",
    Resolution.TAX_CREDIT: "Tax credit",
    Resolution.PO_VERIFIED: "PO verified",
    Resolution.PO_REJECTED: "PO rejected",
    Resolution.NO_ACTION: "No action needed",
}

_SAYS: Mapping[str, str] = {**WARNINGS, **REMARKS}

# What the legend below a message says of each kind of mark.
MARKED: Mapping[str, str] = {
    "evidence": "why it was sorted so",
    "invoice": "invoice",
    "po": "PO",
    "amount": "amount",
    "state": "state",
    "account": "account",
    "certificate": "certificate",
    "date": "date",
    "fact": "from ledger, mail or rules",
    "typed": "typed by a person",
    "gap": "not known yet",
}

# The word that stands behind a marked value that the message is not about.
FACT_ROLES: Mapping[str, str] = {MENTIONED: "only mentioned", LEFT_OUT: "left out"}

_FILE_KINDS: Mapping[str, str] = {
    "application/pdf": "PDF",
    "image/png": "picture",
    "image/jpeg": "picture",
    "image/gif": "picture",
    "text/plain": "text",
    "text/csv": "table (CSV)",
    "text/html": "web page",
    "text/calendar": "invitation",
    "message/rfc822": "message",
    "application/zip": "packed files (ZIP)",
    "application/vnd.ms-excel": "Excel",
    "application/msword": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
}

AUTOMATIC: Mapping[str, str] = {
    "auto_reply": "Automatic reply",
    "bounce": "Delivery failure",
    "list": "Mailing list",
    "receipt": "Read receipt",
    "challenge": "Sender check",
    "spam": "Spam",
    "system": "System message",
}

_NOT_DRAFTED: Mapping[str, str] = {
    "unsorted": "Sort the item: then the desk writes the answer.",
    "automatic": "Automatic mail is not answered.",
    "own_address": "The message came from one of our own addresses.",
    "unanswerable": "Nobody reads answers to this sender.",
    "unanswered_reason": "Mail of this kind is not answered.",
    "inside_courtesy": "Thanks from a colleague need no answer.",
}

DONE: Mapping[str, str] = {
    "approved": "Approved. The message leaves in ten seconds.",
    "approved_drafts": "Approved. In ten seconds it lies in the Drafts folder of the mailbox: send it from there.",
    "approved_last": "Approved. The message is in the outbox. No more drafts wait.",
    "already": "This draft was approved already, with the same text. It is sent once.",
    "taken_back": "Undone. Nothing was sent.",
    "saved": "Saved as a new version. Nothing was sent.",
    "unchanged": "There was nothing to save: the text is as it was. Nothing was sent.",
    "rejected": "The draft was rejected. Nothing was sent.",
    "assigned": "Assigned.",
    "unassigned": "Nobody is assigned any more.",
    "waiting": "The item waits for the customer.",
    "resolved": "Resolved.",
    "reopened": "The item is open again.",
    "sorted": "Sorted.",
    "corrected": "Noted. What the draft of the desk names follows from it.",
    "forgotten": "Deleted. The message itself stays.",
    "noted": "The note was added. It never becomes part of a mail.",
    "merged": "Merged. The old number leads here from now on.",
    "split": "This is the new item.",
    "filter_saved": "Saved. It stands beside the queues from now on.",
    "filter_removed": "Taken away. The items stay where they are.",
    "text_saved": "Saved. Key p puts it into a draft.",
    "text_removed": "Taken away. Drafts that have it keep it.",
    "brought_back": "It is back.",
    "task_done": "Done.",
    "released": "Released. The desk takes the message in again.",
    "arrived": "Noted as sent.",
    "again": "It will be sent, or put into Drafts, once more.",
    "deleted": "Noted as deleted. Nothing was sent.",
    "reply_started": "A draft is ready below.",
    "cancel": "It will not be sent. The draft stays approved; write a new one from the item where an answer is due.",
    "settings_saved": "Saved. The page looks so from now on, wherever you log in.",
    "logged_out": "You are logged out.",
    "logged_out_everywhere": "You are logged out everywhere.",
    "connected": "Connected. You can log in by single sign-on too.",
    "password_set": "Your password is set. Log in with it.",
    "password_changed": "Your password is changed. Your other log-ins have ended.",
    "token_revoked": "The token has ended. Whatever used it gets no answer any more.",
    "log_in_ended": "That log-in has ended.",
    "log_ins_ended": "All log-ins of this person have ended.",
    "second_factor_removed": "The second factor is removed.",
    "rights_changed": "The rights are changed.",
    "user_locked": "Locked. Nobody gets in under this name, and all log-ins have ended.",
    "user_unlocked": "Unlocked.",
}

# What became of a text that staff keep, by the words of the record.
KEPT_CHANGES: Mapping[str, str] = {
    "wrote_text": "written",
    "changed_text": "changed; before, it said",
    "removed_text": "taken away; it said",
    "took_back": "brought back",
}


def category_title(catalog: Catalog, category: str) -> str:
    if category == UNSORTED:
        return "Unsorted"
    return catalog[category].title if category in catalog else category.replace("_", " ").capitalize()


def reason_title(catalog: Catalog, category: str, reason: str | None) -> str:
    if not reason:
        return ""
    reasons = catalog[category].reasons if category in catalog else {}
    return reasons.get(reason, reason.replace("_", " ").capitalize())


class Sorted(Protocol):
    """Whatever stands under a category and, maybe, a reason."""

    @property
    def category(self) -> str: ...

    @property
    def reason(self) -> str | None: ...


def sorted_as(catalog: Catalog, item: Sorted) -> str:
    """Category and reason, such as `Dispute: Price`."""
    reason = reason_title(catalog, item.category, item.reason)
    title = category_title(catalog, item.category)
    return f"{title}: {reason}" if reason else title


def warnings(flags: Iterable[str]) -> list[str]:
    """What a person must weigh before answering comes first in the page; the rest are remarks."""
    return [text for flag, text in WARNINGS.items() if flag in set(flags)]


def remarks(flags: Iterable[str]) -> list[str]:
    quiet = [flag for flag in flags if flag not in WARNINGS]
    return [_SAYS.get(flag, flag.replace("_", " ").capitalize()) for flag in quiet]


def hints(found: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{HINTS.get(kind, kind)} {text}" for kind, text in found]


def why_not_drafted(reason: str) -> str:
    """The reason on record as a sentence."""
    head, _, flags = reason.partition(": ")
    if head == "a person looks first":
        shown = [_SAYS.get(flag, flag.replace("_", " ")) for flag in flags.split(", ")]
        return f"A person must look first. {'. '.join(shown)}."
    return _NOT_DRAFTED.get(reason, sentence(reason))


def approve_button(way: Way, came_from: str) -> str:
    """What approving does, and what comes after it."""
    does = "Approve, put into Drafts" if way is Way.DRAFTS else ("Approve, send" if came_from else "Approve and send")
    follows = {"": "", "drafts": ", next draft"}.get(came_from, ", next")
    return f"{does}{follows}"


def resolution_choices() -> list[tuple[str, str]]:
    return [
        (one.value, f"{title} (needs its document number)" if one in NEEDS_DOCUMENT else title)
        for one, title in RESOLUTIONS.items()
    ]


def sentence(text: str) -> str:
    """An error's words as a sentence of its own."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


_SOURCES = {"bounce": "mail that came back from {}", "record": "the record, {}", "item": "the work item {}"}


def source(text: str) -> str:
    """Where a fact came from: message:12, ledger:invoice:INV-1, policy:answer_days, person:ann and the like."""
    kind, _, rest = text.partition(":")
    if kind == "message":
        return "the message"
    if kind == "ledger":
        noun, _, number = rest.partition(":")
        return f"the ledger, {noun.replace('_', ' ')} {number}".rstrip()
    if kind == "policy":
        return f"the desk's rules ({rest.replace('_', ' ')})"
    if kind == "person":
        return f"typed by {rest}"
    return _SOURCES[kind].format(rest) if kind in _SOURCES else text


def percent(share: float) -> str:
    """Never 100 %: the desk can always be wrong."""
    return f"{min(share, 0.99):.0%}"


def file_kind(content_type: str) -> str:
    return _FILE_KINDS.get(content_type, content_type)


def size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


# What a figure of a report is of the things in its list.
MEASURES: Mapping[str, str] = {
    "count": "is the number of these %d",
    "median": "is the median of these %d: half of them took no longer",
    "p90": "is what nine in ten of these %d took at most",
    "share": "of these %d are a yes",
    "mean": "is the mean of these %d",
}
