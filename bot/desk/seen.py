"""A parsed message as the desk takes it: whose list rewrote it, which side it is from, and what its doubts allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.desk.verdict import UNSORTED, Verdict
from bot.mail.address import is_in_domains
from bot.mail.authentication import is_unproven
from bot.mail.flag import Flag
from bot.mail.message import InboundMessage
from bot.mail.origin import side_of


@dataclass(frozen=True, slots=True)
class Trust:
    """What the company says of itself. `receiving_hosts` are the authserv-ids of its own servers (RFC 8601)."""

    receiving_hosts: frozenset[str] = frozenset()
    sender_per_hour: int = 100
    thread_per_day: int = 30


def seen(message: InboundMessage, own_domains: Collection[str], trust: Trust) -> tuple[InboundMessage, str]:
    """The message and its side. Who is not proven to be a colleague is none."""
    is_doubtful = bool(trust.receiving_hosts) and is_unproven(message.authentication, trust.receiving_hosts)
    if message.original_from:
        message = _as_written(message, own_domains)
    if is_doubtful:
        return replace(message, flags=(*message.flags, Flag.UNVERIFIED)), "outside"
    return message, side_of(message, own_domains)


def _as_written(message: InboundMessage, own_domains: Collection[str]) -> InboundMessage:
    """Under its real sender, where a list of ours put its own address into From. Other lists prove nothing."""
    sender, written_by = message.sender, message.original_from
    if sender is None or not is_in_domains(sender, own_domains) or len(written_by) != 1:
        return message
    original = written_by[0]
    if is_in_domains(original, own_domains):
        return message
    about_the_list = {Flag.IMPERSONATION}
    if all(one.domain == original.domain for one in message.reply_to):
        about_the_list.add(Flag.REPLY_TO_ELSEWHERE)
    kept = [flag for flag in message.flags if flag not in about_the_list]
    return replace(message, senders=(original,), flags=(*kept, Flag.REWRITTEN_SENDER))


def believable(verdict: Verdict, flags: Collection[str]) -> Verdict:
    """The verdict without what a doubtful body cannot say."""
    if Flag.TEXT_HTML_DIFFER in flags:
        verdict = replace(verdict, facts=tuple(fact for fact in verdict.facts if fact.kind != "amount"))
    if Flag.OVERSIZE in flags:
        verdict = replace(verdict, category=UNSORTED, reason=None)
    return verdict
