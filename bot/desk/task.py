"""What a person has to look at beside work items. Mail opens tasks, only people close them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    CALL_BACK = "call_back"
    RETURNED_MAIL = "returned_mail"
    SENDER_CHECK = "sender_check"
    SENDER_FLOOD = "sender_flood"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Task:
    """`key` names the matter: while a task about it is open, there is no second one."""

    task_id: int
    kind: TaskKind
    key: str
    text: str
    thread_id: int | None
    opened_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
