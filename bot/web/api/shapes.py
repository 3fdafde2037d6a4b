"""What programs get and send. Fields are only ever added within one version of the API."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.desk.clock import Clock
from bot.desk.draft import Draft, DraftText, find_gaps
from bot.desk.resolution import Resolution
from bot.desk.work_item import WorkItem
from bot.store.columns import to_json

Line = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[str, Field(min_length=1, max_length=20_000)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Item(BaseModel):
    number: str
    category: str
    reason: str | None
    state: str
    queue: str
    side: str
    customer: str | None
    subject: str
    opened_at: datetime
    due_at: datetime | None
    waiting_until: date | None
    assignee: str | None
    resolution: str | None
    document: str


class ItemPage(BaseModel):
    items: list[Item]
    next_after: str | None


class ClockLine(BaseModel):
    kind: str
    state: str
    started_at: datetime
    due_at: datetime | None


class MessageLine(BaseModel):
    id: int
    direction: str
    sender: str
    subject: str
    received_at: datetime
    text: str


class DraftLine(BaseModel):
    """`sha256` names exactly this text; an approval must name it again."""

    id: int
    version: int
    state: str
    to: list[str]
    cc: list[str]
    subject: str
    body: str
    gaps: list[str]
    author: str
    sha256: str


class WholeItem(Item):
    clocks: list[ClockLine]
    messages: list[MessageLine]
    drafts: list[DraftLine]


class Approve(Sent):
    version: Version
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Approved(BaseModel):
    outbox_entry: int


class Reject(Sent):
    version: Version
    reason: Words


class Assign(Sent):
    """`assignee` null: nobody."""

    assignee: Line | None


class Sort(Sent):
    category: Line
    reason: Line | None = None


class Note(Sent):
    body: Words


class Wait(Sent):
    """`until` null: until the customer answers; else nothing is to be done before that day."""

    until: date | None = None


class Resolve(Sent):
    """`document` is the ERP's number of the invoice, credit or refund, where the resolution makes one."""

    resolution: Resolution
    document: Annotated[str, Field(max_length=100)] = ""


class HitLine(BaseModel):
    kind: str
    at: datetime
    who: str
    subject: str
    text: str
    items: list[str]


class Found(BaseModel):
    """`not_understood` says in words which filters were not."""

    hits: list[HitLine]
    not_understood: list[str]
    next_after: int | None


class ReportName(BaseModel):
    name: str
    title: str


def item_shape(item: WorkItem) -> Item:
    return Item(
        number=item.number,
        category=item.category,
        reason=item.reason,
        state=item.state,
        queue=item.queue,
        side=item.side,
        customer=item.customer_number,
        subject=item.subject,
        opened_at=item.opened_at,
        due_at=item.due_at,
        waiting_until=item.waiting_until,
        assignee=item.assignee,
        resolution=item.resolution,
        document=item.document_number,
    )


def clock_shape(clock: Clock) -> ClockLine:
    return ClockLine(kind=clock.kind, state=clock.state, started_at=clock.started_at, due_at=clock.due_at)


def draft_shape(draft: Draft) -> DraftLine:
    text = draft.text
    return DraftLine(
        id=draft.draft_id,
        version=draft.version,
        state=draft.state,
        to=list(text.to),
        cc=list(text.cc),
        subject=text.subject,
        body=text.body,
        gaps=list(find_gaps(text)),
        author=draft.author,
        sha256=text_digest(text),
    )


def text_digest(text: DraftText) -> str:
    """Over all that the customer would get: recipients, subject, body and files."""
    files = [file.sha256 for file in text.files]
    return sha256(to_json([list(text.to), list(text.cc), text.subject, text.body, files]).encode()).hexdigest()
