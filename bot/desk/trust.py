"""What the desk does about a message that is odd: the one table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.mail.flag import Flag


@dataclass(frozen=True, slots=True)
class Effect:
    """`freezes`: no draft by itself. `calls_back`: a call-back task. `doubts`: nothing of the account is told."""

    freezes: bool = False
    calls_back: bool = False
    doubts: bool = False


# A flag that is not here changes nothing; people see it all the same.
EFFECTS: Mapping[Flag, Effect] = {
    Flag.NO_SENDER: Effect(freezes=True, doubts=True),
    Flag.MANY_SENDERS: Effect(freezes=True, doubts=True),
    Flag.IMPERSONATION: Effect(freezes=True, calls_back=True, doubts=True),
    Flag.LOOK_ALIKE: Effect(freezes=True, calls_back=True, doubts=True),
    Flag.UNVERIFIED: Effect(freezes=True, calls_back=True, doubts=True),
    # Its draft is written, but to nobody: a person picks the recipient.
    Flag.REPLY_TO_ELSEWHERE: Effect(doubts=True),
    Flag.BANK_DETAILS_CHANGED: Effect(freezes=True, calls_back=True),
    Flag.UNREAD_CONTAINER: Effect(freezes=True),
    Flag.OVERSIZE: Effect(freezes=True),
    Flag.LOOP_SUSPECTED: Effect(freezes=True),
    Flag.SENDER_FLOOD: Effect(freezes=True),
}

FREEZES = frozenset(flag for flag, effect in EFFECTS.items() if effect.freezes)
CALLS_BACK = frozenset(flag for flag, effect in EFFECTS.items() if effect.calls_back)
DOUBTS = frozenset(flag for flag, effect in EFFECTS.items() if effect.doubts)


def why_frozen(flags: Collection[str]) -> str | None:
    """The words under which the record keeps it; None where the desk may draft."""
    frozen = sorted(FREEZES.intersection(flags))
    return f"a person looks first: {', '.join(frozen)}" if frozen else None
