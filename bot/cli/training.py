"""`creditdesk train` and `evaluate`: the sorter, made and measured."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from bot.errors import SettingsError
from classifiers.evaluate import Evaluation, leave_one_source_out
from classifiers.evaluate import evaluate as evaluate_sorter
from classifiers.examples_file import EXAMPLES, read_examples
from classifiers.sorter import Sorter

_examples = click.option(
    "--examples", type=click.Path(path_type=Path, exists=True), default=EXAMPLES, help="Default: the shipped ones."
)


@click.command()
@_examples
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder of the new model.")
def train(examples: Path, out: Path) -> None:
    """Train the sorter on the examples. Needs the extra: pip install 'creditdesk[train]'."""
    try:
        training = import_module("classifiers.train")
    except ModuleNotFoundError as error:
        raise SettingsError(f"training needs {error.name}; install it with: pip install 'creditdesk[train]'") from error
    report = training.train(examples, out)
    click.echo(f"model {report.model}: {report.examples} examples of {len(report.sources)} sources")
    click.echo(f"accuracy on sources left out in turn: {report.accuracy_left_out:.3f}")


@click.command()
@_examples
@click.option("--model", type=click.Path(path_type=Path, exists=True), help="Default: the shipped one.")
@click.option("--leave-one-source-out", "left_out", is_flag=True, help="Train anew without each source in turn.")
def evaluate(examples: Path, model: Path | None, *, left_out: bool) -> None:
    """Measure the sorter on examples. On those it was trained on it knows the answers; leave sources out instead."""
    if not left_out and examples == EXAMPLES and model is None:
        click.echo("the shipped model was trained on these very examples: try --leave-one-source-out", err=True)
    read = read_examples(examples)
    found = leave_one_source_out(read) if left_out else evaluate_sorter(Sorter.load(model), read)
    _print(found)


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
