"""What Microsoft's schemas say of a SOAP message: by it the tests' server checks what it is asked and what it says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
M = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
T = "{http://schemas.microsoft.com/exchange/services/2006/types}"
E = "{http://schemas.microsoft.com/exchange/services/2006/errors}"
SPACES = {"s": SOAP[1:-1], "m": M[1:-1], "t": T[1:-1]}


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))


def mistakes_in(envelope: etree._Element) -> list[str]:
    """Every place where the message is not what the schemas allow; SOAP faults have no schema of Exchange's."""
    header, body = envelope.find(f"{SOAP}Header"), envelope.find(f"{SOAP}Body")
    if body is None or len(body) != 1:
        return ["there is no one thing in the body"]
    # The schemas are those of one version, and let a client name no other; the server looks at the version by itself.
    named = [] if header is None else [each for each in header if each.tag != f"{T}RequestServerVersion"]
    parts = [(each, "types") for each in named]
    if body[0].tag != f"{SOAP}Fault":
        parts.append((body[0], "messages"))
    return [mistake for part, name in parts for mistake in _mistakes_of(part, name)]


def _mistakes_of(part: etree._Element, name: str) -> list[str]:
    alone, schema = etree.fromstring(etree.tostring(part)), _schema(name)
    return [] if schema.validate(alone) else [str(each) for each in schema.error_log]
