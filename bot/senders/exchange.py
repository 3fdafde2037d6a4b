"""Sending through Exchange: a draft first, then the word to send it, so that a lost answer can be looked up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses

from exchangelib import errors as ews

from bot.errors import BotError, PermanentError, TransientError, UncertainError
from bot.exchange import items, services
from bot.exchange.connection import ANY_FAILURE, ExchangeConnection, is_refusal
from bot.exchange.finding import ids_with
from bot.mail.envelope import Envelope, Receipt
from bot.senders.account import ExchangeOutgoing

# What no later try changes.
_FOR_GOOD = (
    ews.ErrorInvalidRecipients,
    ews.ErrorMissingRecipients,
    ews.ErrorMailRecipientNotFound,
    ews.ErrorMessageSizeExceeded,
    ews.ErrorMimeContentInvalid,
    ews.ErrorMimeContentInvalidBase64String,
    ews.ErrorSendAsDenied,
    ews.ErrorSchemaValidation,
)


class ExchangeSender:
    """See ports.Sender. Each message leaves from the mailbox of its sender, over a connection of its own.

    Exchange puts the copy into Sent Items itself. The bytes on the wire are Exchange's: it writes the approved message
    anew. It tells of no recipient one by one; who cannot be reached comes back as a bounce.
    """

    def __init__(self, account: ExchangeOutgoing) -> None:
        self._accounts = account.by_address
        self._looks_after = account.looks_after

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        message_id = _sendable(envelope, raw)
        account = self._accounts.get(envelope.sender.lower())
        if account is None:
            raise PermanentError(f"no exchange mailbox of mailboxes.toml has the address {envelope.sender}")
        connection = ExchangeConnection(account)
        try:
            with connection.translating("sending"):
                return _send(connection, message_id, raw, self._looks_after)
        finally:
            connection.close()

    def check(self) -> str:
        """Look into the drafts of each mailbox, which needs what sending needs but for the right to send."""
        for account in self._accounts.values():
            connection = ExchangeConnection(account)
            try:
                with connection.translating("looking into Drafts"):
                    ids_with(connection, connection.well_known("drafts"), "check@invalid")
            finally:
                connection.close()
        return f"Exchange answers for {', '.join(self._accounts)}"


def _send(connection: ExchangeConnection, message_id: str, raw: bytes, looks_after: Sequence[float]) -> Receipt:
    if place := _left_to(connection, message_id):
        return Receipt(f"it had been sent already by an earlier try: it lies in {place}", is_filed=True)
    drafts = connection.well_known("drafts")
    # Left by a try that ended before the word to send. A person may have changed it, so it is not the one to send.
    if left_over := ids_with(connection, drafts, message_id):
        connection.ask(services.Delete, items=[services.item_id(each) for each in left_over])
    draft_id, change_key = _draft(connection, message_id, raw)
    try:
        connection.one(
            services.Send,
            items=[services.item_id(draft_id, change_key)],
            saved_item_folder=connection.well_known("sentitems"),
        )
    except ANY_FAILURE as error:
        if is_refusal(error) and not isinstance(error, ews.ErrorItemNotFound):
            with suppress(ews.EWSError, BotError):
                connection.ask(services.Delete, items=[services.item_id(draft_id)])
            raise _refused(error) from None
        return _looked_up(connection, message_id, error, looks_after)
    return Receipt("Exchange took it for sending", is_filed=True)


def _draft(connection: ExchangeConnection, message_id: str, raw: bytes) -> tuple[str, str | None]:
    """The id and change key of the message, stored among the drafts. Whatever fails here, nothing has left."""
    try:
        told = connection.one(services.Create, raw=raw, folder=connection.well_known("drafts"), is_sent=False)
    except ews.ResponseMessageError as error:
        raise _refused(error) from None
    made = services.item_id(items.id_in(told)[0])
    told = connection.one(services.Get, items=[made], additional_fields=services.fields("message_id"), shape="IdOnly")
    if items.message_id_in(told) not in ("", message_id):
        connection.ask(services.Delete, items=[made])
        raise PermanentError("the server gave the message another Message-ID, by which its answers would be lost")
    return items.id_in(told)


def _looked_up(
    connection: ExchangeConnection, message_id: str, error: Exception, looks_after: Sequence[float]
) -> Receipt:
    """Whether a message left whose word to send got no answer. Never sent again by itself."""
    words = f"{connection.account.slug}: the answer to the word to send was lost ({type(error).__name__}: {error})"
    for seconds in looks_after:
        time.sleep(seconds)
        try:
            with connection.translating("looking into Sent Items"):
                place = _left_to(connection, message_id)
        except BotError as second:
            raise UncertainError(f"{words}; and the mailbox could not be looked into: {second}") from error
        if place:
            return Receipt(f"sent; the answer was lost, and the message was found in {place}", is_filed=True)
    raise UncertainError(f"{words}; it is neither in Sent Items nor in the Outbox, and may still leave") from error


def _left_to(connection: ExchangeConnection, message_id: str) -> str:
    """Where a message lies that was sent, or is being sent; "" where it does not."""
    for folder, name in (("sentitems", "Sent Items"), ("outbox", "the Outbox")):
        if ids_with(connection, connection.well_known(folder), message_id):
            return name
    return ""


def _refused(error: Exception) -> Exception:
    """What a refusal means: never, or later. What concerns the login or the whole server is told as it is."""
    if isinstance(error, _FOR_GOOD):
        return PermanentError(f"Exchange refused the message: {type(error).__name__}: {error}")
    if isinstance(error, ews.ErrorQuotaExceeded):
        return TransientError(f"the mailbox is full: {error}")
    return error


def _sendable(envelope: Envelope, raw: bytes) -> str:
    """The Message-ID. Exchange reads the recipients from the header, so those of the envelope must be the same."""
    if not envelope.recipients:
        raise PermanentError("the message has no recipient")
    message = message_from_bytes(raw, policy=default)
    named = getaddresses([str(one) for field in ("To", "Cc", "Bcc") for one in message.get_all(field, [])])
    if {address.lower() for _, address in named} != {address.lower() for address in envelope.recipients}:
        raise PermanentError("the recipients are not those in the header of the message, to whom Exchange would send")
    message_id = str(message["Message-ID"] or "").strip().removeprefix("<").removesuffix(">")
    if not message_id:
        raise PermanentError("the message has no Message-ID, by which it could be found again")
    return message_id
