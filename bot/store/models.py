"""Which model was chosen when, and how challengers fared against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from bot.desk.model_choice import Comparison, ModelChoice
from bot.store.learning_tables import model_choice, model_comparison

_CHOICES = select(*model_choice.c["name", "chosen_at", "chosen_by", "how", "why"]).order_by(model_choice.c.id.desc())


class SqlModels:
    """See `learning_repositories.Models`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def chosen(self) -> ModelChoice | None:
        row = self._connection.execute(_CHOICES.limit(1)).one_or_none()
        return ModelChoice(*row) if row is not None else None

    def choices(self) -> Sequence[ModelChoice]:
        return [ModelChoice(*row) for row in self._connection.execute(_CHOICES)]

    def choose(self, choice: ModelChoice) -> None:
        self._connection.execute(insert(model_choice), [asdict(choice)])

    def compared(self, champion: str) -> Sequence[Comparison]:
        columns = [column for column in model_comparison.c if column.name != "id"]
        query = select(*columns).where(model_comparison.c.champion == champion).order_by(model_comparison.c.id)
        return [Comparison(*row) for row in self._connection.execute(query)]

    def add_comparison(self, comparison: Comparison) -> None:
        self._connection.execute(insert(model_comparison), [asdict(comparison)])
