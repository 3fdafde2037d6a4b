"""The sorter behind its port."""

from __future__ import annotations

import gc

from bot.sorting import ModelSorter


def test_the_loaded_model_is_not_looked_through_for_garbage() -> None:
    before = gc.get_freeze_count()
    ModelSorter(ask_encoder=False).warm_up()
    try:
        # spaCy and the model are some hundred thousand objects.
        assert gc.get_freeze_count() > before + 50_000
    finally:
        gc.unfreeze()
