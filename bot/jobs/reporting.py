"""Mailings that are due → report → mail. Each finds its work by the clock and in the store."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.bootstrap import Desk
from bot.desk.outbox import Sent
from bot.jobs.boundary import Done, guarded
from bot.mail.compose_summary import Published
from bot.reports.mailing import Mailing
from bot.steps.mail_report import queue_report, send_report, settle_lost_reports


def mail_reports(desk: Desk) -> int:
    """Write what is due and send what was written. How many were sent."""
    now, zone = desk.clock.now(), ZoneInfo(desk.settings.company.time_zone)
    for mailing in desk.settings.reports.mailings:
        as_of = mailing.due_at(now, zone)
        if as_of is not None:
            make = partial(_publish, desk, mailing, as_of)
            writing = partial(
                queue_report, mailing, as_of, make, store=desk.store, clock=desk.clock, operator=desk.operator
            )
            guarded("write_report", writing, mailing=mailing.slug)
    guarded("settle_reports", partial(settle_lost_reports, store=desk.store, clock=desk.clock))
    with desk.store.look() as uow:
        due = uow.report_mails.due(desk.clock.now())
    sent = 0
    for mail_id in due:
        sending = partial(
            send_report, mail_id, store=desk.store, sender=desk.sender, clock=desk.clock, operator=desk.operator
        )
        outcome = guarded("send_report", sending, mail=mail_id)
        sent += isinstance(outcome, Done) and isinstance(outcome.result, Sent)
    return sent


def _publish(desk: Desk, mailing: Mailing, as_of: datetime) -> Published:
    return desk.publisher().mail(desk.report(mailing.report, desk.reader(mailing.reader), as_of))
