"""States of the United States, by name and by postal code."""

from __future__ import annotations

_NAMES = """
AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware,
DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas,
KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi,
MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York,
NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, PR Puerto Rico, RI Rhode Island,
SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, WA Washington,
WV West Virginia, WI Wisconsin, WY Wyoming
"""

_PAIRS = [(entry.split()[0], " ".join(entry.split()[1:])) for entry in _NAMES.split(",")]
NAME_OF_STATE = dict(_PAIRS)
_CODE_OF = {name.casefold(): code for code, name in _PAIRS} | {code.casefold(): code for code, _ in _PAIRS}


def state_code(text: str) -> str:
    """The postal code of a state given by code or name; "" where it is none."""
    return _CODE_OF.get(" ".join(text.casefold().split()), "")
