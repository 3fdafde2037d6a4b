"""Mail that customers write in these tests, and reading what they got."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tests.mailserver.server import MailServer

# Fixed, so that the same letter is the same bytes.
SENT_AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)

REVISION = (
    "Hello,\n\nplease add our purchase order number 4500781 to invoice INV-55120 and send us the corrected invoice. "
    "Our accounts payable system will not accept the invoice without the PO number on it.\n\nThank you,\nAnn Lee\n"
)


def letter(
    subject: str = "Invoice INV-55120 needs our PO number",
    text: str = REVISION,
    *,
    message_id: str = "first@customer.example",
    sender: str = "Ann Lee <customer@customer.example>",
    to: str = "icc@northgate.example",
    references: Sequence[str] = (),
) -> bytes:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(SENT_AT)
    message["Message-ID"] = f"<{message_id}>"
    if references:
        message["In-Reply-To"] = f"<{references[-1]}>"
        message["References"] = " ".join(f"<{one}>" for one in references)
    message.set_content(text)
    return message.as_bytes()


def mail_of(server: MailServer, user: str, folder: str = "INBOX") -> list[EmailMessage]:
    """Every message in a mailbox, as a mail program would show it; flags are left alone."""
    with server.imap(user) as connection:
        kind, _ = connection.select(f'"{folder}"', readonly=True)
        if kind != "OK":
            return []
        _, (numbers,) = connection.search(None, "ALL")
        found = []
        for number in numbers.split():
            _, parts = connection.fetch(number.decode(), "(BODY.PEEK[])")
            raw = parts[0][1]
            assert isinstance(raw, bytes)
            found.append(email.message_from_bytes(raw, policy=email.policy.default))
    return found  # type: ignore[return-value]


def flags_of(server: MailServer, user: str, folder: str = "INBOX") -> list[str]:
    with server.imap(user) as connection:
        connection.select(f'"{folder}"', readonly=True)
        _, parts = connection.fetch("1:*", "(UID FLAGS)")
    return sorted(part.decode() for part in parts if isinstance(part, bytes))


def wait_for_mail(server: MailServer, user: str, count: int = 1, seconds: float = 30) -> list[EmailMessage]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = mail_of(server, user)
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{user} has {len(mail_of(server, user))} messages after {seconds} s, not {count}")
