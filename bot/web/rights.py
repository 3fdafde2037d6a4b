"""Whether a person may see and do what an address names, by the queues in which it lies.

One table for all addresses: whatever part of a path names a thing stands here, so that no page can forget to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import Request

from bot.bootstrap import Desk
from bot.desk.user import User, check_works_in
from bot.desk.work_item import id_of, number_of
from bot.errors import RuleViolationError
from bot.store import object_queues
from bot.web.access import Signed, TheDesk


@dataclass(frozen=True, slots=True)
class Named:
    """How a thing is called, and where it lies. `queues` answers nothing for what lies in no queue or is not there."""

    noun: str
    queues: Callable[[Desk, int], frozenset[str]]


def _nowhere(_desk: Desk, _name: int) -> frozenset[str]:
    return frozenset()


# By the names that parts of paths have in the routes.
THINGS: Mapping[str, Named] = {
    "number": Named("", lambda desk, item_id: object_queues.queues_of_item(desk.store.engine, item_id)),
    "draft_id": Named("draft", lambda desk, name: object_queues.queues_of_draft(desk.store.engine, name)),
    "entry_id": Named("outbox entry", lambda desk, name: object_queues.queues_of_entry(desk.store.engine, name)),
    "message_id": Named("message", lambda desk, name: object_queues.queues_of_message(desk.store.engine, name)),
    "task_id": Named("task", lambda desk, name: object_queues.queues_of_task(desk.store.engine, name)),
    # Held before anybody could tell whose it is.
    "quarantine_id": Named("quarantine entry", _nowhere),
}
# Parts of paths that name a thing only within the one before them, or a report: each reader has their own view of it.
WITHIN = frozenset({"place", "report", "table", "text_id"})


def check_rights(request: Request, desk: TheDesk, session: Signed) -> None:
    """Raises NotAllowedError where the path names what lies in none of the person's queues."""
    for part, value in request.path_params.items():
        if part not in WITHIN:
            check_thing(desk, session.user, part, str(value))


def check_thing(desk: Desk, user: User, part: str, value: str) -> None:
    """`part` is a name of `THINGS`; what is no number names nothing, and its page says so."""
    if user.queues is None:
        return
    named = THINGS[part]
    try:
        thing = id_of(value)
    except RuleViolationError:
        return
    check_works_in(user, named.queues(desk, thing), f"{named.noun} {thing}" if named.noun else number_of(thing))


def check_subject(desk: Desk, user: User, subject: str) -> None:
    """The same for the name of a thing on record, such as CD-1042 or draft:7."""
    noun, _, name = subject.partition(":")
    part = {"draft": "draft_id", "outbox": "entry_id", "task": "task_id"}.get(noun, "number")
    if user.queues is not None:
        queues = THINGS[part].queues(desk, int(name)) if name.isdecimal() else _of_item(desk, subject)
        check_works_in(user, queues, subject)


def _of_item(desk: Desk, number: str) -> frozenset[str]:
    try:
        return object_queues.queues_of_item(desk.store.engine, id_of(number))
    except RuleViolationError:
        return frozenset()
