"""Sending through Graph: a draft first, then the word to send it, so that a lost answer can be looked up."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

from bot.errors import BotError, MailboxUnreachableError, PermanentError, UncertainError
from bot.graph.drafting import make_draft
from bot.graph.messages import root_of, with_message_id
from bot.graph.refusals import GoneError
from bot.graph.session import AnswerLostError, GraphSession
from bot.mail.envelope import Envelope, Receipt
from bot.senders.account import GraphOutgoing


class GraphSender:
    """See ports.Sender. Each message has a conversation of its own, from the mailbox of its sender.

    Exchange puts the copy into Sent Items itself. Bytes on the wire are Exchange's: it writes headers and text of the
    approved message anew.
    """

    def __init__(self, account: GraphOutgoing) -> None:
        self._account = account

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        message_id = _sendable(envelope, raw)
        session = GraphSession(self._account.server)
        try:
            return self._send(session, root_of(self._account.user or envelope.sender), message_id, raw)
        finally:
            session.close()

    def check(self) -> str:
        """Open the mailbox's folder of drafts, which needs what sending needs but for the right to send."""
        user = self._account.user or self._account.checked
        session = GraphSession(self._account.server)
        try:
            session.get(f"{root_of(user)}/mailFolders/drafts", {"$select": "id"})
        finally:
            session.close()
        return f"{self._account.server.host} answers for {user}, Graph"

    def _send(self, session: GraphSession, root: str, message_id: str, raw: bytes) -> Receipt:
        for one in with_message_id(session, f"{root}/messages", message_id):
            if not one.is_draft:
                return Receipt("it had been sent already, by an earlier try", is_filed=True)
            # Left by a try that ended before the word to send.
            session.delete(f"{root}/messages/{one.pointer}")
        address = make_draft(session, root, message_id, raw)
        try:
            session.post(f"{address}/send", doing="sending")
        except AnswerLostError as error:
            return _looked_up(session, address, error)
        return Receipt("Graph took it for sending", is_filed=True)


def _looked_up(session: GraphSession, address: str, error: BotError) -> Receipt:
    """Whether a message left whose word to send got no answer. A draft that is still there may be on its way."""
    try:
        is_draft = bool(session.get(address, {"$select": "id,isDraft"}).get("isDraft"))
    except GoneError:
        # It is nobody's draft any more, and only sending takes it away.
        is_draft = False
    except MailboxUnreachableError as second:
        raise UncertainError(f"{error}; and the mailbox could not be looked into: {second}") from error
    if is_draft:
        raise UncertainError(f"{error}; it lies among the drafts of the mailbox and may still leave from there")
    return Receipt("sent; the answer was lost, and the message was found outside the drafts", is_filed=True)


def _sendable(envelope: Envelope, raw: bytes) -> str:
    """The Message-ID. Graph reads the recipients from the header, so those of the envelope must be the same."""
    message = message_from_bytes(raw, policy=default)
    if not envelope.recipients:
        raise PermanentError("the message has no recipient")
    named = getaddresses([str(one) for field in ("To", "Cc", "Bcc") for one in message.get_all(field, [])])
    if {address.lower() for _, address in named} != {address.lower() for address in envelope.recipients}:
        raise PermanentError("the recipients are not those in the header of the message, to whom Graph would send it")
    message_id = str(message["Message-ID"] or "").strip().removeprefix("<").removesuffix(">")
    if not message_id or not isinstance(message, EmailMessage):
        raise PermanentError("the message has no Message-ID, by which it could be found again")
    return message_id
