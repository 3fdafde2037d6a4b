"""What an error of a mailbox is called, so that the page can say how to mend it."""

from __future__ import annotations

import socket
import ssl

import pytest

from bot.desk.mailbox_trouble import Trouble
from bot.errors import BotError, FolderMissingError, LoginRefusedError, MailboxUnreachableError, TransientError
from bot.steps.mailbox_trouble import trouble_of


@pytest.mark.parametrize(
    ("error", "beneath", "wanted"),
    [
        (LoginRefusedError(), None, Trouble.LOG_IN_REFUSED),
        (FolderMissingError(), OSError(), Trouble.FOLDER_MISSING),
        (MailboxUnreachableError(), ssl.SSLCertVerificationError(), Trouble.CERTIFICATE),
        (MailboxUnreachableError(), ssl.SSLError(), Trouble.ENCRYPTION),
        (MailboxUnreachableError(), socket.gaierror(), Trouble.NAME_UNKNOWN),
        (MailboxUnreachableError(), ConnectionRefusedError(), Trouble.REFUSED),
        (MailboxUnreachableError(), TimeoutError(), Trouble.SILENT),
        (MailboxUnreachableError(), OSError(), Trouble.UNREACHABLE),
        (TransientError("the store failed"), None, Trouble.OTHER),
    ],
)
def test_an_error_is_told_by_its_kind_and_by_what_lay_beneath(
    error: BotError, beneath: Exception | None, wanted: Trouble
) -> None:
    error.__cause__ = beneath
    assert trouble_of(error) is wanted
