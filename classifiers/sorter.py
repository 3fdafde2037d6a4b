"""The sorter: loads the pipeline once, and answers text with verdicts."""

from collections.abc import Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from classifiers.asking import AskingComponent
from classifiers.deciding import AbstentionComponent, CalibrationComponent, EncoderComponent
from classifiers.encoder import ENCODER, Encoder, Listener
from classifiers.house import ANY_HOUSE, House
from classifiers.pipeline import COMPONENTS, FactsComponent, SorterComponent
from classifiers.reading import ModelNotLoadedError, Reading, reading_of, to_doc
from classifiers.verdict import MailText, Verdict

MODEL = Path(__file__).parent / "model"
# The vocabulary of spaCy is empty and its tokenizer is not used; storing them would only add bytes.
NOT_STORED = ("vocab", "tokenizer")


class Sorter:
    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._model = str(nlp.meta["version"])

    @classmethod
    def load(cls, folder: Path | None = None, *, ask_encoder: bool = True, house: House = ANY_HOUSE) -> "Sorter":
        """The model in `folder`, or the one that is shipped. Without the encoder more mail is left unsorted."""
        source = folder or MODEL
        config = spacy.util.load_config(source / "config.cfg")
        nlp = spacy.util.load_model_from_config(config, auto_fill=True)
        nlp.from_disk(source, exclude=NOT_STORED)
        if "asking" not in nlp.pipe_names:
            # A model that an installation trained before there was this component, which holds nothing of its own.
            nlp.add_pipe("creditdesk_asking", name="asking", after="automatic")
        connect(nlp, Encoder(ENCODER) if ask_encoder else None, house)
        return cls(nlp)

    @property
    def nlp(self) -> Language:
        return self._nlp

    def sort(self, mail: MailText) -> Verdict:
        return self._verdict(reading_of(self._nlp(to_doc(self._nlp.vocab, mail))))

    def sort_many(self, mails: Sequence[MailText]) -> list[Verdict]:
        docs = self._nlp.pipe((to_doc(self._nlp.vocab, mail) for mail in mails), batch_size=len(mails) or 1)
        return [self._verdict(reading_of(doc)) for doc in docs]

    def _verdict(self, reading: Reading) -> Verdict:
        decision = reading.decision
        if decision is None:
            raise ModelNotLoadedError
        reason, reason_probability = decision.reason
        return Verdict(
            category=decision.category,
            best=decision.best,
            probability=decision.probability,
            categories=decision.categories,
            reason=reason,
            reason_probability=reason_probability,
            currency=reading.currency,
            facts=reading.facts,
            evidence=reading.evidence,
            model=self._model,
            choices=reading.choices,
            question=reading.question,
        )


def connect(nlp: Language, encoder: Listener | None, house: House = ANY_HOUSE) -> None:
    """Tells the components what they must know of each other and of the installation."""
    judging, asked, calibrated, abstaining, asking, reading_numbers = (
        nlp.get_pipe(name) for name in ("sorter", "encoder", "calibration", "abstention", "asking", "facts")
    )
    if not (
        isinstance(judging, SorterComponent)
        and isinstance(asked, EncoderComponent)
        and isinstance(calibrated, CalibrationComponent)
        and isinstance(abstaining, AbstentionComponent)
        and isinstance(asking, AskingComponent)
        and isinstance(reading_numbers, FactsComponent)
    ):
        raise TypeError("another package has registered components of these names")
    asking.weights, asking.calibration = judging.weights, calibrated.calibration
    asked.encoder, asked.calibration, asked.abstention = encoder, calibrated.calibration, abstaining.abstention
    abstaining.costs, reading_numbers.shapes = house.costs, house.shapes


def blank_pipeline() -> Language:
    nlp = spacy.blank("en")
    for name in COMPONENTS:
        nlp.add_pipe(f"creditdesk_{name}", name=name)
    return nlp
