"""`python -m tests.torture.crash`: a long run, and what came of it. Exits 1 where a promise broke."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from tests.databases.postgres import postgres
from tests.mailserver.server import MailServer
from tests.torture.crash.cases import Shard, Tally
from tests.torture.crash.plan import kills, other_faults


def run_shard(
    name: str, folder: Path, server: MailServer, count: int, seed: int, *, others: int = 0, postgres: str = ""
) -> Tally:
    """As many kills as are wanted and as many rounds of the other faults."""
    total = Tally()
    with Shard(name, folder, server, postgres) as shard:
        total = _added(total, kills(shard, count, seed))
        return _added(total, other_faults(shard, server.ports.imap, seed, others))


def _added(total: Tally, tallies: Iterable[Tally]) -> Tally:
    for one in tallies:
        total += one
        for problem in one.problems:
            sys.stderr.write(f"{problem}\n")
        if total.cases % 100 == 0:
            sys.stderr.write(f"{total}\n")
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--rounds", type=int, default=3, help="of the faults that the process survives")
    chosen = parser.parse_args()
    began = time.monotonic()
    with (
        MailServer() as server,
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        ThreadPoolExecutor(chosen.shards) as pool,
        postgres() if chosen.postgres else nullcontext("") as database,
    ):
        each = -(-chosen.kills // chosen.shards)
        runs = [
            pool.submit(
                run_shard,
                f"s{n}",
                Path(folder) / f"s{n}",
                server,
                each,
                chosen.seed + n,
                # A full disk and a locked file are faults of SQLite's.
                others=0 if chosen.postgres else chosen.rounds,
                postgres=database,
            )
            for n in range(chosen.shards)
        ]
        total = sum((run.result() for run in runs), Tally())
    print(total)  # noqa: T201
    print(f"{time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if total.problems else 0


if __name__ == "__main__":
    sys.exit(main())
