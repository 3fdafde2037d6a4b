"""The desk that the cases run on: a Maildir that is polled, the parser in its child process, a real store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bot.desk.draft import DraftText
from bot.desk.outbox import Outcome
from bot.mail.cursor import BatchLimits
from bot.mailboxes.account import MaildirAccount
from bot.mailboxes.imap import ImapMailbox
from bot.mailboxes.maildir import MaildirMailbox
from bot.parsing import ChildParser, ParseLimits
from bot.ports import Sender
from bot.sorting import ModelSorter
from bot.steps.decide_draft import approve_draft, revise_draft
from bot.steps.poll import Policy, poll
from bot.steps.quarantine_message import after_broken
from bot.steps.receiving import Received
from bot.steps.release import release
from bot.steps.send import send
from bot.steps.take_in import TakenIn, take_in
from bot.store.item_page import ShownMessage, item_page
from bot.store.queries import Balance
from bot.store.task_page import tasks_page
from tests.contract.places import make_account
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import ADDRESSES, StepDesk
from tests.mailserver.server import MailServer
from tests.torture.words import store_counts

LIMITS = BatchLimits(count=100, total_bytes=8_000_000, message_bytes=1_000_000)
# Small enough that a message which eats time or memory is stopped within seconds, large enough for a busy machine.
PARSE_LIMITS = ParseLimits(seconds=20.0, memory_bytes=700_000_000)

_parser = ChildParser(PARSE_LIMITS)
_sorter = ModelSorter()


@dataclass
class TortureDesk(StepDesk):
    """`silent` mailboxes get no drafts, as in the configuration."""

    mailboxes: dict[str, MaildirMailbox] = field(default_factory=dict)
    delivered: dict[str, list[bytes]] = field(default_factory=dict)
    limits: BatchLimits = LIMITS
    server: MailServer | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ports = replace(self.ports, parser=_parser)

    def sort_by_model(self) -> None:
        """From now on as in a real desk."""
        self.ports = replace(self.ports, sorter=_sorter)

    def mailbox(self, slug: str) -> MaildirMailbox:
        if slug not in self.mailboxes:
            folder = self.folder / slug
            for part in ("cur", "new", "tmp"):
                (folder / part).mkdir(parents=True)
            account = MaildirAccount(
                slug, ADDRESSES[slug], folder, self.folder / f"{slug}-sent", self.folder / f"{slug}-drafts"
            )
            self.mailboxes[slug] = MaildirMailbox(account, partial(self._known, slug))
        return self.mailboxes[slug]

    def _known(self, slug: str, pointers: list[str]) -> set[str]:
        with self.store.look() as uow:
            return uow.deliveries.known_pointers(slug, pointers)

    def deliver(self, *raws: bytes, mailbox: str = "icc") -> None:
        """Put them into the folder, as a mail server does, one after the other."""
        folder = self.mailbox(mailbox).account.path
        for raw in raws:
            number = len(self.delivered.setdefault(mailbox, []))
            path = folder / "new" / f"{1_700_000_000 + number}.M{number}.host"
            path.write_bytes(raw)
            moment = int(self.clock.moment.timestamp()) * 1_000_000_000 + number * 1_000_000
            os.utime(path, ns=(moment, moment))
            self.delivered[mailbox].append(raw)

    def poll(self, mailbox: str = "icc") -> Received:
        policy = Policy(since=lambda _: None, limits=self.limits)
        total = Received()
        while True:
            found = poll(mailbox, policy, store=self.store, mailbox=self.mailbox(mailbox), clock=self.clock)
            total += found.received
            if not found.has_more:
                return total

    def poll_server(self, folder: str = "INBOX") -> Received:
        """One look into a folder of the account icc on the real server, over a connection of its own."""
        assert self.server is not None
        box = ImapMailbox(make_account(self.server, folder=folder))
        policy = Policy(since=lambda _: None, limits=self.limits)
        try:
            return poll("icc", policy, store=self.store, mailbox=box, clock=self.clock).received
        finally:
            box.close()

    def work(self) -> TakenIn:
        """Take in what waits, as the jobs do."""
        total = TakenIn()
        while True:
            with self.store.look() as uow:
                waiting = uow.raw.waiting(50, 8_000_000)
            if not waiting:
                return total
            total += take_in(waiting, self.ports, self.policy)

    def arrives(self, *raws: bytes, mailbox: str = "icc") -> TakenIn:
        self.deliver(*raws, mailbox=mailbox)
        self.poll(mailbox)
        return self.work()

    def balance(self, slug: str) -> Balance:
        box = self.mailbox(slug)
        with self.store.look() as uow:
            cursor = uow.mailboxes.get(slug).cursor
        pointers = box.pointers()
        return self.queries.balance(slug, pointers, box.history(pointers, cursor) if cursor is not None else set())

    def messages(self) -> list[ShownMessage]:
        """Every message that came in and belongs to a work item's conversation, oldest first."""
        pages = [item_page(self.store.engine, row.item.item_id) for row in self.items()]
        found = {one.message_id: one for page in pages for one in page.conversation if one.direction == "inbound"}
        return [found[key] for key in sorted(found)]

    def tasks(self) -> list[str]:
        """The kinds of the open tasks, oldest first."""
        return [str(row.task.kind) for row in reversed(tasks_page(self.store.engine))]

    def approve(self, to: tuple[str, ...] | None = None, person: str = "kim") -> int:
        """Approve the one draft that waits, its gaps filled; the outbox entry's id."""
        (draft,) = self.drafts()
        body = draft.text.body.replace("[[", "").replace("]]", "")
        text = DraftText(to or draft.text.to, draft.text.cc, draft.text.subject, body)
        if text != draft.text:
            draft = revise_draft(draft.draft_id, draft.version, text, person, store=self.store, clock=self.clock)
        return approve_draft(
            draft.draft_id, draft.version, person, store=self.store, clock=self.clock, letterhead=self.letterhead
        )

    def send(self, entry_id: int, sender: Sender | None = None) -> Outcome | None:
        return send(entry_id, store=self.store, sender=sender or KeepingSender(), clock=self.clock)

    def answered(self, *raws: bytes) -> bytes:
        """A customer writes, the desk's answer is approved and sent: its bytes, as the customer has them."""
        self.arrives(*raws)
        sender = KeepingSender()
        self.send(self.approve(), sender)
        (_, sent) = sender.sent[0]
        return sent

    def broken_until_held(self, reason: str) -> bool:
        """What the jobs do about a message that the desk itself breaks on, until it is held."""
        with self.store.look() as uow:
            (raw,) = uow.raw.waiting(1, 1)
        tries = 0
        while not after_broken(raw, reason, store=self.store, clock=self.clock):
            tries += 1
            if tries > 10:
                return False
        return True

    def release(self, person: str = "kim") -> None:
        """Let the one held message out of quarantine."""
        (held,) = self.queries.quarantined()
        release(held.quarantine_id, person, store=self.store, clock=self.clock)

    def counts(self) -> Mapping[str, int]:
        """How many rows each table has: what a second run must not change."""
        return store_counts(self.store.engine)
