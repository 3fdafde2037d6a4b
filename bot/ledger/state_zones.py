"""The clock that most people of a state live by. A few counties beside a border keep their neighbour's."""

from __future__ import annotations

from zoneinfo import ZoneInfo

_STATES = {
    "America/New_York": "CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV",
    "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
ZONE_OF_STATE = {state: zone for zone, states in _STATES.items() for state in states.split()}


def zone_of_state(code: str) -> ZoneInfo | None:
    """By postal code; None where it is no state of the United States."""
    name = ZONE_OF_STATE.get(code)
    return ZoneInfo(name) if name else None
