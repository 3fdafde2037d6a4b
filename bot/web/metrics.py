"""`/metrics` in the text format of Prometheus: gauges over the store, nothing of any message or person.

Written by hand: the numbers come from the store, so whichever process is asked gives the same answer. A client library
would count in each process for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from bot.desk.watch import Health, Pile
from bot.errors import TransientError
from bot.web.access import TheDesk

router = APIRouter()

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Whoever comes through a proxy is somebody else than the proxy's own address says.
_PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip")
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})

Labels = Mapping[str, str]


@router.get("/metrics")
def metrics(request: Request, desk: TheDesk) -> PlainTextResponse:
    if not _may_read(request, desk.settings.web.metrics_from):
        return PlainTextResponse("this address may not read the metrics; see web.metrics_from\n", 403)
    try:
        health = desk.health()
    except TransientError:
        return PlainTextResponse("creditdesk_up 0\n", media_type=_TYPE)
    return PlainTextResponse("".join(exposition(health)), media_type=_TYPE)


def exposition(health: Health) -> Iterator[str]:
    """The lines, one family of gauges after the other."""
    facts = health.facts
    yield from _gauge("up", "Whether the store answers.", [({}, 1)])
    yield from _gauge("alarm", "1 for each alarm.", [({"kind": a.kind, "about": a.about}, 1) for a in health.alarms])
    boxes = [({"mailbox": slug}, one) for slug, one in sorted(facts.mailboxes.items())]
    last = [(labels, _seconds(one.last_success_at)) for labels, one in boxes]
    yield from _gauge("mailbox_last_success_timestamp_seconds", "When a mailbox was last read; 0: never.", last)
    failures = [(labels, one.failures) for labels, one in boxes]
    yield from _gauge("mailbox_failures", "Failed looks since the last good one.", failures)
    checks = [(labels, one.balance) for labels, one in boxes if one.balance is not None]
    yield from _gauge(
        "balance_missing", "Messages on the server that are not accounted for.", [(n, c.missing) for n, c in checks]
    )
    checked = [(labels, _seconds(check.checked_at)) for labels, check in checks]
    yield from _gauge("balance_checked_timestamp_seconds", "When the balance was drawn up.", checked)
    canaries = [(labels, one.canary) for labels, one in boxes if one.canary is not None]
    yield from _gauge(
        "canary_sent_timestamp_seconds", "When the newest canary left.", [(n, _seconds(c.sent_at)) for n, c in canaries]
    )
    arrived = [(labels, int(canary.arrived_at is not None)) for labels, canary in canaries]
    yield from _gauge("canary_arrived", "Whether the newest canary arrived.", arrived)
    piles = {
        "raw_waiting": facts.raw_waiting,
        "quarantine": facts.quarantine,
        "outbox_uncertain": facts.uncertain,
        "outbox_due": facts.queued,
        "outbox_sending": facts.sending,
        "drafts": facts.drafts,
    }
    yield from _gauge("waiting", "How many wait.", [({"what": what}, pile.count) for what, pile in piles.items()])
    oldest = [({"what": what}, _oldest(pile)) for what, pile in piles.items()]
    yield from _gauge("waiting_since_timestamp_seconds", "Since when the oldest waits; 0: none does.", oldest)


def _gauge(name: str, told: str, samples: Sequence[tuple[Labels, float]]) -> Iterator[str]:
    yield f"# HELP creditdesk_{name} {told}\n# TYPE creditdesk_{name} gauge\n"
    for labels, value in samples:
        inner = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
        yield f"creditdesk_{name}{{{inner}}} {value:.15g}\n" if inner else f"creditdesk_{name} {value:.15g}\n"


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at is not None else 0.0


def _oldest(pile: Pile) -> float:
    return _seconds(pile.oldest)


def _may_read(request: Request, allowed: tuple[str, ...]) -> bool:
    if request.client is None or any(name in request.headers for name in _PROXIED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    return any(address in ip_network(one) for one in allowed)
