"""From an error of a mailbox to the kind of trouble that it is."""

from __future__ import annotations

import socket
import ssl

from bot.desk.mailbox_trouble import Trouble
from bot.errors import BotError, FolderMissingError, LoginRefusedError, MailboxUnreachableError

_ERRORS: tuple[tuple[type[BotError], Trouble], ...] = (
    (LoginRefusedError, Trouble.LOG_IN_REFUSED),
    (FolderMissingError, Trouble.FOLDER_MISSING),
)
# What lay beneath, as the adapter chained it. The narrower kinds come first.
_CAUSES: tuple[tuple[type[BaseException], Trouble], ...] = (
    (ssl.SSLCertVerificationError, Trouble.CERTIFICATE),
    (ssl.SSLError, Trouble.ENCRYPTION),
    (socket.gaierror, Trouble.NAME_UNKNOWN),
    (ConnectionRefusedError, Trouble.REFUSED),
    (TimeoutError, Trouble.SILENT),
)


def trouble_of(error: BotError) -> Trouble:
    usual = Trouble.UNREACHABLE if isinstance(error, MailboxUnreachableError) else Trouble.OTHER
    known = (trouble for kind, trouble in _ERRORS if isinstance(error, kind))
    beneath = (trouble for kind, trouble in _CAUSES if isinstance(error.__cause__, kind))
    return next(known, None) or next(beneath, usual)
