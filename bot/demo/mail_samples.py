"""The sample mail: letters and oddities, filled from the ledger and spread over the last three working days."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

from bot.demo.compose import Scene, compose, received, sender_of
from bot.demo.customer_list import OWN_DOMAIN, profiles
from bot.demo.ledger import SampleLedger, sample_ledger
from bot.demo.letter import Letter, letters
from bot.demo.oddities import oddities
from bot.demo.placeholders import fill
from bot.demo.sample_message import SampleMessage

# The company's day, whatever the server's zone is.
_COMPANY_ZONE = timezone(timedelta(hours=-5))
_DAYS = 3
_OPENS, _MINUTES_OPEN = timedelta(hours=8, minutes=4), 9 * 60 + 20
# A step that shares no factor with the number of letters spreads those of one file over all days.
_STEP = 47


def sample_mail(now: datetime) -> tuple[SampleMessage, ...]:
    """Every delivery, oldest first. `now` is aware; the same day gives the same bytes."""
    ledger = sample_ledger(now)
    written = letters()
    times = {letter.name: _sent_at(letter, place, len(written), now) for place, letter in enumerate(written)}
    scene = _scene(ledger, written, times, now)
    messages = [
        SampleMessage(
            mailbox=mailbox,
            name=letter.name,
            raw=received(compose(letter, times[letter.name], scene), mailbox, times[letter.name], number),
            sent_at=times[letter.name],
            meant=letter.meant,
            also=letter.also,
            customer_number=_number(ledger, letter.company),
            stranger_number=_number(ledger, letter.stranger),
        )
        for number, letter in enumerate(written)
        for mailbox in letter.mailboxes
    ]
    messages += oddities(ledger, _working_day(now, 1).replace(hour=11))
    return tuple(sorted(messages, key=lambda message: message.sent_at))


def _number(ledger: SampleLedger, company: str) -> str:
    return ledger.customer(company).number if company else ""


def _scene(ledger: SampleLedger, written: tuple[Letter, ...], times: dict[str, datetime], now: datetime) -> Scene:
    known = {profile.name: profile for profile in profiles()}
    by_name = {letter.name: letter for letter in written}

    def message_id(name: str) -> str:
        domain = sender_of(by_name[name], known).rpartition("@")[2].strip("> ") if name in by_name else OWN_DOMAIN
        return f"<{hashlib.sha256(f'{name} {now:%Y%m%d}'.encode()).hexdigest()[:24]}@{domain}>"

    def enclosed(name: str) -> bytes:
        return compose(by_name[name], times[name], scene)

    scene = Scene(
        profiles=known,
        fill=lambda text, letter: fill(text, ledger, letter.company, letter.stranger, now),
        message_id=message_id,
        enclosed=enclosed,
    )
    return scene


def _sent_at(letter: Letter, place: int, count: int, now: datetime) -> datetime:
    if letter.at:
        hour, minute = letter.at.split(":")
        return _working_day(now, letter.days_ago) + timedelta(hours=int(hour), minutes=int(minute))
    share = (place * _STEP) % count
    day, minute_of_day = 1 + share % _DAYS, _MINUTES_OPEN * share // count
    return _working_day(now, day) + _OPENS + timedelta(minutes=minute_of_day, seconds=(share * 13) % 60)


def _working_day(now: datetime, days_ago: int) -> datetime:
    """Midnight of that working day. Today is not among them, because its hours may not have come yet."""
    day = now.astimezone(_COMPANY_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(days_ago):
        day -= timedelta(days=1)
        while day.weekday() >= 5:
            day -= timedelta(days=1)
    return day
