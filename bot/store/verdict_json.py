"""Verdicts as JSON and back. Short keys: there is one on every message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.desk.verdict import Choice, Evidence, FoundFact, Scored, Verdict


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if verdict.choices:
        asked["choices"] = [list(one) for one in verdict.choices]
    if verdict.question is not None:
        asked["question"] = list(verdict.question)
    return {
        "category": verdict.category,
        "best": verdict.best,
        "probability": verdict.probability,
        "categories": [list(one) for one in verdict.categories],
        "reason": verdict.reason,
        "currency": verdict.currency,
        "facts": [_stored_fact(one) for one in verdict.facts],
        "evidence": [list(one) for one in verdict.evidence],
        "model": verdict.model,
        **asked,
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
        choices=tuple(Choice(*one) for one in stored.get("choices", ())),
        question=Evidence(*stored["question"]) if "question" in stored else None,
    )


def _stored_fact(one: FoundFact) -> list[Any]:
    return list(one) if one.place else list(one[:-1])
