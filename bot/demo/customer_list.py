"""The customers of the sample ledger and the people who write for them, from customers.toml."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

OWN_DOMAIN = "northgate.example"
_FIRST_NUMBER = 10020


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer as the file describes it. `expires_in` counts days from now, None where nothing expires."""

    position: int
    name: str
    domain: str
    state: str
    manager: str
    po: str
    people: tuple[str, ...]
    terms: str = "Net 30"
    language: str = "en"
    exempt: str = ""
    expires_in: int | None = None
    also_in: str = ""

    @property
    def number(self) -> str:
        return f"C{_FIRST_NUMBER + 7 * self.position}"

    @property
    def days(self) -> int:
        return int(self.terms.rsplit(" ", 1)[-1])

    def po_number(self, slot: int) -> str:
        """A number that no other purchase order has: every customer owns ninety-seven of them."""
        return self.po.format(n=10_000 + 97 * self.position + 7 * slot)

    def address(self, person: str) -> str:
        return f"{_local_part(person)}@{self.domain}"


def profiles() -> tuple[Profile, ...]:
    entries = tomllib.loads(files("bot.demo").joinpath("customers.toml").read_text("utf-8"))
    return tuple(
        Profile(position, name, people=tuple(entry.pop("people")), **entry)
        for position, (name, entry) in enumerate(entries.items())
    )


def _local_part(person: str) -> str:
    if person == "Accounts Payable":
        return "ap"
    *_, first, last = unicodedata.normalize("NFKD", person).encode("ascii", "ignore").decode().lower().split()
    return first[0] + last
