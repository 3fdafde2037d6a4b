"""Who acts, and on what they may. The record names people of the desk, never a name that somebody typed."""

from __future__ import annotations

from bot.desk.draft import Draft
from bot.desk.task import Task
from bot.desk.user import User, check_works_in
from bot.desk.work_item import WorkItem
from bot.errors import RuleViolationError
from bot.repositories import UnitOfWork


def known_person(uow: UnitOfWork, name: str) -> User:
    """The user of that name. Raises RuleViolationError where there is none, or where they are no longer active."""
    user = uow.users.get(name)
    if user is None:
        raise RuleViolationError(f"there is no user {name}; add one with: creditdesk user add {name}")
    if not user.is_active:
        raise RuleViolationError(f"{name} is no longer active")
    return user


def check_works_on(user: User, *items: WorkItem) -> None:
    """Raises NotAllowedError where one of the items lies outside the person's queues."""
    for item in items:
        check_works_in(user, [item.queue], item.number)


def check_works_on_draft(uow: UnitOfWork, user: User, draft: Draft) -> None:
    """Raises NotAllowedError where the draft answers no item of the person's queues."""
    if user.queues is not None:
        queues = [uow.items.survivor(item_id).queue for item_id in uow.drafts.items_of(draft.draft_id)]
        check_works_in(user, queues, f"draft {draft.draft_id}")


def check_works_on_task(uow: UnitOfWork, user: User, task: Task) -> None:
    """Raises NotAllowedError where the task belongs to no conversation of the person's queues."""
    if user.queues is not None:
        items = uow.items.of_thread(task.thread_id) if task.thread_id is not None else ()
        queues = [uow.items.survivor(item.item_id).queue for item in items]
        check_works_in(user, queues, f"task {task.task_id}")
