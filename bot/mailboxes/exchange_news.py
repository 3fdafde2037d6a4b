"""Exchange tells of news over one long answer. They only wake the desk: what is new, a look at the folder says."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from bot.errors import BotError, MailboxUnreachableError
from bot.exchange import services
from bot.exchange.account import ExchangeAccount
from bot.exchange.connection import ANY_FAILURE, ExchangeConnection
from bot.exchange.services import M, T

EVENTS = ("NewMailEvent", "CreatedEvent", "MovedEvent", "CopiedEvent")
# How long the server keeps one answer open; it may be up to 30, and firewalls forget a silent connection after ten.
LISTEN_MINUTES = 9
# After a failure the folder is asked from time to time, and notifications are tried again so much later.
REST_SECONDS = 300.0
SUBSCRIBE_SECONDS = 20.0
# What ends sooner is no listening.
SHORTEST_SECONDS = 5.0


class ExchangeNews:
    """A thread that listens. `wake` is set at each notification, and when the listening ends."""

    def __init__(self, account: ExchangeAccount, wake: threading.Event) -> None:
        self._account = account
        self._wake = wake
        self._thread: threading.Thread | None = None
        self._stream: Any = None
        self._is_decided = threading.Event()
        self._stopping = threading.Event()
        self._not_before = 0.0
        self.is_listening = False

    def start(self) -> None:
        """Listen, unless that goes on already or has just failed. Comes back when it is known whether it works."""
        is_alive = self._thread is not None and self._thread.is_alive()
        if is_alive or time.monotonic() < self._not_before:
            return
        self._is_decided.clear()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"news-{self._account.slug}", daemon=True)
        self._thread.start()
        self._is_decided.wait(SUBSCRIBE_SECONDS)

    def stop(self) -> None:
        self._stopping.set()
        if self._stream is not None:
            self._stream.interrupt()

    def _run(self) -> None:
        connection = ExchangeConnection(self._account)
        try:
            # A failure is told by the asking that takes over: it meets the same server.
            with contextlib.suppress(BotError), connection.translating("listening for news"):
                self._listen(connection)
        finally:
            self._not_before = 0.0 if self._stopping.is_set() else time.monotonic() + REST_SECONDS
            self.is_listening = False
            self._is_decided.set()
            self._wake.set()
            connection.close()

    def _listen(self, connection: ExchangeConnection) -> None:
        subscription = subscribe(connection)
        self._stream = connection.service(services.Stream)
        self.is_listening = True
        self._is_decided.set()
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                self._hear(subscription)
                if time.monotonic() - began < SHORTEST_SECONDS and not self._stopping.is_set():
                    # Asked again at once it would end again at once, for ever.
                    raise MailboxUnreachableError("the server ends its notifications as soon as they begin")
        finally:
            # The server forgets it by itself within half an hour.
            with contextlib.suppress(*ANY_FAILURE, BotError):
                connection.ask(services.Unsubscribed, subscription_id=subscription)

    def _hear(self, subscription: str) -> None:
        """Until the server ends this answer."""
        for told in self._stream.listen(subscription, LISTEN_MINUTES):
            if isinstance(told, Exception):
                raise told
            if told.find(f"{M}Notifications/{T}Notification") is not None:
                self._wake.set()
            if told.findtext(f"{M}ConnectionStatus") == "Closed":
                return


def subscribe(connection: ExchangeConnection) -> str:
    """Ask to be told of mail that comes into the folder; the number of the subscription."""
    folder = connection.folder(connection.account.folder)
    told = connection.one(services.Subscribe, folders=[folder], event_types=EVENTS)
    return services.inner(told, f"{M}SubscriptionId").text or ""
