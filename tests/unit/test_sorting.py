"""The sorter behind its port."""

from __future__ import annotations

import gc

from bot.sorting import ModelSorter


def test_the_loaded_model_is_not_looked_through_for_garbage_and_the_rest_seldom() -> None:
    thresholds = gc.get_threshold()
    # What other tests of this process have loaded counts for nothing.
    gc.unfreeze()
    try:
        ModelSorter(ask_encoder=False).warm_up()
        # spaCy and the model are some hundred thousand objects.
        assert gc.get_freeze_count() > 50_000
        assert gc.get_threshold() == (10_000, 10, 10)
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
