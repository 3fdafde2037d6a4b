"""The categories of credit mail, as `categories.toml` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Category:
    """One category. `reasons` maps a reason's slug to its title; `queue` is where its work items are worked.

    `answer_days` says by how many business days the desk promises the next step, `reason_days` where a reason has its
    own promise. `unanswered` are reasons that open no work item and get no draft, such as newsletters. `mistaken_for`
    says what it costs to take it for another category, where that is more or less than an ordinary mistake (1).
    """

    slug: str
    title: str
    queue: str
    answer_days: int
    reasons: Mapping[str, str]
    unanswered: tuple[str, ...] = ()
    reason_days: Mapping[str, int] = field(default_factory=dict)
    mistaken_for: Mapping[str, float] = field(default_factory=dict)

    def days_for(self, reason: str | None) -> int:
        return self.reason_days.get(reason or "", self.answer_days)


Catalog = Mapping[str, Category]
