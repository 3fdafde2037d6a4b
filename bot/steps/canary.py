"""A mail that the desk writes to itself through the mailbox rule: where it does not arrive, nobody else's does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.mail.message import InboundMessage
from bot.mail.thread_token import read_message_id
from bot.ports import Clock, Sender
from bot.repositories import Store, UnitOfWork
from bot.steps.operator_mail import Notice, Operator, send_notice

# No thread has this key: theirs are random and longer.
_KEY = "canary"
_MARK = f"cd.{_KEY}."
# What an administrator lets a mailbox send to itself; see exercise_mailbox.
TRIAL = "trial"
_ID = re.compile(r"cd\.canary\.[0-9a-f]{16}\.[0-9a-f]{20}")
_KEPT = timedelta(days=30)
_TEXT = (
    "The desk sends this mail to itself, to see that the rule of the mailbox still brings mail to it.\n\n"
    "Nobody needs to answer it. Where people see it, the rule does not catch it: tell whoever looks after the desk.\n"
)


def send_canary(slug: str, address: str, *, store: Store, sender: Sender, clock: Clock, operator: Operator) -> None:
    """Put it on record, then send it: one that never leaves is missed like one that never arrives."""
    now = clock.now()
    message_id = operator.new_id(_KEY)
    with store.begin() as uow:
        uow.watch.add_canary(slug, message_id, now)
        uow.watch.forget_canaries(now - _KEPT)
        uow.commit()
    subject = f"Creditdesk canary [{message_id.partition('@')[0]}]"
    send_notice(Notice((address,), subject, _TEXT, message_id), now, operator=operator, sender=sender)


def is_marked(message: InboundMessage) -> bool:
    """Whether it is worth a closer look."""
    return message.message_id_header.startswith((_MARK, f"cd.{TRIAL}.")) or _MARK in message.subject


def arrival_of(uow: UnitOfWork, message: InboundMessage, secret: bytes, now: datetime) -> str | None:
    """None for other mail, "" for a canary that came as it was sent and for a trial, and else what is wrong with it."""
    if read_message_id(secret, message.message_id_header) == TRIAL:
        return ""
    if read_message_id(secret, message.message_id_header) == _KEY:
        if uow.watch.canary_arrived(message.message_id_header, now):
            return ""
        return "it carries the Message-ID of a canary that arrived before"
    found = _ID.search(message.subject)
    if found is None or read_message_id(secret, f"{found[0]}@x") != _KEY:
        return None
    uow.watch.canary_altered(found[0])
    return "it is a canary that came back changed: a rule forwards where it should redirect or file"
