"""Report → mail to managers. It leaves without an approval, so it may only go inside, and at most once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox import OutboxState
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.report_mail import ReportMail
from bot.errors import BotError
from bot.mail.address import Address
from bot.mail.compose import Outgoing
from bot.mail.compose_summary import Published, compose_summary
from bot.mail.envelope import Envelope
from bot.ports import Clock, Sender
from bot.reports.mailing import Mailing
from bot.repositories import Store
from bot.steps.operator_mail import AUTOMATIC, Operator, check_inside

# Set at a restore: what was due before may have been mailed after the backup.
NOT_BEFORE = "reports_not_before"


def queue_report(
    mailing: Mailing, as_of: datetime, make: Callable[[], Published], *, store: Store, clock: Clock, operator: Operator
) -> bool:
    """Write the mail of this moment unless it was written. Raises PermanentError for an address outside the company."""
    check_inside(mailing.to, operator.domains)
    with store.look() as uow:
        held_until = uow.clocks.mark(NOT_BEFORE)
        if uow.report_mails.is_written(mailing.slug, as_of) or (held_until and as_of.isoformat() <= held_until):
            return False
    # Outside of any transaction: drawing takes a second, in which others want to write.
    published = make()
    now, message_id = clock.now(), operator.new_id("report")
    outgoing = Outgoing(
        sender=Address(f"{operator.company} Creditdesk", operator.sender),
        to=tuple(Address("", one) for one in mailing.to),
        subject=published.subject,
        body="",
        sent_at=now,
        message_id_header=message_id,
    )
    raw = AUTOMATIC + compose_summary(outgoing, published)
    with store.begin() as uow:
        if uow.report_mails.is_written(mailing.slug, as_of):
            return False
        envelope = Envelope(operator.sender, mailing.to)
        mail = ReportMail(0, mailing.slug, as_of, message_id, envelope, OutboxState.QUEUED, now, raw=raw)
        uow.report_mails.add(mail)
        after = {"to": ", ".join(mailing.to), "report": mailing.report, "as_of": as_of.isoformat()}
        uow.record.add(RecordEntry(now, THE_DESK, "report_written", f"mailing:{mailing.slug}", {}, after))
        uow.commit()
    return True


def send_report(
    mail_id: int, *, store: Store, sender: Sender, clock: Clock, operator: Operator
) -> outbox.Outcome | None:
    """Send one due mail, once. None where it was not due or someone else has it."""
    with store.begin() as uow:
        mail = uow.report_mails.claim(mail_id, clock.now())
        uow.commit()
    if mail is None:
        return None
    try:
        # The domains may have changed since it was written.
        check_inside(mail.envelope.recipients, operator.domains)
        outcome: outbox.Outcome = outbox.Sent(clock.now(), sender.send(mail.envelope, mail.raw))
    except BotError as error:
        outcome = outbox.after_failure(mail.failures, error, clock.now())
    _settle(mail, outcome, store, clock)
    return outcome


def settle_lost_reports(*, store: Store, clock: Clock) -> int:
    """Mails whose sender died in mid-send may have left, so they never leave again. The next report comes anyway."""
    with store.look() as uow:
        lost = uow.report_mails.lost_claims(clock.now() - outbox.CLAIM_HELD_FOR)
    for mail in lost:
        _settle(mail, outbox.after_lost_claim(was_found_in_sent=None, now=clock.now()), store, clock)
    return len(lost)


def _settle(mail: ReportMail, outcome: outbox.Outcome, store: Store, clock: Clock) -> None:
    what = f"report_{type(outcome).__name__.lower()}"
    after = {"message_id": mail.message_id_header, "reason": getattr(outcome, "reason", "")}
    with store.begin() as uow:
        uow.report_mails.settle(mail, outcome)
        uow.record.add(
            RecordEntry(clock.now(), THE_DESK, what, f"mailing:{mail.mailing}", {"state": mail.state}, after)
        )
        uow.commit()
