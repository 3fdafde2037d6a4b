"""A canned text on its way into a draft, with what is known of the item filled in. Nothing is stored."""

from __future__ import annotations

from bot.desk.draft import Draft, Rendered
from bot.desk.reply_facts import ReplyFact
from bot.errors import NotFoundError
from bot.ports import Clock, Renderer
from bot.repositories import Store, UnitOfWork
from bot.steps.drafting import DeskPolicy
from bot.steps.item_values import item_values
from bot.steps.persons import check_works_on_draft, known_person


def fill_text(
    text_id: int, draft_id: int, person: str, *, store: Store, clock: Clock, renderer: Renderer, policy: DeskPolicy
) -> Rendered:
    """The text as it would stand in this draft; what is not known stays a gap. Raises NotFoundError."""
    with store.look() as uow:
        user = known_person(uow, person)
        draft = uow.drafts.get(draft_id)
        check_works_on_draft(uow, user, draft)
        kept = next((one for one in uow.texts.of(person) if one.text_id == text_id), None)
        if kept is None:
            raise NotFoundError(f"there is no text {text_id} of yours or of everybody")
        return renderer.fill(kept.body, _values(uow, draft, policy, clock))


def _values(uow: UnitOfWork, draft: Draft, policy: DeskPolicy, clock: Clock) -> dict[str, object]:
    """What the draft names already counts too: a reminder was written without any message."""
    named: dict[str, object] = {fact.name: ReplyFact(fact.name, fact.value, fact.source) for fact in draft.facts}
    for item_id in uow.drafts.items_of(draft.draft_id):
        item = uow.items.survivor(item_id)
        return named | item_values(uow, item, policy, clock.now())
    return named
