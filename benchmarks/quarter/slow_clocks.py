"""What the slow model knows of promises: when each is broken, and who is told of it at which round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.quarter.hours import Minutes, day_ends
from benchmarks.quarter.script import Letter

LARGE_CENTS = 1_000_000
LADDER = ("due soon", "late", "still late")
# Who leads the queue of purchase orders; everything else is the manager's at once.
LEAD, MANAGER = "lou", "mo"


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock of one letter: when each step of the ladder is due, the second of which is the breach."""

    kind: str
    steps: tuple[datetime, datetime, datetime]


@dataclass(slots=True)
class Course:
    """What became of a letter: the rounds at which it was taken in, put to waiting, reminded of, and done."""

    letter: Letter
    promises: tuple[Promise, ...]
    taken_in: datetime
    asked: datetime | None = None
    done: datetime | None = None
    reminded: datetime | None = None

    def is_done(self, at: datetime) -> bool:
        return self.done is not None and self.done <= at

    def is_late(self, at: datetime) -> bool:
        """A clock that pauses stands where it stood; the first answer is given with the first reminder."""
        is_answered = self.reminded is not None and self.reminded <= at
        living = [one for one in self.promises if not is_answered or one.kind != "first_response"]
        return any(at > one.steps[1] and not self._pauses(one.steps[1]) for one in living)

    def _pauses(self, at: datetime) -> bool:
        return self.asked is not None and self.asked < at

    def warnings(self, rounds: list[datetime]) -> Iterator[tuple[datetime, str, str, str]]:
        """Round, person, step and kind of all that is told of it. Of what came due between two rounds, the last."""
        for promise in self.promises:
            told = 0
            for at in rounds:
                if self.is_done(at) or told == len(LADDER) or self._pauses(at):
                    break
                reached = sum(step <= at for step in promise.steps)
                if reached > told:
                    told = reached
                    yield from ((at, one, LADDER[told - 1], promise.kind) for one in self._people(LADDER[told - 1]))

    def _people(self, step: str) -> tuple[str, ...]:
        if not self.letter.category.startswith("po"):
            return (MANAGER,)
        return (LEAD, MANAGER) if step == "still late" else (LEAD,)


class Promises:
    """What is promised to whom: the large ones two hours, the others the day."""

    def __init__(self) -> None:
        self._desk, self._night = Minutes(with_office=True), Minutes(with_office=False)

    def of(self, letter: Letter, cents: int) -> tuple[Promise, ...]:
        is_order = letter.category.startswith("po")
        usual = self._night if is_order else self._desk
        if cents > LARGE_CENTS:
            first = self._promise("first_response", self._desk, letter.at, timedelta(hours=2))
        else:
            first = self._promise("first_response", usual, letter.at, None)
        return (first, self._promise("resolution", usual, letter.at, None)) if is_order else (first,)

    @staticmethod
    def _promise(kind: str, minutes: Minutes, at: datetime, span: timedelta | None) -> Promise:
        due = day_ends(at) if span is None else minutes.after(at, span)
        budget = minutes.between(at, due)
        soon = max(budget - timedelta(hours=1), budget / 2)
        return Promise(kind, (minutes.after(at, soon), due, minutes.after(at, budget + timedelta(hours=4))))
