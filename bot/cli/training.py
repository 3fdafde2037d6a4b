"""`creditdesk train` and `evaluate`: the sorter, made and measured."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bot.bootstrap import Desk, house_of
from bot.cli.desk import as_user, open_desk
from bot.cli.own_examples import OWN, training_example
from bot.desk.example import OwnExample
from bot.desk.model_choice import Comparison, champion_of
from bot.errors import RuleViolationError, SettingsError
from bot.steps.choose_model import note_comparison
from classifiers.comparison import Paired, compare, is_better
from classifiers.evaluate import Evaluation, Judged, leave_one_source_out
from classifiers.evaluate import evaluate as evaluate_sorter
from classifiers.examples_file import EXAMPLES, Example, read_examples
from classifiers.sorter import Sorter

_examples = click.option(
    "--examples", type=click.Path(path_type=Path, exists=True), default=EXAMPLES, help="Default: the shipped ones."
)
# More mail than this changes a model little and makes training long; the newest counts most.
MOST_ANSWERED = 4_000


@click.command()
@_examples
@click.option("--out", type=click.Path(path_type=Path), help="Train from the examples' files alone, into this folder.")
@click.pass_context
def train(ctx: click.Context, examples: Path, out: Path | None) -> None:
    """Train a challenger from the examples and the company's own mail. Needs the extra: creditdesk[train]."""
    try:
        training = import_module("classifiers.train")
    except ModuleNotFoundError as error:
        raise SettingsError(f"training needs {error.name}; install it with: pip install 'creditdesk[train]'") from error
    if out is not None:
        _report(training.train(examples, out))
        return
    with open_desk(ctx) as desk:
        own = [training_example(one) for one in own_examples(desk) if not one.is_held_out]
        folder = desk.settings.path(desk.settings.learning.models)
    if not own:
        raise RuleViolationError("there is no example of the company's own to learn from yet")
    made = folder / "in-the-making"
    report = training.train_on([*read_examples(examples), *own], made, f"+{OWN}-{len(own)}")
    if (folder / report.model).exists():
        raise RuleViolationError(f"{report.model} was made already: there is no new example since")
    # Under its name only when it is whole.
    made.replace(folder / report.model)
    _report(report)
    click.echo(f"compare it with the model in use: creditdesk evaluate {report.model}")


def own_examples(desk: Desk) -> list[OwnExample]:
    """Corrections that were kept, and mail that was answered as it had been sorted; nothing without consent."""
    if not desk.policy.learning.keeps:
        raise RuleViolationError("the desk may not learn from its mail: learning.keep_corrections is false in bot.toml")
    with desk.store.look() as uow:
        found = [*uow.examples.kept(), *uow.examples.answered_as_sorted(MOST_ANSWERED)]
    return [one for one in found if one.right.categories]


def _report(report: Any) -> None:
    click.echo(f"model {report.model}: {report.examples} examples of {len(report.sources)} sources")
    click.echo(f"accuracy on sources left out in turn: {report.accuracy_left_out:.3f}")


@click.command()
@click.argument("challenger", required=False)
@_examples
@click.option("--model", type=click.Path(path_type=Path, exists=True), help="Default: the shipped one.")
@click.option("--leave-one-source-out", "left_out", is_flag=True, help="Train anew without each source in turn.")
@as_user
@click.pass_context
def evaluate(
    ctx: click.Context, challenger: str | None, examples: Path, model: Path | None, person: str, *, left_out: bool
) -> None:
    """Compare CHALLENGER with the model in use on held-out mail; without one, measure a model on examples.

    On examples that it was trained on a model knows the answers; leave sources out instead.
    """
    if challenger is not None:
        with open_desk(ctx) as desk:
            _compare(desk, challenger, person)
        return
    if not left_out and examples == EXAMPLES and model is None:
        click.echo("the shipped model was trained on these very examples: try --leave-one-source-out", err=True)
    read = read_examples(examples)
    found = leave_one_source_out(read) if left_out else evaluate_sorter(Sorter.load(model), read)
    _print(found)


def _compare(desk: Desk, challenger: str, person: str) -> None:
    held_out = [training_example(one) for one in own_examples(desk) if one.is_held_out]
    with desk.store.look() as uow:
        champion = champion_of(uow.models.choices())
        met = {one.challenger for one in uow.models.compared(champion)} | {challenger}
    found = compare(_judged(desk, champion, held_out), _judged(desk, challenger, held_out))
    better, said = is_better(found, len(met))
    comparison = Comparison(champion, challenger, desk.clock.now(), person, len(held_out), better, said)
    note_comparison(comparison, store=desk.store)
    _print_comparison(champion, challenger, found)
    click.echo(said)


def model_folder(desk: Desk, name: str) -> Path | None:
    """The folder of a model by its name; None for the shipped one. Raises RuleViolationError where there is none."""
    settings = desk.settings
    if not name:
        return settings.path(settings.sorting.model) if settings.sorting.model else None
    folder = settings.path(settings.learning.models) / name
    if Path(name).name != name or not (folder / "config.cfg").is_file():
        raise RuleViolationError(f"there is no model {name} in {folder.parent}")
    return folder


def _judged(desk: Desk, name: str, examples: list[Example]) -> list[Judged]:
    encoder, house = desk.settings.sorting.encoder, house_of(desk.settings)
    sorter = Sorter.load(model_folder(desk, name), ask_encoder=encoder, house=house)
    return list(zip(examples, sorter.sort_many([one.mail for one in examples]), strict=True))


def _print_comparison(champion: str, challenger: str, found: Paired) -> None:
    for name, tally in ((champion or "the shipped model", found.champion), (challenger, found.challenger)):
        click.echo(
            f"{name}: {tally.right} of {tally.messages} right; "
            f"{tally.sorted} sorted, {tally.sorted_wrong} of them wrongly"
        )


def _print(found: Evaluation) -> None:
    click.echo(f"messages               {found.messages}")
    click.echo(f"accuracy               {found.accuracy:.3f}")
    click.echo(f"macro-F1               {found.macro_f1:.3f}")
    for name, hits in found.by_category.items():
        click.echo(f"  {name:20} {hits.f1:.3f}")
    for name, score in found.by_source.items():
        click.echo(f"  source {name:13} {score:.3f}")
    click.echo(f"categories beside F1   {found.secondary.f1:.3f}")
    click.echo(f"coverage               {found.coverage:.3f}")
    click.echo(f"accuracy when sorted   {found.accuracy_when_sorted:.3f}")
    click.echo(f"calibration error      {found.calibration_error:.3f}")
    for name, hits in found.facts.items():
        click.echo(f"  {name:20} precision {hits.precision:.3f} recall {hits.recall:.3f}")
