"""The same strange bytes every time: seeds torn apart and put together anew, and what a fuzzer found before."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.torture.fuzz.seeds import FOUND, WORDS, seeds
from tests.torture.fuzz.targets import TARGETS

_SEEDS = seeds()
_TURNS = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """A seed with pieces cut out, put in, doubled and changed."""
    data = bytearray(draw(st.sampled_from(_SEEDS))[:20_000])
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 200)))
        piece = draw(st.one_of(st.sampled_from(WORDS), st.binary(max_size=8), st.just(bytes(data[start:end]) * 3)))
        data[start : end if draw(st.booleans()) else start] = piece
    return bytes(data)


_PUT_TOGETHER = st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join)


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.one_of(torn(), _PUT_TOGETHER, st.binary(max_size=300)))
@_TURNS
def test_strange_bytes_break_no_promise(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_what_was_found_before_stays_mended(target: str) -> None:
    for path in sorted(FOUND.glob(f"{target}-*.bin")):
        TARGETS[target](path.read_bytes())
