"""The words of a statement of account in each language of the templates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatementWords:
    """`columns` are: invoice, issued, due, days past due, the customer's PO, amount, balance. `ages` run from the
    youngest to the oldest, with the total before them. The forms take {name}, {number}, {day}, {page} and {pages}."""

    title: str
    file_name: str
    account: str
    as_of: str
    columns: tuple[str, ...]
    total: str
    ages: tuple[str, ...]
    page: str


WORDS = {
    "en": StatementWords(
        "Statement of account",
        "Statement",
        "{name}, account {number}",
        "What our books show as past due on {day}",
        ("Invoice", "Issued", "Due", "Days past due", "Your PO", "Amount", "Balance"),
        "Total past due",
        ("1 to 30 days", "31 to 60 days", "61 to 90 days", "more than 90 days"),
        "Page {page} of {pages}",
    ),
    "es": StatementWords(
        "Estado de cuenta",
        "Estado de cuenta",
        "{name}, cuenta {number}",
        "Lo que nuestros libros muestran como vencido al {day}",
        ("Factura", "Emitida", "Vence", "Días de atraso", "Su orden de compra", "Importe", "Saldo"),
        "Total vencido",
        ("1 a 30 días", "31 a 60 días", "61 a 90 días", "más de 90 días"),
        "Página {page} de {pages}",
    ),
    "fr": StatementWords(
        "Relevé de compte",
        "Relevé de compte",
        "{name}, compte {number}",
        "Ce que nos livres indiquent comme échu au {day}",
        ("Facture", "Émise le", "Échéance", "Jours de retard", "Votre bon de commande", "Montant", "Solde"),
        "Total échu",
        ("1 à 30 jours", "31 à 60 jours", "61 à 90 jours", "plus de 90 jours"),
        "Page {page} sur {pages}",
    ),
    "de": StatementWords(
        "Kontoauszug",
        "Kontoauszug",
        "{name}, Konto {number}",
        "Was unsere Bücher am {day} als überfällig ausweisen",
        ("Rechnung", "Datum", "Fällig", "Tage überfällig", "Ihre Bestellung", "Betrag", "Saldo"),
        "Überfällig insgesamt",
        ("1 bis 30 Tage", "31 bis 60 Tage", "61 bis 90 Tage", "mehr als 90 Tage"),
        "Seite {page} von {pages}",
    ),
}


def statement_words(language: str) -> StatementWords:
    """The words of a language such as `es` or `es-MX`, English where there are none."""
    return WORDS.get(language[:2].lower(), WORDS["en"])
