"""The watchdog: a thread of its own that reads only the store, so that it also barks when everything else hangs."""

from __future__ import annotations

from functools import partial
from threading import Event, Thread

from bot.bootstrap import Desk
from bot.desk.watch import Alarm, AlarmKind, Told, is_mail_due
from bot.errors import TransientError
from bot.jobs.boundary import Done, guarded
from bot.log import logger
from bot.policies.table import seconds
from bot.policies.watch import mail_cap
from bot.steps.tell_staff import note_told, tell_staff
from bot.store.watch import told_of_alarms


class Watchdog:
    """Looks every so often, logs what is wrong, and tells staff by mail, capped and merged."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stopping = Event()
        self._told: Told | None = None
        self._logged: frozenset[tuple[str, str]] = frozenset()
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def look(self) -> tuple[Alarm, ...]:
        """One look; what is wrong now."""
        alarms = self._alarms()
        self._log(alarms)
        before = self._told_before()
        told = before.without_mended(alarms)
        to, now = self._desk.settings.watch.mail_to, self._desk.clock.now()
        is_due = bool(to) and is_mail_due(alarms, told, mail_cap(self._desk.settings.watch), now)
        if is_due:
            mailing = partial(
                tell_staff, alarms, to, sender=self._desk.sender, clock=self._desk.clock, operator=self._desk.operator
            )
            is_due = isinstance(guarded("tell_staff", mailing), Done)
            told = told.after(alarms, now) if is_due else told
        self._told = told
        if told != before:
            # After the mail, and from memory where it fails: a store that takes no writes must not silence the desk.
            noting = partial(note_told, told, to if is_due else (), store=self._desk.store, clock=self._desk.clock)
            guarded("note_told", noting)
        return alarms

    def _alarms(self) -> tuple[Alarm, ...]:
        try:
            return self._desk.health().alarms
        except TransientError as error:
            return (Alarm(AlarmKind.STORE, "", f"the store cannot be read: {error}"),)

    def _told_before(self) -> Told:
        if self._told is not None:
            return self._told
        try:
            return told_of_alarms(self._desk.store.engine)
        except TransientError:
            return Told()

    def _log(self, alarms: tuple[Alarm, ...]) -> None:
        keys = frozenset(alarm.key for alarm in alarms)
        for alarm in alarms:
            if alarm.key not in self._logged:
                logger().warning("alarm", kind=alarm.kind, about=alarm.about, told=alarm.told)
        for kind, about in self._logged - keys:
            logger().info("alarm_over", kind=kind, about=about)
        self._logged = keys

    def _run(self) -> None:
        every = seconds(self._desk.settings.watch.look_every).total_seconds()
        while not self._stopping.wait(every):
            guarded("watchdog", self.look)
