"""What counts as an amount, in both decimal styles."""

from decimal import Decimal

import pytest

from bot.ledger.amount import parse_amount


@pytest.mark.parametrize(
    ("text", "style", "amount", "currency"),
    [
        ("1204.5", "point", "1204.50", ""),
        ("$1,204.50", "point", "1204.50", "USD"),
        ("US$ 1,204.50", "point", "1204.50", "USD"),
        ("(500.00)", "point", "-500.00", ""),
        ("($500.00)", "point", "-500.00", "USD"),
        ("-500", "point", "-500.00", ""),
        ("−500", "point", "-500.00", ""),
        ("500.00-", "point", "-500.00", ""),
        ("500.00 CR", "point", "-500.00", ""),
        (".75", "point", "0.75", ""),
        ("1204.5000", "point", "1204.50", ""),
        ("$ -", "point", "0.00", "USD"),
        ("1.204,50", "comma", "1204.50", ""),
        ("1.204", "comma", "1204.00", ""),
        ("1 204,50 €", "comma", "1204.50", "EUR"),
        ("EUR 12,5", "comma", "12.50", "EUR"),
        ("12,345,678.90", "point", "12345678.90", ""),
    ],
)
def test_an_amount_is_read_to_the_cent(text: str, style: str, amount: str, currency: str) -> None:
    assert parse_amount(text, style) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "style", "reason"),
    [
        ("1.204,50", "point", "decimal point"),
        ("1,20", "point", "decimal point"),
        ("1,2,3", "point", "decimal point"),
        ("1,204.50", "comma", "decimal comma"),
        ("12.345", "point", "fractions of a cent"),
        ("$5 EUR", "point", "two currencies"),
        ("twelve", "point", "not an amount"),
        ("1e5", "point", "not an amount"),
        ("NaN", "point", "not an amount"),
        ("=1+2", "point", "not an amount"),
        ("", "point", "not an amount"),
    ],
)
def test_a_doubtful_amount_is_refused_with_the_reason(text: str, style: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_amount(text, style)
