"""What the item page is filled with: the conversation, the account, the sorting and the draft, put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.bootstrap import Desk
from bot.desk.canned_text import CannedText, in_language_first
from bot.desk.doubts import doubts
from bot.desk.draft import DraftText, find_gaps
from bot.desk.queue_names import queue_title
from bot.desk.reading import KINDS
from bot.desk.triage import UNSORTED_QUEUE
from bot.desk.user import User
from bot.desk.verdict import MEANT, FoundFact, Scored, Verdict
from bot.desk.work_item import MOVES, ItemState, WorkItem, number_of
from bot.ledger.state_zones import zone_of_state
from bot.store.drafts_page import ShownDraft, draft_versions, drafts_of_item, next_waiting
from bot.store.item_page import ItemPage, ShownMessage, item_page
from bot.store.message_page import NamedAddresses, named_addresses
from bot.store.outbox_page import left_to_people
from bot.store.queue_order import Place
from bot.store.queue_page import following, place_of
from bot.store.record_page import active_people, why_not_drafted
from bot.store.task_page import tasks_page
from bot.web import words
from bot.web.clocks import clocks_of_item
from bot.web.draft_preview import preview_view
from bot.web.listing import MINE, Listing, listing_of, place_text, read_place
from bot.web.marking import Piece, kinds_of, marks_of, pieces
from bot.web.visible import visible

# Longer texts are cut in the page; the raw message has them whole.
LONGEST_TEXT = 40_000
LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """Which item is shown, where the person came from, and what they had typed into a form that was refused."""

    item_id: int
    came_from: str = ""
    draft_text: DraftText | None = None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message with its text in marked pieces and its flags in words."""

    message: ShownMessage
    named: NamedAddresses
    subject: tuple[Piece, ...]
    text: tuple[Piece, ...]
    quoted: str
    legend: tuple[str, ...]
    marked: tuple[Piece, ...]
    is_cut: bool
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    in_files: tuple[FoundFact, ...] = ()


@dataclass(frozen=True, slots=True)
class SortingView:
    """What the desk thought of the message that decided. `others` are the likeliest other categories."""

    verdict: Verdict
    others: tuple[Scored, ...]
    evidence: tuple[tuple[str, str], ...]
    # What the message is about, as the form to correct it shows it.
    read: Mapping[str, str]


def item_values(desk: Desk, user: User, asked: Asked) -> dict[str, Any]:
    """As far as the person's rights go. Raises NotFoundError."""
    engine = desk.store.engine
    page = item_page(engine, asked.item_id)
    newest_first = page.conversation[::-1]
    named = named_addresses(engine, [one.message_id for one in newest_first])
    drafts = drafts_of_item(engine, page.item.item_id)
    sorting = _sorting(newest_first)
    with desk.store.look() as uow:
        held = set(uow.items.messages_of(page.item.item_id))
    return (
        {
            "item": page.item,
            "page": page,
            "messages": [_message_view(one, named.get(one.message_id, NamedAddresses()), page) for one in newest_first],
            "doubts": _doubts_of_all(page),
            "states_without_certificate": _states_without_certificate(page),
            "customer_zone": zone_of_state(page.customer.state) if page.customer else None,
            "clocks": clocks_of_item(desk, page.item.item_id),
            "splittable": [one for one in newest_first if one.message_id in held],
            "sorting": sorting,
            "sort_buttons": _sort_buttons(desk, sorting),
            "moves": MOVES[page.item.state],
            "states": ItemState,
            "siblings": [one for one in page.siblings if user.works_in(one.queue)],
            "people": active_people(engine, page.item.queue),
            "choices": sorting_choices(desk),
            "choice": choice_of(page.item),
            "unsorted_queue": UNSORTED_QUEUE,
            "came_from": asked.came_from,
            "around": _around(desk, user, page.item, asked),
            "resolutions": words.resolution_choices(),
            "tasks": tasks_page(engine, thread_id=page.item.thread_id),
            "not_drafted": words.why_not_drafted(why_not_drafted(engine, page.item.number)),
        }
        | _draft_values(desk, user, page, drafts, asked)
        | {"next_draft": _next_draft(desk, user, drafts, asked)}
    )


@dataclass(frozen=True, slots=True)
class Step:
    """To a neighbour in the list: its number, and where its page will say that one came from."""

    number: str
    came_from: str


@dataclass(frozen=True, slots=True)
class Around:
    """The list that the person works through, and the items before and after this one in it."""

    query: str
    title: str
    previous: Step | None
    next: Step | None


def _around(desk: Desk, user: User, item: WorkItem, asked: Asked) -> Around | None:
    listing = listing_of(asked.came_from)
    if listing is None:
        return None
    chosen = listing.choice(user, desk.clock.now(), place_in(desk, listing, item.item_id))
    before = following(desk.store.engine, replace(chosen, backwards=True))
    after = following(desk.store.engine, chosen)
    title = "Mine" if listing.queue == MINE else (queue_title(listing.queue) if listing.queue else "All items")
    return Around(listing.query(), title, _step(listing, before), _step(listing, after))


def _step(listing: Listing, place: Place | None) -> Step | None:
    if place is None:
        return None
    return Step(number_of(place.item_id), f"list:{listing.query(at=place_text(place))}")


def place_in(desk: Desk, listing: Listing, item_id: int) -> Place:
    """Where the item stood in the list when it was opened from there, or else where it stands now."""
    came = read_place(listing.at)
    return came if came is not None and came.item_id == item_id else place_of(desk.store.engine, item_id)


def _draft_values(desk: Desk, user: User, page: ItemPage, drafts: list[ShownDraft], asked: Asked) -> dict[str, Any]:
    engine = desk.store.engine
    waiting = next((one for one in drafts if one.waits), None)
    text = asked.draft_text or (waiting.draft.text if waiting else None)
    return {
        "waiting": waiting,
        "preview": preview_view(desk, waiting.draft.draft_id, text, waiting.draft.facts) if waiting and text else None,
        "text": text,
        "gaps": find_gaps(text) if text else (),
        "canned": _canned(desk, user, page) if waiting else [],
        "strangers": _strangers(text, page) if text else [],
        "is_steered": text is not None and visible(f"{text.subject}{text.body}") != f"{text.subject}{text.body}",
        "decided": [one for one in drafts if one is not waiting],
        "versions": draft_versions(engine, [one.draft.draft_id for one in drafts]),
        "way": desk.letterhead.way_of(waiting.draft.mailbox) if waiting else None,
        "with_people": left_to_people(engine, [one.draft.draft_id for one in drafts]),
    }


def _canned(desk: Desk, user: User, page: ItemPage) -> list[CannedText]:
    language = page.customer.language if page.customer else ""
    with desk.store.look() as uow:
        return in_language_first(uow.texts.of(user.name), language or "en")


def _next_draft(desk: Desk, user: User, drafts: list[ShownDraft], asked: Asked) -> ShownDraft | None:
    """For whoever goes through the drafts. Whoever goes through a list goes on in that."""
    if asked.came_from not in ("", "drafts"):
        return None
    waiting = next((one for one in drafts if one.waits), None)
    return next_waiting(desk.store.engine, waiting.draft.draft_id if waiting else 0, within=user.queues)


def _message_view(message: ShownMessage, named: NamedAddresses, page: ItemPage) -> MessageView:
    against = doubts(message.verdict, page.known) if message.verdict else {}
    subject = pieces(message.subject[:LONGEST_SUBJECT], marks_of(message.verdict, "subject", against))
    text = pieces(message.newest_text[:LONGEST_TEXT], marks_of(message.verdict, "newest_text", against))
    return MessageView(
        message=message,
        named=named,
        subject=tuple(subject),
        text=tuple(text),
        quoted=message.quoted_text[:LONGEST_TEXT],
        legend=tuple(kinds_of(subject + text)),
        marked=tuple({(piece.text, piece.why): piece for piece in subject + text if piece.why}.values()),
        is_cut=max(len(message.newest_text), len(message.quoted_text)) > LONGEST_TEXT,
        warnings=tuple(words.warnings(message.flags)),
        remarks=(*words.remarks(message.flags), *words.hints(message.hints)),
        in_files=_in_files(message),
    )


def _in_files(message: ShownMessage) -> tuple[FoundFact, ...]:
    """The numbers that enclosed files name, each once, those that the message is about first."""
    found = [one for one in message.verdict.facts if one.field == "file"] if message.verdict else []
    once: dict[tuple[str, str], FoundFact] = {}
    for one in found:
        once.setdefault((one.kind, one.value), one)
    return tuple(sorted(once.values(), key=lambda one: one.role != MEANT))


def _doubts_of_all(page: ItemPage) -> dict[str, str]:
    """Where the mail and the ledger disagree, over the whole conversation, in its order."""
    found: dict[str, str] = {}
    for message in page.conversation:
        found |= doubts(message.verdict, page.known) if message.verdict else {}
    return found


def _states_without_certificate(page: ItemPage) -> list[str]:
    """Of the states that the mail names, where the matter is tax and the account is known."""
    if page.customer is None or page.item.category != "tax_exempt":
        return []
    named = [state for one in page.conversation if one.verdict for state in one.verdict.values("state")]
    held = {one.state for one in page.certificates}
    return [state for state in dict.fromkeys(named) if state not in held]


def _sorting(newest_first: tuple[ShownMessage, ...]) -> SortingView | None:
    """Of the newest message that was sorted."""
    verdict = next((one.verdict for one in newest_first if one.verdict is not None), None)
    if verdict is None:
        return None
    others = sorted(
        (one for one in verdict.categories if one.name != verdict.best), key=lambda one: one.probability, reverse=True
    )
    evidence = dict.fromkeys((one.text, one.why) for one in verdict.evidence)
    read = {kind: "; ".join(verdict.values(kind)) for kind in KINDS}
    return SortingView(verdict, tuple(others[:3]), tuple(evidence), read)


@dataclass(frozen=True, slots=True)
class SortButton:
    """One way to sort what nobody sorted yet: `value` as the form sends it, `chance` None where the desk has none."""

    value: str
    category: str
    reason: str | None = None
    chance: float | None = None


def _sort_buttons(desk: Desk, sorting: SortingView | None) -> list[SortButton]:
    """All categories, the likeliest first and with the reason that the desk thinks of, if it is likely."""
    catalog = desk.settings.catalog
    buttons = {}
    for one in sorting.verdict.choices if sorting else ():
        if one.name in catalog:
            reason = one.reason if one.is_reason_likely and one.reason in catalog[one.name].reasons else None
            value = f"{one.name}/{reason}" if reason else one.name
            buttons[one.name] = SortButton(value, one.name, reason, one.probability)
    scored = [sorting.verdict.best, *(one.name for one in sorting.others)] if sorting else []
    rest = [name for name in dict.fromkeys((*scored, *catalog)) if name in catalog and name not in buttons]
    return [*buttons.values(), *(SortButton(name, name) for name in rest)]


def sorting_choices(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups for the one menu that sets category and reason together."""
    return [
        (one.title, [(one.slug, f"{one.title}, no reason"), *((f"{one.slug}/{k}", v) for k, v in one.reasons.items())])
        for one in desk.settings.catalog.values()
    ]


def _strangers(text: DraftText, page: ItemPage) -> list[str]:
    """Recipients who took no part in the conversation so far: a slip of the keyboard, or meant."""
    known = {one.sender.key for one in page.conversation if one.direction == "inbound"}
    # Whom a person answered before belongs to the conversation; whom the mail only names may be anybody.
    known |= {address.key for one in page.conversation if one.direction == "outbound" for address in (*one.to, *one.cc)}
    known |= {email.lower() for email in page.customer.emails} if page.customer else set()
    return [address for address in (*text.to, *text.cc) if address.strip().lower() not in known]


def choice_of(item: WorkItem) -> str:
    """The menu entry that an item stands under now."""
    return f"{item.category}/{item.reason}" if item.reason else item.category
