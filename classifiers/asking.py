"""What a person is asked where the desk is not sure: the likeliest categories, and the sentence that decides.

Nothing of this changes a verdict. It spares the person who sorts the message the reading of all of it.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from classifiers.blend import Blend, Opinion
from classifiers.calibration import UNCALIBRATED, Calibration
from classifiers.categories import CATEGORIES
from classifiers.encoder import Heard
from classifiers.evidence import IN_WORDS
from classifiers.linear import Judged, Weights
from classifiers.reading import ModelNotLoadedError, Reading, reading_of, says_something
from classifiers.spans import Span
from classifiers.tokens import ends_sentence, places_of
from classifiers.verdict import UNSORTED, Choice, Evidence, MailText

MOST, FEWEST = 3, 2
# A third category that hardly anything speaks for would only be one more to read.
LEAST_CHANCE = 0.08


class AskingComponent:
    """Prepares the question, for messages that are left unsorted only."""

    def __init__(self) -> None:
        self.weights: Weights | None = None
        self.calibration: Calibration = UNCALIBRATED

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        decision, opinion, judged = reading.decision, reading.opinion, reading.judgement
        if decision is None or opinion is None or judged is None:
            raise ModelNotLoadedError
        if decision.category == UNSORTED and says_something(reading.mail):
            reading.choices = tuple(self._choices(judged, reading.heard, opinion, decision.probability))
            reading.question = self._question(reading, judged, opinion)
        return doc

    def _choices(self, judged: Judged, heard: Heard | None, opinion: Opinion, probability: float) -> Iterator[Choice]:
        """The best with its calibrated chance. The others share what is left as their scores have it."""
        chances = np.exp(opinion.scores.astype(np.float64))
        first, *others = _likeliest(opinion)
        rest = (1.0 - probability) / max(1e-9, float(chances.sum() - chances[first]))
        yield self._choice(first, probability, judged, heard)
        for rank, place in enumerate(others[: MOST - 1], start=2):
            if (chance := float(chances[place]) * rest) >= LEAST_CHANCE or rank <= FEWEST:
                yield self._choice(place, chance, judged, heard)

    def _choice(self, place: int, chance: float, judged: Judged, heard: Heard | None) -> Choice:
        if self.weights is None:
            raise ModelNotLoadedError
        name = CATEGORIES[place]
        # As for a sorted message: the cheap models know reasons better, where they think of this category too.
        if heard is None or int(judged.scores.argmax()) == place:
            return Choice(name, chance, *self.weights.reason(name, judged))
        return Choice(name, chance, *heard.reason(name))

    def _question(self, reading: Reading, judged: Judged, opinion: Opinion) -> Evidence | None:
        first, second, *_ = _likeliest(opinion)
        blend = (self.calibration.together if reading.heard is not None else None) or self.calibration.alone
        leaning = self._leaning(judged, reading.heard, blend.blend, first, second)
        found = _deciding(leaning, judged, reading.mail)
        return _shown(found, reading.mail, CATEGORIES[first], CATEGORIES[second]) if found is not None else None

    def _leaning(
        self, judged: Judged, heard: Heard | None, blend: Blend, first: int, second: int
    ) -> NDArray[np.float64]:
        """What each piece adds to the first of the two rather than to the second, in both readers."""
        if self.weights is None:
            raise ModelNotLoadedError
        leaning = blend.own * self.weights.leaning(judged, first, second)
        if heard is not None:
            spoken = heard.leaning(CATEGORIES[first], CATEGORIES[second])[: len(leaning)]
            leaning[: len(spoken)] += blend.encoder * spoken
        return leaning


def _likeliest(opinion: Opinion) -> list[int]:
    places: list[int] = np.argsort(-opinion.scores, kind="stable").tolist()
    return places


def _deciding(leaning: NDArray[np.float64], judged: Judged, mail: MailText) -> Span | None:
    """The sentence with the most to say between the two, for whichever of them it speaks."""
    sentences = list(_sentences(judged, mail))
    if not sentences:
        return None
    # They follow one another without a gap, so all are summed at once.
    starts = [(judged.newest if one.is_newest else 0) + one.first for one in sentences]
    sums = np.abs(np.add.reduceat(leaning, starts))
    strongest = int(sums.argmax())
    return sentences[strongest] if sums[strongest] > 0 else None


def _sentences(judged: Judged, mail: MailText) -> Iterator[Span]:
    """The subject, and each sentence of the newest text; one that goes on in the next line is one."""
    if judged.newest > 0:
        yield Span(is_newest=False, first=0, last=judged.newest - 1)
    text, places = mail.newest_text, places_of(mail.newest_text, len(judged.spoken) - judged.newest)
    first = 0
    for number, (_, end) in enumerate(places):
        is_last = number + 1 == len(places)
        if is_last or ends_sentence(text[places[number][0] : end]) or _breaks(text, end, places[number + 1][0]):
            yield Span(is_newest=True, first=first, last=number)
            first = number + 1


def _breaks(text: str, end: int, start: int) -> bool:
    """Whether a new line begins something new: an empty line between, or no small letter to go on with."""
    lines = text.count("\n", end, start)
    return lines > 1 or (lines == 1 and not text[start].islower())


def _shown(one: Span, mail: MailText, first: str, second: str) -> Evidence:
    field, text = ("newest_text", mail.newest_text) if one.is_newest else ("subject", mail.subject)
    places = places_of(text, one.last + 1)
    start, end = places[one.first][0], places[one.last][1]
    return Evidence(field, start, end, text[start:end], f"decides: {IN_WORDS[first]}, or {IN_WORDS[second]}")
