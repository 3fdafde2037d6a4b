"""A person's word that a task is done."""

from __future__ import annotations

from bot.desk.record import RecordEntry
from bot.desk.task import TaskKind
from bot.errors import ConflictError
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.persons import check_works_on_task, known_person


def close_task(task_id: int, person: str, *, store: Store, clock: Clock) -> None:
    """Raises ConflictError where it is done already. An address that came back is trusted again from then on."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        task = uow.tasks.get(task_id)
        check_works_on_task(uow, user, task)
        if task.done_at is not None:
            raise ConflictError(f"{task.done_by} has done task {task_id} already")
        uow.tasks.close(task_id, person, now)
        if task.kind is TaskKind.RETURNED_MAIL:
            uow.tasks.trust(task.key.partition(":")[2])
        uow.record.add(RecordEntry(now, person, "task_done", f"task:{task_id}", {}, {"task": task.text[:400]}))
        uow.commit()
