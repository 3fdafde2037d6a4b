"""Verdicts as JSON and back. Short keys: there is one on every message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.desk.verdict import Evidence, FoundFact, Scored, Verdict


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "category": verdict.category,
        "best": verdict.best,
        "probability": verdict.probability,
        "categories": [[one.name, one.probability] for one in verdict.categories],
        "reason": verdict.reason,
        "currency": verdict.currency,
        "facts": [_stored_fact(one) for one in verdict.facts],
        "evidence": [[one.field, one.start, one.end, one.text, one.why] for one in verdict.evidence],
        "model": verdict.model,
    }


def verdict_from_json(stored: Mapping[str, Any] | None) -> Verdict | None:
    if stored is None:
        return None
    return Verdict(
        category=stored["category"],
        best=stored["best"],
        probability=stored["probability"],
        categories=tuple(Scored(*one) for one in stored["categories"]),
        reason=stored["reason"],
        currency=stored["currency"],
        facts=tuple(FoundFact(*one) for one in stored["facts"]),
        evidence=tuple(Evidence(*one) for one in stored["evidence"]),
        model=stored["model"],
    )


def _stored_fact(one: FoundFact) -> list[Any]:
    stored = [one.kind, one.value, one.text, one.field, one.start, one.end, one.role]
    return [*stored, one.place] if one.place else stored
