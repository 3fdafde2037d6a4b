"""The classifiers package behind the Sorter port."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Protocol

from bot.desk.verdict import Choice, Evidence, FoundFact, Scored, Verdict
from bot.log import logger
from bot.ports import Question
from classifiers.house import ANY_HOUSE, House
from classifiers.verdict import MailText
from classifiers.verdict import Verdict as Sorted


class _Sorter(Protocol):
    def sort_many(self, mails: Sequence[MailText]) -> list[Sorted]: ...


class ModelSorter:
    """See `ports.Sorter`. The model is loaded at the first question, so that commands which sort nothing stay quick."""

    def __init__(
        self,
        model: Path | None = None,
        *,
        chosen: Callable[[], Path | None] | None = None,
        ask_encoder: bool = True,
        house: House = ANY_HOUSE,
    ) -> None:
        """`chosen` names the model that is to sort, and is asked before each batch; None is `model` itself."""
        self._model = model
        self._chosen = chosen or (lambda: None)
        self._asked_for: Path | None = None
        self._ask_encoder = ask_encoder
        self._house = house
        self._sorter: _Sorter | None = None
        self._lock = Lock()

    def sort_many(self, questions: Sequence[Question]) -> list[Verdict]:
        return [_verdict(one) for one in self._loaded().sort_many([_mail_text(question) for question in questions])]

    def warm_up(self) -> None:
        """Load the model now, so that the first message does not wait for it."""
        self._loaded()

    def _loaded(self) -> _Sorter:
        with self._lock:
            wanted = self._chosen()
            if self._sorter is None or wanted != self._asked_for:
                self._sorter = self._take_up(wanted)
                _spare_the_collector()
            return self._sorter

    def _take_up(self, wanted: Path | None) -> _Sorter:
        """The model that was chosen. Where it cannot be read, the one in use goes on, and the log says so."""
        self._asked_for = wanted
        if wanted is None:
            return self._load(self._model)
        try:
            sorter = self._load(wanted)
            # It must answer once before it is believed; of a silent mail the encoder need not be asked.
            sorter.sort_many([MailText(subject="", newest_text="")])
        except (OSError, ValueError, KeyError) as error:
            logger().error("model", folder=wanted.name, problem=str(error))
            return self._sorter or self._load(self._model)
        return sorter

    def _load(self, folder: Path | None) -> _Sorter:
        # Imported here, by name: spaCy takes a second to import, and most commands never sort.
        load = import_module("classifiers.sorter").Sorter.load
        sorter: _Sorter = load(folder, ask_encoder=self._ask_encoder, house=self._house)
        return sorter


def _spare_the_collector() -> None:
    """Keep the garbage collector from costing a message as much as its parsing."""
    # What was loaded mostly stays until the end, and need not be looked through; a model that was let go may go.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # A message makes thousands of objects and hardly a circle among them.
    gc.set_threshold(10_000, 10, 10)


def _mail_text(question: Question) -> MailText:
    message = question.message
    files = [attachment for attachment in message.attachments if not attachment.is_inline]
    return MailText(
        subject=message.subject,
        newest_text=message.newest_text,
        quoted_text=message.quoted_text,
        side=question.side,
        mailbox=question.mailbox,
        sender=str(message.senders[0]) if message.senders else "",
        attachments=tuple(attachment.name for attachment in files),
        automatic=message.automatic,
        file_texts=tuple(attachment.text for attachment in files) if any(one.text for one in files) else (),
    )


def _verdict(one: Sorted) -> Verdict:
    return Verdict(
        category=one.category,
        best=one.best,
        probability=one.probability,
        categories=tuple(Scored(*scored) for scored in one.categories),
        reason=one.reason,
        currency=one.currency,
        facts=tuple(FoundFact(*fact) for fact in one.facts),
        evidence=tuple(Evidence(*shown) for shown in one.evidence),
        model=one.model,
        choices=tuple(Choice(*asked) for asked in one.choices),
        question=Evidence(*one.question) if one.question is not None else None,
    )
