"""GetStreamingEvents as the tests' Exchange server does it: one answer that goes on, document by document."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from tests.exchange_server.answers import Element, element, failure, response, success
from tests.exchange_server.operations import World
from tests.exchange_server.schema import M, T
from tests.exchange_server.state import Item

LOOK_SECONDS = 0.02


def told(world: World, lock: threading.RLock, body: Element, is_ending: Callable[[], bool]) -> Iterator[Element]:
    """Each event when it comes, until the time is over or the subscription is given up."""
    number = body.findtext(f".//{T}SubscriptionId") or ""
    until = time.monotonic() + 60 * int(body.findtext(f"{M}ConnectionTimeout") or "1")
    yield _streamed(_status("OK"))
    if world.ends_streams_at_once:
        return
    while time.monotonic() < until and not is_ending():
        with lock:
            known = world.subscriptions.get(number)
            events = list(known[1]) if known else []
            if known:
                known[1].clear()
        if known is None:
            yield _streamed(forgotten(number))
            return
        if events and not world.drops_notifications:
            yield _streamed(_notification(number, known[0].folder_id, events))
        time.sleep(LOOK_SECONDS)
    yield _streamed(_status("Closed"))


def _streamed(message: Element) -> Element:
    return response("GetStreamingEvents", [message])


def _status(status: str) -> Element:
    return success("GetStreamingEvents", element(f"{M}ConnectionStatus", status))


def forgotten(number: str) -> Element:
    """What a server says that knows no such subscription."""
    message = failure("GetStreamingEvents", "ErrorSubscriptionNotFound")
    message.append(element(f"{M}ErrorSubscriptionIds", element(f"{T}SubscriptionId", number)))
    return message


def _notification(number: str, folder_id: str, events: list[tuple[str, Item]]) -> Element:
    parts = [element(f"{T}SubscriptionId", number), element(f"{T}MoreEvents", "false")]
    for how, item in events:
        children = [
            element(f"{T}Watermark", "AQAA"),
            element(f"{T}TimeStamp", f"{item.received_at:%Y-%m-%dT%H:%M:%SZ}"),
            element(f"{T}ItemId", Id=item.item_id),
            element(f"{T}ParentFolderId", Id=folder_id),
        ]
        if how == "MovedEvent":
            children.append(element(f"{T}OldItemId", Id="AAMkADold"))
            children.append(element(f"{T}OldParentFolderId", Id="AAMkADoldfolder"))
        parts.append(element(f"{T}{how}", *children))
    return success("GetStreamingEvents", element(f"{M}Notifications", element(f"{T}Notification", *parts)))
