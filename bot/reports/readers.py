"""Who may see the figures of a person: that person and their manager, nobody else, whatever their role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Managers:
    """`of` maps a manager to the people that report to them. Everybody else reports to `otherwise`, where it is set."""

    of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    otherwise: str = ""

    def seen_by(self, reader: str, people: Iterable[str]) -> frozenset[str]:
        """Those of the people whose figures this reader may see."""
        return frozenset(one for one in people if one and reader and reader in (one, self._manager_of(one)))

    def _manager_of(self, person: str) -> str:
        return next((manager for manager, team in self.of.items() if person in team), self.otherwise)
