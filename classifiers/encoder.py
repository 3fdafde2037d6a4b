"""The encoder: a small transformer, fine-tuned on the examples, that reads a message as a whole.

It answers in parts: what each token adds to each answer. Their sum is the score, and the parts are its evidence.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from classifiers.categories import CATEGORIES, REASONS
from classifiers.features import Floats
from classifiers.verdict import MailText
from classifiers.wordpieces import NOWHERE, WordPieces

ENCODER = Path(__file__).parent / "model" / "encoder"
NETWORK_FILE = "network.onnx"
ANSWERS_FILE = "answers.json"
LEFT_OUT_FILE = "left_out.npz"
# The network answers each reason of each category, then whether each category is there at all, then whether it is
# there but does not come first.
ALL_REASONS = tuple((category, reason) for category in CATEGORIES for reason in REASONS[category])
MEMBERS = slice(len(ALL_REASONS), len(ALL_REASONS) + len(CATEGORIES))
BESIDE = slice(MEMBERS.stop, MEMBERS.stop + len(CATEGORIES))
ANSWERS = BESIDE.stop
NOTHING = np.zeros((0, ANSWERS), np.float32)


class Heard(NamedTuple):
    """`scores` and `member_scores` as the linear models give them; `reasons` one for each of ALL_REASONS.

    `beside_scores` tell how likely a category is there without being the first. `parts` holds what each piece of
    subject and newest text adds to each answer.
    """

    scores: Floats
    member_scores: Floats
    beside_scores: Floats
    reasons: Floats
    parts: Floats

    @property
    def best(self) -> str:
        return CATEGORIES[int(self.scores.argmax())]

    def reason(self, category: str) -> tuple[str, float]:
        places = REASON_PLACES[category]
        chances = _softmax(self.reasons[places])
        best = int(chances.argmax())
        return REASONS[category][best], float(chances[best])

    def spoken(self, category: str) -> NDArray[np.float64]:
        """What each piece adds for this category and against all others."""
        places = REASON_PLACES[category]
        others = np.setdiff1d(np.arange(len(ALL_REASONS)), places)
        own, other = _softmax(self.reasons[places]), _softmax(self.reasons[others])
        leaning: NDArray[np.float64] = self.parts[:, places] @ own - self.parts[:, others] @ other
        return leaning

    def leaning(self, first: str, second: str) -> NDArray[np.float64]:
        """What each piece adds for the first of two categories and against the second."""
        one, other = REASON_PLACES[first], REASON_PLACES[second]
        leaning: NDArray[np.float64] = self.parts[:, one] @ _softmax(self.reasons[one]) - self.parts[
            :, other
        ] @ _softmax(self.reasons[other])
        return leaning


REASON_PLACES = {
    category: np.array([place for place, (owner, _) in enumerate(ALL_REASONS) if owner == category])
    for category in CATEGORIES
}


class Listener(Protocol):
    @property
    def version(self) -> str: ...

    def read(self, mail: MailText) -> Heard: ...


class Encoder:
    """Loads its network at the first message: a desk that asks it nothing pays nothing for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._words = WordPieces.load(folder)
        told = json.loads((folder / ANSWERS_FILE).read_text(encoding="utf-8"))
        self._version = str(told["version"])
        self._bias = np.array(told["bias"], np.float32)
        self._lock = Lock()

    @property
    def version(self) -> str:
        return self._version

    @cached_property
    def _network(self) -> Any:
        # Imported here, by name: it takes a quarter of a second and most commands never sort.
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Memory goes back after each message instead of staying at the size of the longest one.
        # A pattern is kept for each length of message, and each holds as much as the longest: 30 MB in all.
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        return runtime.InferenceSession(str(self._folder / NETWORK_FILE), options, providers=["CPUExecutionProvider"])

    def _session(self) -> Any:
        # Two threads with their first message must not load it twice.
        with self._lock:
            return self._network

    def read(self, mail: MailText) -> Heard:
        """One at a time: what it rounds to depends on all of a batch, and a verdict must not hang on its neighbours."""
        reading = self._words.read(mail)
        tokens = np.array([reading.ids], np.int64)
        found: Floats = self._session().run(None, {"tokens": tokens, "mask": np.ones_like(tokens)})[0][0]
        return heard(found.sum(axis=0) + self._bias, _by_piece(found, reading.pieces))


class Remembered:
    """Answers as an encoder once did, for messages that it is better not asked about again."""

    def __init__(self, version: str, heard_of: Mapping[str, Heard]) -> None:
        self._version = version
        self._heard = heard_of

    @property
    def version(self) -> str:
        return self._version

    def read(self, mail: MailText) -> Heard:
        return self._heard[text_key(mail)]


def heard(answers: Floats, parts: Floats = NOTHING) -> Heard:
    reasons = answers[: len(ALL_REASONS)]
    return Heard(scores_of(reasons), answers[MEMBERS], answers[BESIDE], reasons, parts)


def left_out(folder: Path = ENCODER) -> dict[str, Heard]:
    """What an encoder that read none of the author's mail said of each shipped example, by the key of its text."""
    with np.load(folder / LEFT_OUT_FILE, allow_pickle=False) as stored:
        answers = stored["answers"].astype(np.float32)
        return {str(key): heard(row) for key, row in zip(stored["keys"], answers, strict=True)}


def always_read(folder: Path = ENCODER) -> frozenset[str]:
    """Keys of the texts that every encoder has read: what it says of them proves nothing."""
    with np.load(folder / LEFT_OUT_FILE, allow_pickle=False) as stored:
        return frozenset(str(key) for key in stored["read"])


def text_key(mail: MailText) -> str:
    return sha256("\0".join((mail.side, mail.subject, mail.newest_text)).encode()).hexdigest()[:16]


def scores_of(reasons: Floats) -> Floats:
    """A category is as likely as all its reasons together."""
    raised = np.exp(reasons - reasons.max())
    sums = np.array([raised[REASON_PLACES[category]].sum() for category in CATEGORIES])
    scores: Floats = np.log(sums / sums.sum()).astype(np.float32)
    return scores


def _by_piece(found: Floats, pieces: Sequence[int]) -> Floats:
    count = max(pieces, default=NOWHERE) + 1
    parts = np.zeros((count, ANSWERS), np.float32)
    places = np.array(pieces)
    np.add.at(parts, places[places != NOWHERE], found[places != NOWHERE])
    return parts


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    chances: Floats = raised / raised.sum()
    return chances
