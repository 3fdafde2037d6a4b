"""The shipped sorter, loaded once for all tests of this room."""

import pytest

from classifiers.examples_file import Example, read_examples
from classifiers.sorter import Sorter


@pytest.fixture(scope="session")
def sorter() -> Sorter:
    return Sorter.load()


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return read_examples()
