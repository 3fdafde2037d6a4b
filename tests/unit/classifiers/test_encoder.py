"""The encoder answers the same whoever asks beside it, and can be left out."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from classifiers.encoder import ALL_REASONS, ANSWERS, ENCODER, Encoder, always_read, left_out, text_key
from classifiers.examples_file import Example
from classifiers.sorter import MODEL, Sorter
from classifiers.verdict import MailText

MEGABYTE = 1_000_000
DOUBTFUL = MailText("question", "Could somebody have a look at the second one, it went out twice and we paid both.")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(ENCODER)


def test_the_whole_model_is_no_larger_than_sixty_megabytes() -> None:
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) <= 60 * MEGABYTE


def test_threads_that_ask_at_once_get_the_answers_of_one_that_asks_alone(examples: list[Example]) -> None:
    mails = [example.mail for example in examples[::120]]
    alone = [Encoder(ENCODER).read(mail) for mail in mails]
    shared = Encoder(ENCODER)

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(shared.read, mails * 4))

    for number, found in enumerate(together):
        np.testing.assert_array_equal(found.parts, alone[number % len(mails)].parts)


def test_the_parts_of_a_message_are_what_its_scores_are_made_of(encoder: Encoder) -> None:
    heard = encoder.read(DOUBTFUL)

    assert heard.parts.shape == (len(f"{DOUBTFUL.subject} {DOUBTFUL.newest_text}".split()), ANSWERS)
    assert np.exp(heard.scores).sum() == pytest.approx(1.0, abs=1e-4)
    assert np.corrcoef(heard.parts.sum(axis=0)[: len(ALL_REASONS)], heard.reasons)[0, 1] > 0.8


def test_every_example_that_some_encoder_has_not_read_has_the_answer_of_that_one(examples: list[Example]) -> None:
    keys = {text_key(example.mail) for example in examples}

    assert keys - always_read() <= set(left_out())
    assert not always_read() & set(left_out())


def test_what_was_left_out_is_answered_worse_than_what_was_read(encoder: Encoder, examples: list[Example]) -> None:
    """Otherwise the answers kept for the calibration would come from an encoder that knew the messages."""
    known = left_out()
    some = [one for one in examples[::10] if one.mail.automatic is None and text_key(one.mail) in known]
    right_unread = np.mean([known[text_key(one.mail)].best == one.primary for one in some])
    right_read = np.mean([encoder.read(one.mail).best == one.primary for one in some])

    assert 0.7 < right_unread < right_read


def test_without_the_encoder_mail_is_sorted_by_the_cheap_models_alone(sorter: Sorter) -> None:
    cheap = Sorter.load(ask_encoder=False)

    assert cheap.sort(DOUBTFUL).probability != sorter.sort(DOUBTFUL).probability


def test_a_sure_message_does_not_wait_for_the_encoder(sorter: Sorter) -> None:
    sure = MailText(
        "Tax exempt certificate",
        "Attached is our sales tax exemption certificate. Please update our account to exempt.",
    )

    assert sorter.sort(sure) == Sorter.load(ask_encoder=False).sort(sure)


def test_loading_the_sorter_loads_no_network() -> None:
    asked = "import sys; from classifiers.sorter import Sorter; Sorter.load(); print('onnxruntime' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=_root())

    assert told.stdout.strip() == "False"


def _root() -> Path:
    return MODEL.parent.parent


def test_sorting_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    """Libraries have begun to gather telemetry there; mail of a credit desk is nobody's telemetry."""
    asked = "from classifiers.sorter import Sorter; from classifiers.verdict import MailText as M; "
    asked += "Sorter.load().sort(M('Question', 'Could you help us with this one, please?'))"
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", asked], check=True, env=environment, cwd=_root())
    assert list(tmp_path.iterdir()) == []
