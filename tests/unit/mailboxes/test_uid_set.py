from __future__ import annotations

import pytest

from bot.mailboxes import uid_set


@pytest.mark.parametrize(
    ("uids", "text"), [(set(), ""), ({7}, "7"), ({3, 4, 5, 9}, "3:5,9"), ({1, 3, 5}, "1,3,5"), ({2, 3}, "2:3")]
)
def test_a_set_is_written_as_imap_writes_it_and_read_back(uids: set[int], text: str) -> None:
    assert uid_set.write(uids) == text
    assert uid_set.read(text) == uids
