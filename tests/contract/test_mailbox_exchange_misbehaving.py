"""What goes wrong between the desk and an Exchange server, each told for what it is."""

from __future__ import annotations

import logging
import ssl
import time
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError
from bot.exchange.throttle import Throttle, throttle_of
from bot.mail.cursor import BatchLimits
from bot.mail.item_message import MADE_HEADER
from bot.mailboxes.exchange import ExchangeMailbox
from bot.mailboxes.exchange_sent import ExchangeSentFolder
from tests.contract.places import EVERYTHING, LIMITS, ExchangePlace, make_exchange_account, make_raw, subject_numbers
from tests.exchange_server.server import BUSY, CUT_AFTER, CUT_BEFORE, HTTP_ERROR, TORN, ExchangeServer
from tests.mailserver.server import MailServer, free_port
from tests.mailserver.smtp_server import server_tls

NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("how", [CUT_BEFORE, CUT_AFTER, TORN])
@pytest.mark.parametrize("operation", ["SyncFolderItems", "GetItem"])
def test_a_lost_answer_is_unreachable_and_the_next_poll_has_everything(
    exchange_place: ExchangePlace, operation: str, how: str
) -> None:
    for number in (1, 2):
        exchange_place.put(make_raw(number), NOON + timedelta(hours=number))
    exchange_place.server.trouble(operation, how)
    mailbox = exchange_place.open()
    with pytest.raises(MailboxUnreachableError, match="icc: the poll failed"):
        mailbox.fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [1, 2]


def test_a_message_over_which_the_server_dies_is_made_of_its_properties(
    exchange_place: ExchangePlace,
) -> None:
    for number in (1, 2, 3):
        exchange_place.put(make_raw(number), NOON + timedelta(hours=number))
    bad = list(exchange_place.box.folders["inbox"].items)[1]
    exchange_place.server.deadly_items.add(bad)
    mailbox = exchange_place.open()
    with pytest.raises(MailboxUnreachableError):
        mailbox.fetch(None, EVERYTHING, LIMITS)
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(batch) == [1, 2, 3]
    assert [MADE_HEADER.encode() in (each.raw or b"") for each in batch.fetched] == [False, True, False]


@pytest.mark.parametrize(
    "trouble",
    [
        {"how": BUSY, "back_off": 60_000},
        {"code": "ErrorServerBusy", "back_off": 60_000},
        {"code": "ErrorExceededConnectionCount"},
        {"code": "ErrorTooManyObjectsOpened"},
        {"how": HTTP_ERROR, "status": 503, "headers": {"Retry-After": "60"}},
        {"how": HTTP_ERROR, "status": 429},
    ],
)
def test_a_busy_server_is_left_alone_by_every_mailbox_of_the_login(
    exchange_place: ExchangePlace, trouble: dict[str, object]
) -> None:
    exchange_place.put(make_raw(1))
    exchange_place.server.trouble("", **trouble)  # type: ignore[arg-type]
    with pytest.raises(MailboxUnreachableError, match="left alone"):
        exchange_place.open().fetch(None, EVERYTHING, LIMITS)
    with pytest.raises(MailboxUnreachableError, match="asked to be left alone"):
        exchange_place.open().fetch(None, EVERYTHING, LIMITS)
    assert len(exchange_place.server.requests) == 1
    account = make_exchange_account(exchange_place.server)
    throttle_of((account.url, account.user), account.connections).end_rest()
    assert subject_numbers(exchange_place.open().fetch(None, EVERYTHING, LIMITS)) == [1]


def test_a_server_that_names_no_time_is_left_alone_for_longer_each_time() -> None:
    throttle = Throttle(1)
    assert [throttle.rest(None) for _ in range(3)] == [10.0, 20.0, 40.0]
    assert throttle.rest(3600.0) == 300.0
    throttle.answered()
    assert throttle.rest(None) == 10.0


def test_no_more_requests_are_on_their_way_than_connections_are_allowed() -> None:
    throttle = Throttle(1)
    with throttle.turn(1), pytest.raises(MailboxUnreachableError, match="no connection"), throttle.turn(0.01):
        pass


def test_a_wrong_password_is_a_refused_login_and_is_nowhere_repeated(
    exchange_place: ExchangePlace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for password in ("hunter2-secret", "hünter2-secret"):
        account = make_exchange_account(exchange_place.server, password=password)
        with pytest.raises(LoginRefusedError, match="refused the login of svc-desk") as caught:
            ExchangeMailbox(account, lambda _: set()).fetch(None, EVERYTHING, LIMITS)
        assert "nter2" not in "".join(traceback.format_exception(caught.value)) + caplog.text + repr(account)
    assert exchange_place.server.refused_logins == 2


def test_ntlm_logs_a_connection_in_once(exchange_place: ExchangePlace) -> None:
    exchange_place.server.takes_ntlm = True
    exchange_place.put(make_raw(1))
    mailbox = exchange_place.open(auth="ntlm", user="NORTHGATE\\svc-desk")
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()
    # The first request is refused, as the protocol wants it.
    assert exchange_place.server.refused_logins == 1
    with pytest.raises(LoginRefusedError, match="refused the login"):
        exchange_place.open(auth="ntlm", user="NORTHGATE\\svc-desk", password="wrong").check()


@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        ({"address": "nobody@northgate.example"}, LoginRefusedError, "knows no such mailbox: see the address"),
        ({"address": "closed@northgate.example"}, LoginRefusedError, "no rights on this mailbox"),
        ({"version": "Exchange2013"}, LoginRefusedError, "see the key version"),
        (
            {"folder": "Credit/In"},
            MailboxUnreachableError,
            "beside Credit there are: .*Posteingang",
        ),
        ({"access": "impersonation"}, LoginRefusedError, "give it ApplicationImpersonation"),
        ({"url": f"http://127.0.0.1:{free_port()}/EWS"}, MailboxUnreachableError, "Connection refused"),
    ],
)
def test_what_is_configured_wrongly_is_told_with_what_to_do(
    exchange_place: ExchangePlace, changes: dict[str, object], kind: type[BotError], told: str
) -> None:
    exchange_place.server.add_mailbox("closed@northgate.example", is_shared=False)
    exchange_place.server.may_impersonate.clear()
    exchange_place.server.versions.remove("Exchange2013")
    with pytest.raises(kind, match=told):
        exchange_place.open(**changes).check()


@pytest.mark.parametrize(
    ("status", "headers", "kind", "told"),
    [
        (403, {}, LoginRefusedError, "EWS is not allowed"),
        (
            302,
            {"Location": "https://other.example/"},
            MailboxUnreachableError,
            "other.example/: see the keys host and path",
        ),
        (500, {}, MailboxUnreachableError, "it answered 500"),
        (200, {}, MailboxUnreachableError, "cut off, or is none"),
    ],
)
def test_an_answer_that_is_not_of_exchange_is_told(
    exchange_place: ExchangePlace, status: int, headers: dict[str, str], kind: type[BotError], told: str
) -> None:
    exchange_place.server.trouble("", HTTP_ERROR, status=status, headers=headers)
    with pytest.raises(kind, match=told):
        exchange_place.open().check()


def test_a_token_that_ended_is_renewed_once(exchange_place: ExchangePlace) -> None:
    exchange_place.put(make_raw(1))
    exchange_place.server.tokens = {"second"}
    tokens = Tokens("first", "second", "third")
    mailbox = exchange_place.open(auth="oauth", tokens=tokens)
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    exchange_place.put(make_raw(2))
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [2]
    assert tokens.refused == ["first"]
    exchange_place.server.tokens.clear()
    with pytest.raises(LoginRefusedError):
        mailbox.fetch(cursor, EVERYTHING, LIMITS)


def test_a_directory_that_gives_no_token_is_told_and_no_mail_is_logged(
    exchange_place: ExchangePlace, caplog: pytest.LogCaptureFixture
) -> None:
    class Withdrawn(Tokens):
        def token(self) -> str:
            raise LoginRefusedError("the consent was withdrawn: give it again")

    mailbox = exchange_place.open(auth="oauth", tokens=Withdrawn())
    with pytest.raises(LoginRefusedError, match="icc: the check failed: the consent was withdrawn"):
        mailbox.check()
    assert caplog.text == ""


class Tokens:
    """Access tokens, one after the other."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.refused: list[str] = []

    def token(self) -> str:
        return self._tokens[0]

    def renewed(self, refused: str) -> str:
        self.refused.append(refused)
        if refused == self._tokens[0]:
            self._tokens.pop(0)
        return self._tokens[0]


def test_a_server_that_hangs_is_told_after_the_time_that_is_configured(exchange_place: ExchangePlace) -> None:
    exchange_place.server.world.delay = 3.0
    began = time.monotonic()
    with pytest.raises(MailboxUnreachableError, match="timed out"):
        exchange_place.open(timeout=0.3).fetch(None, EVERYTHING, LIMITS)
    assert time.monotonic() - began < 2.5


def test_tls_needs_a_known_authority(mail_server: MailServer) -> None:
    context: ssl.SSLContext = server_tls(mail_server)
    with ExchangeServer(context) as server:
        place = ExchangePlace(server)
        place.put(make_raw(1))
        with pytest.raises(MailboxUnreachableError, match="certificate"):
            place.open().fetch(None, EVERYTHING, LIMITS)
        mailbox = place.open(ca_file=mail_server.ca_file)
        assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [1]
        assert not mailbox.wait_for_news(0)
        place.close()
        assert server.violations == []


def test_a_server_that_cannot_search_is_looked_through(exchange_place: ExchangePlace) -> None:
    exchange_place.server.world.can_search = False
    sent = ExchangeSentFolder(make_exchange_account(exchange_place.server))
    for number in range(1, 151):
        exchange_place.box.deliver(make_raw(number), "sentitems", NOON + timedelta(minutes=number))
    assert sent.holds("1@customer.example")
    assert not sent.holds("999@customer.example")
    sent.close()


def test_a_server_that_gives_more_than_it_was_asked_for_loses_nothing(exchange_place: ExchangePlace) -> None:
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    for number in (1, 2, 3):
        exchange_place.put(make_raw(number, size=9_000))
    exchange_place.server.world.ignores_counts = True
    batch = mailbox.fetch(cursor, EVERYTHING, BatchLimits(count=2, total_bytes=10_000))
    assert sorted(subject_numbers(batch)) == [1, 2, 3]
    assert not batch.has_more
