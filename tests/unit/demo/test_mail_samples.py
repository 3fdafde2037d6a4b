"""The sample mail covers what the desk must know, and says nothing that the sample ledger does not."""

import email
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

import pytest

from bot.demo.ledger import sample_ledger
from bot.demo.mail_samples import sample_mail
from bot.demo.maildirs import write_maildirs
from bot.demo.sample_message import SampleMessage

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
REASONS = {
    "revision": "po_number bill_to ship_to entity_name split_or_merge line_detail terms date format other",
    "refund": "duplicate_payment overpayment return cancelled_order credit_balance other",
    "tax_exempt": "certificate renewal charged_in_error question",
    "po_verification": "new_po po_change mismatch confirmation cancellation funding",
    "dispute": "not_received short_shipment damaged_or_wrong price duplicate_invoice not_ordered service "
    "return_not_credited already_paid other",
    "other": "invoice_copy payment_status remittance statement vendor_setup auto_reply bounce spam newsletter internal "
    "thanks wrong_department other",
}
NUMBER = re.compile(r"\b(?:INV|SO)-\d+\b")


@pytest.fixture(scope="module")
def mail() -> tuple[SampleMessage, ...]:
    return sample_mail(NOW)


@pytest.fixture(scope="module")
def parsed(mail: tuple[SampleMessage, ...]) -> dict[str, EmailMessage]:
    sound = [message for message in mail if not message.name.startswith("broken")]
    return {message.name: parse(message.raw) for message in sound}


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words(message: EmailMessage) -> Iterator[str]:
    yield str(message["Subject"])
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield part.get_content()
        if part.get_content_type() == "application/pdf":
            yield part.get_content().decode("latin-1")


def test_there_is_enough_of_it_in_every_mailbox(mail: tuple[SampleMessage, ...]) -> None:
    assert len({message.name for message in mail}) >= 66
    counts = Counter(message.mailbox for message in mail)
    assert set(counts) == {"icc", "invoicing", "tax-exempt"}
    assert min(counts.values()) >= 10


def test_every_category_and_reason_occurs(mail: tuple[SampleMessage, ...]) -> None:
    known = {f"{category}/{reason}" for category, reasons in REASONS.items() for reason in reasons.split()}
    meant = {message.meant for message in mail if message.meant}
    assert meant == known
    assert {also for message in mail for also in message.also} <= known


def test_only_broken_mail_means_nothing(mail: tuple[SampleMessage, ...]) -> None:
    assert {message.name for message in mail if not message.meant} == {"broken-nesting", "broken-charset"}


def test_the_same_day_gives_the_same_bytes(mail: tuple[SampleMessage, ...]) -> None:
    assert sample_mail(NOW + timedelta(hours=3)) == mail
    assert sorted(mail, key=lambda message: message.sent_at) == list(mail)


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_everything_came_in_the_last_three_working_days_during_the_day(hour: int) -> None:
    now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    sound = [message for message in sample_mail(now) if not message.name.startswith("broken")]
    times = [parsedate_to_datetime(str(parse(message.raw)["Date"])) for message in sound]
    assert max(times) < now
    assert min(times) > now - timedelta(days=6)
    assert len({time.date() for time in times}) == 3
    assert all(8 <= time.hour < 18 and time.weekday() < 5 for time in times)


def test_every_number_belongs_to_the_account_or_to_the_stranger(
    mail: tuple[SampleMessage, ...], parsed: dict[str, EmailMessage]
) -> None:
    ledger = sample_ledger(NOW)
    owner = {row.number: row.customer_number for row in (*ledger.invoices, *ledger.orders)}
    owner |= {row.po_number: row.customer_number for row in (*ledger.invoices, *ledger.orders) if row.po_number}
    orders = re.compile("|".join(rf"(?<![\w-]){re.escape(number)}(?!\w)" for number in owner))
    mentioned = 0
    for message in mail:
        text = "\n".join(words(parsed[message.name])) if message.name in parsed else ""
        numbers = {*NUMBER.findall(text), *orders.findall(text)}
        mentioned += len(numbers)
        assert {owner.get(number, number) for number in numbers} <= {message.customer_number, message.stranger_number}
    assert mentioned > 100


def test_the_stranger_is_another_account_than_the_senders(mail: tuple[SampleMessage, ...]) -> None:
    strange = [message for message in mail if message.stranger_number]
    assert len(strange) == 2
    assert all(message.stranger_number != message.customer_number for message in strange)


def test_outside_senders_write_from_their_own_domain(
    mail: tuple[SampleMessage, ...], parsed: dict[str, EmailMessage]
) -> None:
    domain_of = {row.number: row.domains[0] for row in sample_ledger(NOW).customers}
    for message in mail:
        if message.name not in parsed:
            continue
        domain = parseaddr(str(parsed[message.name]["From"]))[1].rpartition("@")[2]
        inside = domain.endswith("northgate.example")
        assert inside or not message.customer_number or domain == domain_of[message.customer_number]
    senders = [str(message["From"]) for message in parsed.values()]
    assert sum("@northgate.example" in sender for sender in senders) >= 12
    assert len(set(senders)) >= 50


def test_no_braces_are_left(parsed: dict[str, EmailMessage]) -> None:
    for name, message in parsed.items():
        assert not re.search(r"\{[a-z]+\.", "\n".join(words(message))), name


def test_the_shapes_of_mail_are_all_there(parsed: dict[str, EmailMessage]) -> None:
    types = Counter(part.get_content_type() for message in parsed.values() for part in message.walk())
    tops = Counter(message.get_content_type() for message in parsed.values())
    assert tops["text/html"] >= 2
    assert types["multipart/alternative"] >= 2
    assert types["message/rfc822"] >= 2
    assert types["application/pdf"] >= 8
    assert types["text/csv"] >= 2
    assert types["message/delivery-status"] == types["message/disposition-notification"] == 1
    assert sum("List-Id" in message for message in parsed.values()) == 2
    assert sum("Auto-Submitted" in message for message in parsed.values()) >= 4
    charsets = {part.get_content_charset() for message in parsed.values() for part in message.walk()}
    assert {"utf-8", "iso-8859-1"} <= charsets


def test_answers_point_at_what_they_answer_and_come_after_it(parsed: dict[str, EmailMessage]) -> None:
    by_id = {str(message["Message-ID"]): message for message in parsed.values()}
    assert len(by_id) == len(parsed)
    pairs = 0
    for message in parsed.values():
        references = str(message.get("References", "")).split()
        assert str(message.get("In-Reply-To", "")) in (*references[-1:], "", "<20261123.statement@northgate.example>")
        for reference in references:
            if reference in by_id:
                pairs += 1
                earlier = parsedate_to_datetime(str(by_id[reference]["Date"]))
                assert earlier < parsedate_to_datetime(str(message["Date"]))
    assert pairs >= 5


def test_two_deliveries_of_a_message_differ_in_their_trace_only(mail: tuple[SampleMessage, ...]) -> None:
    twice = [name for name, count in Counter(message.name for message in mail).items() if count == 2]
    assert len(twice) == 2
    for name in twice:
        one, other = (parse(message.raw) for message in mail if message.name == name)
        assert one["Delivered-To"] != other["Delivered-To"]
        for trace in ("Delivered-To", "Received"):
            del one[trace], other[trace]
        assert one.as_bytes() == other.as_bytes()


def test_maildirs_hold_every_message_once_and_are_not_filled_twice(
    mail: tuple[SampleMessage, ...], tmp_path: Path
) -> None:
    write_maildirs(mail, tmp_path)
    seen = sorted((tmp_path / "icc" / "new").iterdir())[0]
    seen.rename(tmp_path / "icc" / "cur" / f"{seen.name}:2,S")
    write_maildirs(mail, tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == len(mail)
    assert {path.parent.name for path in files} == {"new", "cur"}
    assert {path.parent.parent.name for path in files} == {"icc", "invoicing", "tax-exempt"}
    assert {path.stat().st_mtime for path in files} == {int(message.sent_at.timestamp()) for message in mail}
    assert sorted(path.read_bytes() for path in files) == sorted(message.raw for message in mail)
