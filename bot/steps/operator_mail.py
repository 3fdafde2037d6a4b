"""Mail of the desk about itself: alarms, canaries, trials. It leaves without an approval, so it may only go inside."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import PermanentError
from bot.mail.address import Address, is_in_domains
from bot.mail.compose import Outgoing, compose
from bot.mail.envelope import Envelope, Receipt
from bot.mail.thread_token import make_message_id
from bot.ports import Sender

# RFC 3834: no program answers it.
AUTOMATIC = b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"


@dataclass(frozen=True, slots=True)
class Operator:
    """Who writes such mail, and the domains that it may go to."""

    company: str
    sender: str
    domains: tuple[str, ...]
    secret: bytes

    def new_id(self, kind: str) -> str:
        return make_message_id(self.secret, kind, secrets.token_hex(8), Address("", self.sender).domain)


@dataclass(frozen=True, slots=True)
class Notice:
    """One such message. `text` is the desk's own words; nothing of any message may be in it."""

    to: tuple[str, ...]
    subject: str
    text: str
    message_id_header: str


def send_notice(notice: Notice, now: datetime, *, operator: Operator, sender: Sender) -> tuple[bytes, Receipt]:
    """The mail as it left, and what the server said.

    Raises PermanentError for an address outside the company's domains, whatever the configuration says.
    """
    check_inside(notice.to, operator.domains)
    mail = Outgoing(
        sender=Address(f"{operator.company} Creditdesk", operator.sender),
        to=tuple(Address("", one) for one in notice.to),
        subject=notice.subject,
        body=notice.text,
        sent_at=now,
        message_id_header=notice.message_id_header,
    )
    raw = AUTOMATIC + compose(mail)
    return raw, sender.send(Envelope(operator.sender, notice.to), raw)


def check_inside(addresses: Sequence[str], domains: Sequence[str]) -> None:
    for address in addresses:
        if address.count("@") != 1 or not is_in_domains(Address("", address), domains):
            raise PermanentError(f"{address} is outside the company's domains; only approved mail may go there")
