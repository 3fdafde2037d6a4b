"""A hundred processes killed on their way from fetch to Sent, and the faults that a process has to survive."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.mailserver.server import MailServer
from tests.torture.crash.__main__ import run_shard
from tests.torture.crash.cases import Tally
from tests.torture.crash.points import NAMED

KILLS = 50
SHARDS = 2


@pytest.fixture(scope="module")
def tally(running_mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Tally:
    """Two shards side by side; the second also meets the faults that kill nobody."""
    folder = tmp_path_factory.mktemp("crash")
    with ThreadPoolExecutor(SHARDS) as pool:
        runs = [
            pool.submit(run_shard, f"c{n}", folder / f"c{n}", running_mail_server, KILLS, 20261124 + n, others=n)
            for n in range(SHARDS)
        ]
        return sum((run.result() for run in runs), Tally())


def test_whatever_breaks_nothing_is_lost_and_nothing_is_sent_twice(tally: Tally) -> None:
    assert tally.problems == []
    assert (tally.lost, tally.doubled) == (0, 0)


def test_the_run_was_as_hard_as_it_says(tally: Tally) -> None:
    assert tally.kills >= KILLS * SHARDS
    # Every named point, before and after, in each shard.
    assert tally.by_kind["named point"] >= 2 * len(NAMED) * SHARDS
    assert tally.missed <= tally.cases // 4
    for kind in ("smtp cut", "imap cut", "disk full", "store locked", "clock jump", "frozen"):
        assert tally.by_kind[kind] > 0
    # What nobody can tell about is left to a person, but most of it is told.
    assert tally.sent > 5 * tally.uncertain
