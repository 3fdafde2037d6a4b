"""Tasks that one message calls for. The caller commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.task import Task, TaskKind
from bot.desk.trust import CALLS_BACK
from bot.mail.flag import WARNINGS, Flag
from bot.mail.message import InboundMessage
from bot.repositories import UnitOfWork


def raise_tasks(
    uow: UnitOfWork, message: InboundMessage, flags: Collection[str], thread_id: int, now: datetime
) -> None:
    for task in _tasks(message, flags, thread_id, now):
        if uow.tasks.open(task):
            uow.record.add(RecordEntry(now, THE_DESK, "task_opened", f"thread:{thread_id}", {}, {"task": task.kind}))


def _tasks(message: InboundMessage, flags: Collection[str], thread_id: int, now: datetime) -> list[Task]:
    if not flags and message.automatic != "challenge":
        return []
    sender = message.senders[0].key if message.senders else "nobody"
    found: list[Task] = []
    if calling := [flag for flag in WARNINGS if flag in flags and flag in CALLS_BACK]:
        reasons = ". ".join(WARNINGS[flag] for flag in calling)
        text = f"Call the customer back on a number you know before anything is answered or changed. {reasons}"
        found.append(Task(0, TaskKind.CALL_BACK, f"call_back:{thread_id}", text, thread_id, now))
    if Flag.SENDER_FLOOD in flags:
        text = f"{sender} writes very much: everything is kept, but no answers are drafted meanwhile"
        found.append(Task(0, TaskKind.SENDER_FLOOD, f"flood:{sender}"[:400], text, None, now))
    if Flag.LOOP_SUSPECTED in flags:
        text = f"{WARNINGS[Flag.LOOP_SUSPECTED]}: {sender} and the desk. No more answers are drafted here"
        found.append(Task(0, TaskKind.LOOP, f"loop:{sender}"[:400], text, thread_id, now))
    if message.automatic == "challenge":
        text = f"The mail system of {sender} asks who we are before it delivers. No link of it was followed"
        found.append(Task(0, TaskKind.SENDER_CHECK, f"check:{sender}"[:400], text, thread_id, now))
    return found
