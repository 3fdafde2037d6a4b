"""What of a report its reader may see: the work of their queues, and figures of persons by one rule for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.reports.facts import Facts


@dataclass(frozen=True, slots=True)
class Reader:
    """`name` is the user, "" where no person reads; `queues` None is every queue."""

    name: str
    queues: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Managers:
    """`of` maps a manager to the people that report to them. Everybody else reports to `otherwise`, where it is set."""

    of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    otherwise: str = ""

    def seen_by(self, reader: str, people: Iterable[str]) -> frozenset[str]:
        """Those whose figures this reader may see: their own and those of whom they manage, whatever their role."""
        return frozenset(one for one in people if one and reader and reader in (one, self._manager_of(one)))

    def _manager_of(self, person: str) -> str:
        return next((manager for manager, team in self.of.items() if person in team), self.otherwise)


def facts_for(facts: Facts, reader: Reader) -> Facts:
    """The facts of the reader's queues. What lies in no queue, such as deliveries, is for those who have them all."""
    if reader.queues is None:
        return facts
    queues = reader.queues
    items = tuple(one for one in facts.items if one.history.standing(facts.as_of).queue in queues)
    known = {one.history.item_id for one in items}
    drafts = tuple(one for one in facts.drafts if known.intersection(one.items))
    return replace(facts, items=items, drafts=drafts, happenings=(), held=(), mailboxes=())
