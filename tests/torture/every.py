"""All rows, by section."""

from __future__ import annotations

from tests.torture import cases_a, cases_b, cases_c, cases_d, cases_d_files, cases_ef, cases_g, cases_h, cases_j

SECTIONS = {
    "A. Identity and duplicates": cases_a.CASES,
    "B. Mailbox and cursor": cases_b.CASES,
    "C. Headers and addresses": cases_c.CASES,
    "D. MIME, charsets, size": (*cases_d.CASES, *cases_d_files.CASES),
    "E. Threading": cases_ef.E,
    "F. Several mailboxes, forwarding": cases_ef.F,
    "G. Automatic mail, loops, bounces": cases_g.CASES,
    "H. Trust": cases_h.CASES,
    "J. Draft, approve, send": cases_j.CASES,
}
CASES = tuple(case for cases in SECTIONS.values() for case in cases)
