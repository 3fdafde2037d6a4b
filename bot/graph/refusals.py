"""What Graph says when it refuses, as one of our errors, in words that tell an operator what to do."""

from __future__ import annotations

from typing import Any

import httpx2

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError, PermanentError


class SyncLostError(MailboxUnreachableError):
    """The server no longer knows where the last poll ended."""


class GoneError(PermanentError):
    """What was asked for is not there any more."""


# Each stands for a mailbox that cannot be opened at all, whoever asks.
_NO_MAILBOX = {
    "ErrorInvalidUser": "there is no such mailbox in the directory; correct address or user",
    "ErrorNonExistentMailbox": "there is no such mailbox in the directory; correct address or user",
    "Request_ResourceNotFound": "there is no such mailbox in the directory; correct address or user",
    "ResourceNotFound": "there is no such mailbox in the directory; correct address or user",
    "MailboxNotEnabledForRESTAPI": "the mailbox has no licence, is on the company's own Exchange, or is switched off",
    "MailboxNotSupportedForRESTAPI": "this kind of mailbox cannot be read through Graph",
}
_SYNC_LOST = {
    "syncStateNotFound",
    "SyncStateNotFound",
    "SyncStateInvalid",
    "resyncRequired",
    "ErrorInvalidSyncStateData",
}
_GONE = {"ErrorItemNotFound", "ErrorMessageNotFound", "itemNotFound"}


def refusal(answer: httpx2.Response, doing: str) -> BotError:
    """The error behind an answer of 400 or more, 401, 429 and 503 left aside: those the conversation handles."""
    code, words = told_by(answer)
    sentence = f"{doing}: {answer.status_code} {code} {words}".strip()
    if answer.status_code == 410 or code in _SYNC_LOST:
        return SyncLostError(sentence)
    if code in _NO_MAILBOX:
        return LoginRefusedError(f"{doing}: {_NO_MAILBOX[code]} ({code})")
    if answer.status_code == 403:
        return LoginRefusedError(
            f"{doing}: the app may not use this mailbox ({code}): an administrator has to grant it Mail.ReadWrite and "
            "Mail.Send, and to include the mailbox where its access is limited to some; see docs/microsoft365.md"
        )
    if answer.status_code == 404 or code in _GONE:
        return GoneError(sentence)
    if answer.status_code >= 500:
        return MailboxUnreachableError(sentence)
    return PermanentError(sentence)


def told_by(answer: httpx2.Response) -> tuple[str, str]:
    """The code and the words of an error, "" where the answer is not one of Graph's own."""
    try:
        body: Any = answer.json()
    except ValueError:
        return "", ""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code", "")), str(error.get("message", ""))[:300]
