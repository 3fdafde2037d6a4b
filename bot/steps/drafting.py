"""Writing a reply into a thread. Shared by the steps after which a draft is due; the caller commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.desk.basis import basis_of
from bot.desk.category import Catalog
from bot.desk.draft import REPLY, Draft, DraftState, DraftText, Rendered, gap
from bot.desk.example import Learning
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.reply import compose_reply, recipients, reply_language, template_name, why_no_draft
from bot.desk.reply_values import Inquiry, Office, reply_values
from bot.desk.seen import Trust
from bot.desk.triage import Topic
from bot.desk.trust import why_frozen
from bot.errors import PermanentError
from bot.ledger.lookup import number_key
from bot.mail.compose import reply_subject
from bot.mail.subjects import normalised_subject
from bot.mail.thread import ThreadCandidate
from bot.ports import Renderer
from bot.repositories import UnitOfWork
from bot.steps.staling import make_stale, supersede


@dataclass(frozen=True, slots=True)
class DeskPolicy:
    """What the installation configured about its desk. `silent` names mailboxes for which nothing is drafted."""

    catalog: Catalog
    company: str
    team: str
    time_zone: str
    own_domains: tuple[str, ...]
    addresses: Mapping[str, str]
    own_addresses: frozenset[str]
    secret: bytes
    silent: frozenset[str] = frozenset()
    holidays: frozenset[date] = frozenset()
    trust: Trust = field(default_factory=Trust)
    learning: Learning = field(default_factory=Learning)

    def office(self, mailbox: str) -> Office:
        address = self.addresses.get(mailbox, "")
        return Office(self.company, address, ZoneInfo(self.time_zone), self.team, self.holidays)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reply is written for: one message in one thread, and the work items that it answers.

    `waiting` are the threads in which its sender waits for an answer, where they were looked up already.
    """

    inquiry: Inquiry
    topics: Sequence[Topic]
    item_ids: Sequence[int]
    thread_id: int
    mailbox: str
    tag: str
    waiting: tuple[ThreadCandidate, ...] | None = None


def why_not(occasion: Occasion, policy: DeskPolicy) -> str | None:
    """Why the desk writes nothing by itself here, None where it does."""
    inquiry = occasion.inquiry
    sorted_topics = [topic for topic in occasion.topics if topic.category in policy.catalog]
    if not sorted_topics:
        return "unsorted"
    if occasion.mailbox in policy.silent:
        return "drafting is off for this mailbox"
    frozen = why_frozen(inquiry.message.flags)
    if frozen is not None:
        return frozen
    primary = sorted_topics[0]
    category = policy.catalog[primary.category]
    return why_no_draft(inquiry.message, inquiry.side, category, primary.reason, policy.own_addresses)


def _join_waiting_draft(uow: UnitOfWork, occasion: Occasion, now: datetime) -> str | None:
    """Where the same sender waits for an answer in the same matter already, that one draft answers this message too.

    It goes stale, so that a person reads the further message before it leaves. None where there is no such draft.
    """
    sender = occasion.inquiry.message.sender
    subject = normalised_subject(occasion.inquiry.message.subject)
    invoices = {number_key(number) for number in occasion.inquiry.verdict.values("invoice")}
    threads = occasion.waiting
    if threads is None:
        threads = tuple(uow.threads.waiting_for_answer(sender.key if sender is not None else ""))
    for thread in threads:
        shares_invoice = bool(invoices & thread.invoices)
        names_others = bool(invoices) and bool(thread.invoices) and not shares_invoice
        draft = uow.drafts.open_of_thread(thread.thread_id)
        if draft is None or thread.thread_id == occasion.thread_id:
            continue
        if shares_invoice or (subject and subject == thread.subject and not names_others):
            make_stale(uow, draft, THE_DESK, now)
            uow.drafts.add_items(draft.draft_id, occasion.item_ids)
            return f"draft {draft.draft_id} to the same sender in the same matter waits already"
    return None


def answer(uow: UnitOfWork, occasion: Occasion, policy: DeskPolicy, renderer: Renderer, now: datetime) -> Draft | None:
    """Write the reply, or put on record why there is none.

    A draft of ours that waits in the thread gives way to the new one; where there is no new one, or where a person
    edited the one that waits, it goes stale: nobody may approve it before they read what came.
    """
    waiting = uow.drafts.open_of_thread(occasion.thread_id)
    reason = why_not(occasion, policy)
    if reason is None and waiting is not None and waiting.author != THE_DESK:
        reason = f"{waiting.author} edited draft {waiting.draft_id}, which waits"
    if reason is None and waiting is None:
        reason = _join_waiting_draft(uow, occasion, now)
    if reason is None:
        occasion = _with_history(uow, occasion)
        try:
            rendered = _render(occasion, policy, renderer, now)
        except PermanentError as error:
            # A template with a mistake costs its drafts, never the message or its work item.
            reason = str(error)
    if reason is not None:
        if waiting is not None:
            make_stale(uow, waiting, THE_DESK, now)
            uow.drafts.add_items(waiting.draft_id, occasion.item_ids)
        uow.record.add(RecordEntry(now, THE_DESK, "not_drafted", occasion.tag, {}, {"reason": reason}))
        return None
    item_ids = list(occasion.item_ids)
    if waiting is not None:
        item_ids += uow.drafts.items_of(waiting.draft_id)
        supersede(uow, waiting, THE_DESK, now)
    return _add(uow, occasion, rendered, item_ids, policy, now)


def write_asked(uow: UnitOfWork, occasion: Occasion, policy: DeskPolicy, renderer: Renderer, now: datetime) -> Draft:
    """Write the reply that a person asked for. Where no template fits, the whole answer is a gap for them to fill."""
    if any(topic.category in policy.catalog for topic in occasion.topics):
        rendered = _render(occasion, policy, renderer, now)
    else:
        office = policy.office(occasion.mailbox)
        body = f"Hello,\n\n{gap('your answer')}\n\n{office.team}, {office.company}"
        rendered = Rendered("", body, (), ("your answer",), "none")
    return _add(uow, occasion, rendered, occasion.item_ids, policy, now)


def _add(
    uow: UnitOfWork,
    occasion: Occasion,
    rendered: Rendered,
    item_ids: Sequence[int],
    policy: DeskPolicy,
    now: datetime,
) -> Draft:
    added = uow.drafts.add(_draft(occasion, rendered, policy, now), item_ids)
    after = {"template": rendered.template}
    uow.record.add(RecordEntry(now, THE_DESK, "drafted", f"draft:{added.draft_id}", {}, after))
    return added


def _with_history(uow: UnitOfWork, occasion: Occasion) -> Occasion:
    """What was sent or named earlier in the conversation counts: nobody is asked for it again.

    Of earlier numbers only those count that the ledger has on this very account, so that each keeps its source.
    """
    inquiry = occasion.inquiry
    earlier = uow.messages.earlier(occasion.thread_id, inquiry.message_id)
    if not earlier:
        return occasion
    attachments = [found for one in earlier for found in one.attachments]
    message = replace(inquiry.message, attachments=(*inquiry.message.attachments, *attachments))
    facts = [fact for one in earlier for fact in one.facts if not inquiry.verdict.values(fact.kind)]
    numbers = [*inquiry.verdict.values("invoice"), *inquiry.verdict.values("po"), *(fact.value for fact in facts)]
    known = uow.ledger.lookup(inquiry.known.customer, numbers, inquiry.verdict.values("state"))
    confirmed = {number_key(row.number) for row in known.invoices} | {number_key(row.po_number) for row in known.orders}
    kept = tuple(fact for fact in facts if number_key(fact.value) in confirmed - {""})
    verdict = replace(inquiry.verdict, facts=(*inquiry.verdict.facts, *kept))
    return replace(occasion, inquiry=replace(inquiry, message=message, verdict=verdict, known=known))


def _draft(occasion: Occasion, rendered: Rendered, policy: DeskPolicy, now: datetime) -> Draft:
    inquiry = occasion.inquiry
    customer = inquiry.known.customer if inquiry.side == "outside" else None
    # An account that is known by single addresses only has no domain whose other addresses could stand in for them.
    domains = (customer.domains or ("",)) if customer is not None else ()
    to = recipients(inquiry.message, policy.own_addresses, domains)
    subject = reply_subject(occasion.inquiry.message.subject or rendered.subject, occasion.tag)
    return Draft(
        draft_id=0,
        version=1,
        state=DraftState.OPEN,
        kind=REPLY,
        thread_id=occasion.thread_id,
        reply_to_message_id=occasion.inquiry.message_id,
        mailbox=occasion.mailbox,
        text=DraftText(to.to, to.cc, subject, rendered.body),
        facts=rendered.facts,
        template=rendered.template,
        author=THE_DESK,
        created_at=now,
        basis=basis_of(inquiry.known, inquiry.message.sender.email if customer and inquiry.message.sender else ""),
    )


def _render(occasion: Occasion, policy: DeskPolicy, renderer: Renderer, now: datetime) -> Rendered:
    inquiry = occasion.inquiry
    language = reply_language(inquiry.known, inquiry.side)
    topics = [topic for topic in occasion.topics if topic.category in policy.catalog]
    parts: list[Rendered] = []
    for topic in topics:
        category = policy.catalog[topic.category]
        values = reply_values(inquiry, category, topic.reason, policy.office(occasion.mailbox), language, now)
        name = template_name(topic.category, topic.reason, inquiry.side)
        parts.append(renderer.render(name, language, values, part="body" if parts else "whole"))
    return compose_reply(parts[0], parts[1:])
