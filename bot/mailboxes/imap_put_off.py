"""Messages over which the connection was lost: put off, tried again alone at each later poll, and then given up.

The cursor carries them, as 17=2@1790000000 for the UID, the tries so far and the time of the last one, so that they
outlive the process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

TRIES = 3
# A line that is cut looks the same from here as a message that breaks it. Tries closer together than this count as one,
# so that a server has the time to restart before a message is blamed.
SECONDS_BETWEEN = 30


@dataclass(frozen=True, slots=True)
class PutOff:
    uid: int
    tries: int
    at: int

    def failed_again(self, now: float) -> PutOff:
        # A clock that was set back counts too: it must not keep a message waiting.
        is_too_soon = self.at <= now < self.at + SECONDS_BETWEEN
        return self if is_too_soon else replace(self, tries=self.tries + 1, at=int(now))

    @property
    def is_given_up(self) -> bool:
        return self.tries >= TRIES


def read(text: str) -> list[PutOff]:
    found = []
    for part in text.split(",") if text else ():
        uid, _, rest = part.partition("=")
        tries, _, at = rest.partition("@")
        found.append(PutOff(int(uid), int(tries), int(at)))
    return found


def write(put_off: Iterable[PutOff]) -> str:
    return ",".join(f"{one.uid}={one.tries}@{one.at}" for one in put_off)


def after(before: Iterable[PutOff], settled: Collection[int], failed: Iterable[int], now: float) -> list[PutOff]:
    """What is put off from now on: those before without what is settled, and what has just failed, once more."""
    known = {one.uid: one for one in before if one.uid not in settled}
    for uid in failed:
        known[uid] = known[uid].failed_again(now) if uid in known else PutOff(uid, 1, int(now))
    return sorted(known.values(), key=lambda one: one.uid)
