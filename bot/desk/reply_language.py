"""The few words that values need in each language of the reply templates. Sentences belong in the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# A longer list makes a subject that no one reads; the reply then points at the sender's own list.
MAX_LISTED = 6


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. The formats take {weekday}, {month}, {day}, {year}; `uncounted` stands for too long a list."""

    team: str
    conjunction: str
    nouns: dict[str, tuple[str, str]]
    uncounted: dict[str, str]
    day_format: str
    date_format: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    # As a column has room for; {number} is the month's.
    short_format: str = "{day:02}/{number:02}/{year}"

    def listed(self, values: Sequence[str]) -> str:
        if len(values) < 2:
            return "".join(values)
        return f"{', '.join(values[:-1])} {self.conjunction} {values[-1]}"

    def phrase(self, noun: str, values: Sequence[str]) -> str:
        """The noun in its number with the list: `invoice 101`, `invoices 101 and 102`; no noun before `PO-77`."""
        one, many = self.nouns[noun]
        if all(value.upper().startswith(one.upper()) for value in values):
            return self.listed(values)
        return f"{one if len(values) == 1 else many} {self.listed(values)}"

    def day(self, day: date) -> str:
        """A day near enough to need no year: `Thursday, November 26`."""
        return self._written(self.day_format, day)

    def full_date(self, day: date) -> str:
        return self._written(self.date_format, day)

    def short_date(self, day: date) -> str:
        """A day for a column: `Nov 26, 2026`."""
        return self.short_format.format(
            month=self.months[day.month - 1][:3], number=day.month, day=day.day, year=day.year
        )

    def _written(self, form: str, day: date) -> str:
        month, weekday = self.months[day.month - 1], self.weekdays[day.weekday()]
        return form.format(weekday=weekday, month=month, day=day.day, year=day.year)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDINGS = {
    "en": Wording(
        "Credit Department",
        "and",
        {"invoice": ("invoice", "invoices"), "po": ("PO", "POs")},
        {"invoice": "the invoices in your message", "po": "the purchase orders in your message"},
        "{weekday}, {month} {day}",
        "{month} {day}, {year}",
        _words("January February March April May June July August September October November December"),
        _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        "{month} {day}, {year}",
    ),
    "es": Wording(
        "Departamento de Crédito",
        "y",
        {"invoice": ("factura", "facturas"), "po": ("orden de compra", "órdenes de compra")},
        {"invoice": "las facturas de su mensaje", "po": "las órdenes de compra de su mensaje"},
        "{weekday} {day} de {month}",
        "{day} de {month} de {year}",
        _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        _words("lunes martes miércoles jueves viernes sábado domingo"),
    ),
    "fr": Wording(
        "Service Crédit",
        "et",
        {"invoice": ("facture", "factures"), "po": ("bon de commande", "bons de commande")},
        {"invoice": "les factures de votre message", "po": "les bons de commande de votre message"},
        "{weekday} {day} {month}",
        "{day} {month} {year}",
        _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        _words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    ),
    "de": Wording(
        "Kreditabteilung",
        "und",
        {"invoice": ("Rechnung", "Rechnungen"), "po": ("Bestellung", "Bestellungen")},
        {"invoice": "die Rechnungen in Ihrer Nachricht", "po": "die Bestellungen in Ihrer Nachricht"},
        "{weekday}, den {day}. {month}",
        "{day}. {month} {year}",
        _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        "{day:02}.{number:02}.{year}",
    ),
}


def wording(language: str) -> Wording:
    """The words of a language such as `es` or `es-MX`, English where there are none."""
    return WORDINGS.get(language[:2].lower(), WORDINGS["en"])
