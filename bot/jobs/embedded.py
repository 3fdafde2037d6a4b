"""The embedded engine: APScheduler as the clock and the runner, and one thread a mailbox that waits for news."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from threading import Event, Lock, Thread

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.bootstrap import Desk
from bot.jobs.balancing import draw_up_balance
from bot.jobs.boundary import Broken, guarded
from bot.jobs.schedule import Row, rows
from bot.jobs.work import poll_mailbox, take_in_all
from bot.ports import Mailbox

# How long the watch on a mailbox rests after failures in a row; the poll reports the failure itself.
RESTS = (1.0, 2.0, 5.0, 15.0, 60.0)
# How long a wait for news lasts at most before the watch begins it anew.
WAIT_SECONDS = 25 * 60.0


class EmbeddedEngine:
    """Runs the desk in this process until stop(). Jobs in progress end by themselves; nothing is cut off."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stopping = Event()
        self._mailboxes = {slug: desk.open_mailbox(slug) for slug in desk.settings.mailboxes}
        self._watched = {slug: desk.open_mailbox(slug) for slug in desk.settings.mailboxes}
        self._balanced = {slug: desk.open_mailbox(slug) for slug in desk.settings.mailboxes}
        self._watches = [
            Thread(target=self._watch, args=(slug, mailbox), name=f"watch-{slug}", daemon=True)
            for slug, mailbox in self._watched.items()
        ]
        self._polling = {slug: Lock() for slug in self._mailboxes}
        # For each mailbox a poll in progress, one that waits behind it for news which came since, a balance, a canary.
        workers = 4 * len(self._mailboxes) + 5
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(workers)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def start(self) -> None:
        for row in rows(self._desk, self._poll, self._balance):
            self._scheduler.add_job(
                partial(_run, row),
                "interval",
                seconds=row.every.total_seconds(),
                id=row.name,
                next_run_time=datetime.now(UTC),
                # With one instance a notice that comes during a poll is dropped, and its mail waits for `poll_every`.
                max_instances=2 if row.name.startswith("poll:") else 1,
            )
        self._scheduler.start()
        for watch in self._watches:
            watch.start()

    def stop(self) -> None:
        """Begin nothing new, let what runs come to its end, then give the connections back."""
        self._stopping.set()
        self._scheduler.pause()
        # A fetch that is broken off stores nothing and comes again; a server that hangs would only delay us.
        for mailbox in (*self._watched.values(), *self._balanced.values(), *self._mailboxes.values()):
            mailbox.close()
        self._scheduler.shutdown(wait=True)
        for watch in self._watches:
            watch.join(timeout=5)

    def _poll(self, slug: str) -> None:
        with self._polling[slug]:
            if self._stopping.is_set():
                # It waited behind a poll that the end of the desk broke off; it would open the connection anew.
                return
            poll_mailbox(self._desk, slug, self._mailboxes[slug])
        take_in_all(self._desk)

    def _balance(self, slug: str) -> None:
        draw_up_balance(self._desk, slug, self._balanced[slug], self._poll)

    def _watch(self, slug: str, mailbox: Mailbox) -> None:
        failures = 0
        while not self._stopping.is_set():
            outcome = guarded("watch", partial(mailbox.wait_for_news, WAIT_SECONDS), mailbox=slug)
            if isinstance(outcome, Broken):
                self._stopping.wait(RESTS[min(failures, len(RESTS) - 1)])
                failures += 1
            else:
                failures = 0
            # What came while the watch was away is nobody's news any more, so after a failure too the poll looks.
            has_news = isinstance(outcome, Broken) or outcome.result
            if has_news and not self._stopping.is_set():
                self._scheduler.modify_job(f"poll:{slug}", next_run_time=datetime.now(UTC))


def _run(row: Row) -> None:
    guarded(row.name, row.job)
