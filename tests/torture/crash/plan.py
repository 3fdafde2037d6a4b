"""Which faults a run meets: every named point first, then as many at random as are wanted. One seed, one plan."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.mailserver.smtp_server import AFTER_DATA_STORED, AFTER_DATA_UNSTORED, IN_MID_DATA, Misbehaviour
from tests.torture.crash.cases import Shard, Tally
from tests.torture.crash.cutting import CuttingWire
from tests.torture.crash.points import MOST_CALLS, NAMED

# A whole life on a quiet machine, from the fork on.
_LIFE_SECONDS = 0.4
_DAY = 86_400


def kills(shard: Shard, count: int, seed: int) -> Iterator[Tally]:
    """At least `count` processes killed, each at another point."""
    dice = random.Random(seed)  # noqa: S311 (a plan, no secret)
    named = [{"point": point, "when": when, "call": 1} for point in NAMED for when in ("before", "after")]
    dice.shuffle(named)
    killed = 0
    while killed < count:
        tally = shard.run("named point", named.pop()) if named else _at_random(shard, dice)
        killed += tally.kills
        yield tally


def _at_random(shard: Shard, dice: random.Random) -> Tally:
    kind = dice.random()
    if kind < 0.35:
        fault = {"point": dice.choice(NAMED), "when": dice.choice(["before", "after"])}
        return shard.run("named point", fault | {"call": dice.randint(2, MOST_CALLS)})
    if kind < 0.85:
        return shard.run("outside call", {"outside_call": dice.randint(1, shard.outside_calls())})
    fault = {"child_parser": True} if kind > 0.97 else {}
    return shard.run("any moment", fault, kill_after=dice.uniform(0, _LIFE_SECONDS))


def other_faults(shard: Shard, mail_port: int, seed: int, rounds: int = 1) -> Iterator[Tally]:
    """Wires cut, disks full, stores locked, clocks that jump, processes that freeze: the process lives on."""
    dice = random.Random(seed)  # noqa: S311
    for _ in range(rounds):
        for breaks in (IN_MID_DATA, AFTER_DATA_UNSTORED, AFTER_DATA_STORED):
            yield shard.run("smtp cut", {}, smtp=Misbehaviour(breaks=breaks))
        for _ in range(3):
            with CuttingWire(mail_port, dice.randint(200, 120_000)) as wire:
                yield shard.run("imap cut", {}, imap_port=wire.port)
        for room in (0, 64_000, 300_000):
            yield shard.run("disk full", {"file_bytes": 200_000 + dice.randint(0, 50_000) + room, "busy_ms": 500})
        yield shard.run("store locked", {"busy_ms": 200}, locked=True)
        for jump in (-3600, _DAY, -30 * _DAY):
            yield shard.run("clock jump", {"jump": jump, "jumps_at": dice.randint(1, 25)})
        for point, when in _FREEZES:
            yield shard.run_frozen({"point": point, "when": when, "call": 1})


# Where a process that sleeps past its lease could do harm when it wakes up.
_FREEZES: tuple[tuple[str, str], ...] = (
    ("bot.mailboxes.imap:ImapMailbox.fetch", "after"),
    ("bot.steps.take_in:_parsed", "after"),
    ("bot.senders.smtp:SmtpSender.send", "after"),
    ("bot.mailboxes.imap_sent:ImapSentFolder.holds", "after"),
)
