"""What tells "quiet" from "broken": facts about the desk in, alarms out. Sentences hold nothing of any message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class AlarmKind(StrEnum):
    STORE = "store"
    MAILBOX_SILENT = "mailbox_silent"
    BALANCE_OPEN = "balance_open"
    BALANCE_OLD = "balance_old"
    CANARY_MISSING = "canary_missing"
    CANARY_ALTERED = "canary_altered"
    CANARY_NOT_SENT = "canary_not_sent"
    WORK_STANDS_STILL = "work_stands_still"
    QUARANTINE = "quarantine"
    UNCERTAIN = "uncertain"
    OUTBOX_STANDS_STILL = "outbox_stands_still"
    DRAFTS_WAIT = "drafts_wait"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must look at. `about` is the mailbox, "" where it is about the whole desk."""

    kind: AlarmKind
    about: str
    told: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.about


@dataclass(frozen=True, slots=True)
class WatchRules:
    """How long each thing may take. `silent_after` and `canaries` have each mailbox that is watched for it."""

    silent_after: Mapping[str, timedelta]
    canaries: frozenset[str] = frozenset()
    canary_every: timedelta = timedelta(hours=1)
    canary_after: timedelta = timedelta(minutes=15)
    balance_every: timedelta = timedelta(days=1)
    stands_still_after: timedelta = timedelta(minutes=15)
    drafts_after: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """What the last comparison with the server's list found."""

    checked_at: datetime
    on_server: int
    missing: int


@dataclass(frozen=True, slots=True)
class CanaryFacts:
    """The newest canary of a mailbox, and whether one since the last that arrived came back changed."""

    sent_at: datetime
    arrived_at: datetime | None
    was_altered: bool = False


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    first_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0
    balance: BalanceCheck | None = None
    canary: CanaryFacts | None = None


@dataclass(frozen=True, slots=True)
class Pile:
    """How many of something wait, and since when the oldest does."""

    count: int = 0
    oldest: datetime | None = None

    def waits_longer_than(self, span: timedelta, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > span


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """The desk at one moment. `queued` counts from when an entry was due, `sending` from when it was claimed."""

    installed_at: datetime
    mailboxes: Mapping[str, MailboxFacts] = field(default_factory=dict)
    raw_waiting: Pile = Pile()
    quarantine: Pile = Pile()
    uncertain: Pile = Pile()
    queued: Pile = Pile()
    sending: Pile = Pile()
    drafts: Pile = Pile()


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at, and what is wrong with it."""

    facts: WatchFacts
    alarms: tuple[Alarm, ...]


def find_alarms(facts: WatchFacts, rules: WatchRules, now: datetime) -> tuple[Alarm, ...]:
    """Everything that is wrong, the mailboxes first."""
    found: list[Alarm] = []
    for slug, silent_after in rules.silent_after.items():
        mailbox = facts.mailboxes.get(slug, MailboxFacts())
        found += _of_mailbox(slug, mailbox, facts.installed_at, silent_after, now)
        found += _of_balance(slug, mailbox, rules, now)
        found += _of_canary(slug, mailbox, rules, now)
    found += _of_piles(facts, rules, now)
    return tuple(found)


def _of_mailbox(
    slug: str, mailbox: MailboxFacts, installed_at: datetime, silent_after: timedelta, now: datetime
) -> Iterator[Alarm]:
    # A mailbox that was never read is measured from the first try; one that nobody ever tried, from the beginning.
    since = mailbox.last_success_at or mailbox.first_poll_at or installed_at
    if now - since > silent_after:
        failed = f", {mailbox.failures} failed since" if mailbox.failures else ""
        told = f"no successful look into {slug} for {_span(now - since)}{failed}"
        yield Alarm(AlarmKind.MAILBOX_SILENT, slug, told)


def _of_balance(slug: str, mailbox: MailboxFacts, rules: WatchRules, now: datetime) -> Iterator[Alarm]:
    check = mailbox.balance
    since = check.checked_at if check is not None else mailbox.last_success_at
    if check is not None and check.missing:
        told = f"{check.missing} of {check.on_server} messages on the server of {slug} are not accounted for"
        yield Alarm(AlarmKind.BALANCE_OPEN, slug, told)
    if since is not None and now - since > 2 * rules.balance_every:
        yield Alarm(AlarmKind.BALANCE_OLD, slug, f"the balance of {slug} was not drawn up for {_span(now - since)}")


def _of_canary(slug: str, mailbox: MailboxFacts, rules: WatchRules, now: datetime) -> Iterator[Alarm]:
    canary = mailbox.canary
    if slug not in rules.canaries or canary is None:
        return
    waited = now - canary.sent_at
    if canary.was_altered:
        told = f"the canary of {slug} came back changed: a rule forwards where it should redirect or file"
        yield Alarm(AlarmKind.CANARY_ALTERED, slug, told)
    elif canary.arrived_at is None and waited > rules.canary_after:
        yield Alarm(AlarmKind.CANARY_MISSING, slug, f"the canary of {slug} is on its way for {_span(waited)}")
    if waited > 2 * rules.canary_every:
        yield Alarm(AlarmKind.CANARY_NOT_SENT, slug, f"no canary was sent to {slug} for {_span(waited)}")


def _of_piles(facts: WatchFacts, rules: WatchRules, now: datetime) -> Iterator[Alarm]:
    if facts.raw_waiting.waits_longer_than(rules.stands_still_after, now):
        told = f"{_many(facts.raw_waiting.count, 'stored message')} not taken in {_since(facts.raw_waiting, now)}"
        yield Alarm(AlarmKind.WORK_STANDS_STILL, "", told)
    if facts.quarantine.count:
        told = f"{_many(facts.quarantine.count, 'message')} in quarantine, the oldest {_since(facts.quarantine, now)}"
        yield Alarm(AlarmKind.QUARANTINE, "", told)
    if facts.uncertain.count:
        told = f"{_many(facts.uncertain.count, 'sending')} uncertain: a person must decide about each"
        yield Alarm(AlarmKind.UNCERTAIN, "", told)
    for pile, what in ((facts.queued, "due"), (facts.sending, "being sent")):
        if pile.waits_longer_than(rules.stands_still_after, now):
            told = f"{_many(pile.count, 'approved message')} {what} {_since(pile, now)}: the outbox does not move"
            yield Alarm(AlarmKind.OUTBOX_STANDS_STILL, what, told)
    if facts.drafts.waits_longer_than(rules.drafts_after, now):
        told = f"{_many(facts.drafts.count, 'draft')} waiting for approval, the oldest {_since(facts.drafts, now)}"
        yield Alarm(AlarmKind.DRAFTS_WAIT, "", told)


@dataclass(frozen=True, slots=True)
class MailCap:
    """`every` is the least span between two mails; what is still wrong is told again after `again_after`."""

    every: timedelta = timedelta(hours=1)
    again_after: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What staff have been told of what is wrong now, and when the last mail of all was sent."""

    of: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    last_at: datetime | None = None

    def after(self, alarms: Sequence[Alarm], now: datetime) -> Told:
        return Told({alarm.key: now for alarm in alarms}, now)

    def without_mended(self, alarms: Sequence[Alarm]) -> Told:
        """What is well again is news when it breaks anew."""
        wrong = {alarm.key for alarm in alarms}
        return Told({key: at for key, at in self.of.items() if key in wrong}, self.last_at)


def is_mail_due(alarms: Sequence[Alarm], told: Told, cap: MailCap, now: datetime) -> bool:
    """Whether staff are to be told now: of something new, or of something old that nobody mended."""
    # Where the clock was set back, the last mail lies in the future: that must not silence the desk until then.
    if told.last_at is not None and told.last_at <= now < told.last_at + cap.every:
        return False
    return any(alarm.key not in told.of or now - told.of[alarm.key] >= cap.again_after for alarm in alarms)


def _many(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"


def _since(pile: Pile, now: datetime) -> str:
    return f"for {_span(now - pile.oldest)}" if pile.oldest is not None else "for an unknown time"


def _span(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} minutes" if minutes != 1 else "1 minute"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"
