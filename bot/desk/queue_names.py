"""How people call the queues."""

from __future__ import annotations

from bot.desk.triage import UNSORTED_QUEUE

QUEUES: dict[str, str] = {
    "icc": "ICC",
    "invoicing": "Invoicing",
    "tax-exempt": "Tax-Exempt",
    "pov": "POV",
    UNSORTED_QUEUE: "Unsorted",
}


def queue_title(queue: str) -> str:
    return QUEUES.get(queue, queue.replace("_", " ").capitalize())
