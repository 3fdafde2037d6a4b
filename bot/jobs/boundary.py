"""The one catch-all. Whatever a job raises ends here: logged, shown, and never the end of the process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.errors import BotError, TransientError
from bot.log import logger

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Done(Generic[_Result]):
    result: _Result


@dataclass(frozen=True, slots=True)
class Broken:
    """What a job died of. `may_pass` where it was a condition of the world that a later try may not meet."""

    reason: str
    may_pass: bool


def guarded(name: str, job: Callable[[], _Result], **context: object) -> Done[_Result] | Broken:
    """Run the job; any failure becomes a value."""
    try:
        return Done(job())
    except BotError as error:
        logger().warning("job_failed", job=name, error=str(error), kind=type(error).__name__, **context)
        return Broken(str(error), isinstance(error, TransientError))
    except Exception as error:  # noqa: BLE001 (the one place: a mistake in one job must not stop the others)
        logger().exception("job_broke", job=name, **context)
        return Broken(f"{type(error).__name__}: {error}", may_pass=False)
