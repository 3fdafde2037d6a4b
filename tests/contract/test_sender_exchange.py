"""Every way in which sending through Exchange can fail, and that nothing is ever sent twice."""

from __future__ import annotations

import pytest

from bot.errors import BotError, LoginRefusedError, PermanentError, TransientError, UncertainError
from bot.exchange.throttle import throttle_of
from bot.mail.envelope import Envelope, Receipt
from bot.senders.account import ExchangeOutgoing
from bot.senders.exchange import ExchangeSender
from tests.contract.places import make_exchange_account, make_raw
from tests.exchange_server.server import (
    BUSY,
    CUT_AFTER,
    CUT_BEFORE,
    HTTP_ERROR,
    LOST_TO_GATEWAY,
    TIMEOUT_AFTER,
    TORN,
    ExchangeServer,
)
from tests.exchange_server.state import MailboxState

ICC, PAT = "icc@northgate.example", "pat@else.example"
RAW = f"From: Northgate <{ICC}>\r\nTo: Pat <{PAT}>\r\n".encode() + make_raw(1)


@pytest.fixture
def box(exchange: ExchangeServer) -> MailboxState:
    return exchange.add_mailbox(ICC)


def send(server: ExchangeServer, *recipients: str, raw: bytes = RAW, sender: str = ICC, **changes: object) -> Receipt:
    account = make_exchange_account(server, **changes)
    outgoing = ExchangeOutgoing({ICC: account}, looks_after=(0.0, 0.05))
    return ExchangeSender(outgoing).send(Envelope(sender, recipients or (PAT,)), raw)


def lying_in(box: MailboxState, folder: str) -> list[bytes]:
    return [item.raw for item in box.folders[folder].items.values()]


@pytest.mark.parametrize("access", ["delegate", "impersonation"])
def test_the_reply_leaves_the_shared_mailbox_and_its_copy_lies_in_sent_items(
    exchange: ExchangeServer, box: MailboxState, access: str
) -> None:
    customer = exchange.add_mailbox(PAT)
    receipt = send(exchange, access=access)
    assert receipt.is_filed
    assert [(mail.mailbox, mail.recipients) for mail in exchange.world.sent] == [(ICC, (PAT,))]
    assert lying_in(customer, "inbox") == [RAW]
    (copy,) = box.folders["sentitems"].items.values()
    assert (copy.raw, copy.is_draft, copy.is_read) == (RAW, False, True)
    assert lying_in(box, "drafts") == []


@pytest.mark.parametrize("how", [CUT_AFTER, TORN, LOST_TO_GATEWAY, TIMEOUT_AFTER])
def test_an_answer_lost_after_sending_is_looked_up(exchange: ExchangeServer, box: MailboxState, how: str) -> None:
    exchange.trouble("SendItem", how)
    receipt = send(exchange)
    assert "found in Sent Items" in receipt.answer
    assert receipt.is_filed
    assert len(exchange.world.sent) == 1


def test_a_message_that_waits_in_the_outbox_is_on_its_way(exchange: ExchangeServer, box: MailboxState) -> None:
    exchange.world.keeps_in_outbox = True
    exchange.trouble("SendItem", CUT_AFTER)
    assert "found in the Outbox" in send(exchange).answer
    assert len(exchange.asked("SendItem")) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        {"how": CUT_BEFORE},
        {"how": HTTP_ERROR, "status": 504, "headers": {"Connection": "close"}},
        {"code": "ErrorTimeoutExpired"},
        {"code": "ErrorInternalServerError"},
    ],
)
def test_a_message_that_is_not_found_leaves_doubt_and_is_not_sent_again_by_itself(
    exchange: ExchangeServer, box: MailboxState, trouble: dict[str, object]
) -> None:
    exchange.trouble("SendItem", **trouble)  # type: ignore[arg-type]
    with pytest.raises(UncertainError, match="neither in Sent Items nor in the Outbox"):
        send(exchange)
    assert len(exchange.asked("SendItem")) == 1


def test_a_mailbox_that_cannot_be_looked_into_leaves_doubt(exchange: ExchangeServer, box: MailboxState) -> None:
    exchange.trouble("SendItem", CUT_AFTER)
    # The first two looks come before the sending.
    exchange.trouble("FindItem", after=3, how=CUT_BEFORE, times=9)
    with pytest.raises(UncertainError, match="could not be looked into"):
        send(exchange)


def test_sending_again_after_doubt_looks_first(exchange: ExchangeServer, box: MailboxState) -> None:
    send(exchange)
    again = send(exchange)
    assert "already" in again.answer
    assert len(exchange.world.sent) == 1


def test_a_draft_that_a_broken_try_left_is_replaced_by_the_approved_bytes(
    exchange: ExchangeServer, box: MailboxState
) -> None:
    exchange.trouble("CreateItem", CUT_AFTER)
    with pytest.raises(TransientError):
        send(exchange)
    (left,) = box.folders["drafts"].items.values()
    left.raw = RAW.replace(b"Please", b"Changed by somebody")
    other = box.deliver(make_raw(2), "drafts", is_draft=True)
    send(exchange)
    assert [mail.raw for mail in exchange.world.sent] == [RAW]
    assert list(box.folders["drafts"].items.values()) == [other]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"operation": "SendItem", "how": BUSY, "back_off": 5000}, TransientError),
        ({"operation": "SendItem", "code": "ErrorQuotaExceeded"}, TransientError),
        ({"operation": "SendItem", "code": "ErrorSendAsDenied"}, PermanentError),
        ({"operation": "SendItem", "code": "ErrorMessageSizeExceeded"}, PermanentError),
        ({"operation": "SendItem", "code": "ErrorAccessDenied"}, LoginRefusedError),
        ({"operation": "CreateItem", "code": "ErrorMimeContentInvalid"}, PermanentError),
        ({"operation": "CreateItem", "how": CUT_BEFORE}, TransientError),
        ({"operation": "FindItem", "how": HTTP_ERROR}, TransientError),
    ],
)
def test_a_refusal_is_temporary_or_final_as_the_server_says_and_leaves_no_draft(
    exchange: ExchangeServer, box: MailboxState, trouble: dict[str, object], kind: type[BotError]
) -> None:
    exchange.trouble(**trouble)  # type: ignore[arg-type]
    with pytest.raises(kind):
        send(exchange)
    assert exchange.world.sent == []
    account = make_exchange_account(exchange)
    throttle_of((account.url, account.user), account.connections).end_rest()
    send(exchange)
    assert len(exchange.world.sent) == 1
    assert lying_in(box, "drafts") == []


def test_a_recipient_that_the_server_does_not_know_is_final(exchange: ExchangeServer, box: MailboxState) -> None:
    exchange.world.refused_recipients = frozenset({PAT})
    with pytest.raises(PermanentError, match="ErrorInvalidRecipients"):
        send(exchange)
    assert lying_in(box, "drafts") == []


def test_a_wrong_password_sends_nothing(exchange: ExchangeServer, box: MailboxState) -> None:
    with pytest.raises(LoginRefusedError):
        send(exchange, password="wrong")
    assert exchange.requests == []


@pytest.mark.parametrize(
    ("recipients", "raw", "sender", "told"),
    [
        ((PAT, "hidden@else.example"), RAW, ICC, "not those in the header"),
        ((PAT,), RAW.replace(b"Message-ID: <1@customer.example>\r\n", b""), ICC, "no Message-ID"),
        ((PAT,), RAW, "other@northgate.example", "no exchange mailbox .* has the address other@"),
    ],
)
def test_what_exchange_would_send_otherwise_than_approved_is_refused(
    exchange: ExchangeServer, box: MailboxState, recipients: tuple[str, ...], raw: bytes, sender: str, told: str
) -> None:
    with pytest.raises(PermanentError, match=told):
        send(exchange, *recipients, raw=raw, sender=sender)
    assert exchange.requests == []


def test_a_server_that_gives_its_own_message_id_sends_nothing(exchange: ExchangeServer, box: MailboxState) -> None:
    exchange.world.changes_message_ids = True
    with pytest.raises(PermanentError, match="another Message-ID"):
        send(exchange)
    assert exchange.world.sent == []
    assert lying_in(box, "drafts") == []
