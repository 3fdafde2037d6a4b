"""Which model was chosen, and which one sorted last: they differ where a desk could not load what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select

from bot.desk.model_choice import ModelChoice
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.models import SqlModels
from bot.store.verdict_json import verdict_from_json


@dataclass(frozen=True, slots=True)
class ModelPage:
    """`sorted_last` is the model of the newest verdict, "" before the first mail."""

    chosen: ModelChoice | None
    sorted_last: str


def model_page(engine: Engine) -> ModelPage:
    newest = select(t.message.c.verdict).where(t.message.c.direction == "inbound").order_by(t.message.c.id.desc())
    with reading(engine) as connection:
        chosen = SqlModels(connection).chosen()
        verdict = verdict_from_json(connection.scalar(newest.limit(1)))
    return ModelPage(chosen, verdict.model if verdict is not None else "")
