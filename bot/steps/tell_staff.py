"""Alarms → one mail to staff."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.watch import Alarm, Told
from bot.ports import Clock, Sender
from bot.repositories import Store
from bot.steps.operator_mail import Notice, Operator, send_notice


def tell_staff(
    alarms: Sequence[Alarm], to: tuple[str, ...], *, sender: Sender, clock: Clock, operator: Operator
) -> None:
    """All that is wrong, in one mail. It touches no store: one that is locked must not silence the alarm."""
    lines = [f"- {alarm.told}" for alarm in alarms]
    text = "\n".join(
        ["The desk needs somebody to look at it:", "", *lines, "", "See the page Health, or run: creditdesk check", ""]
    )
    subject = alarms[0].told if len(alarms) == 1 else f"{len(alarms)} alarms, the first: {alarms[0].told}"
    notice = Notice(to, f"Creditdesk: {subject}", text, operator.new_id("alarm"))
    send_notice(notice, clock.now(), operator=operator, sender=sender)


def note_told(told: Told, to: tuple[str, ...], *, store: Store, clock: Clock) -> None:
    """Keep what staff were told, so that a restart tells them nothing twice. `to` is empty where nothing was sent."""
    with store.begin() as uow:
        uow.watch.save_told(told)
        if to:
            names = sorted(f"{kind} {about}".strip() for kind, about in told.of)
            after = {"to": ", ".join(to), "alarms": ", ".join(names)}
            uow.record.add(RecordEntry(clock.now(), THE_DESK, "told_staff", "watch", {}, after))
        uow.commit()
