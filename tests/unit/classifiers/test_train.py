"""Training from a few examples: the model loads, sorts, and is the same the second time."""

import json
from pathlib import Path

import pytest

from classifiers.examples_file import EXAMPLES
from classifiers.sorter import Sorter
from classifiers.verdict import MailText

train_module = pytest.importorskip("classifiers.train", reason="needs the extra `train`")
SOURCES = ("corpus_f", "corpus_j")


def write_few(folder: Path, sources: tuple[str, ...], *, every: int) -> Path:
    folder.mkdir()
    for path in EXAMPLES.glob("*.jsonl"):
        rows = [row for row in path.read_text(encoding="utf-8").splitlines() if json.loads(row)["source"] in sources]
        (folder / path.name).write_text("\n".join(rows[::every]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained_twice(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Path]]:
    root = tmp_path_factory.mktemp("training")
    few = write_few(root / "examples", SOURCES, every=18)
    return [(train_module.train(few, root / name).model, root / name) for name in ("once", "twice")]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_training_twice_gives_the_same_bytes(trained_twice: list[tuple[str, Path]]) -> None:
    (_, once), (_, twice) = trained_twice

    assert files_of(once) == files_of(twice)


def test_a_trained_model_loads_and_sorts(trained_twice: list[tuple[str, Path]]) -> None:
    model, folder = trained_twice[0]

    verdict = Sorter.load(folder).sort(MailText("certificate", "Our tax exempt certificate is attached."))

    assert verdict.model == model
    assert verdict.best == "tax_exempt"


def test_a_model_holds_no_pickle_and_no_path_of_this_machine(trained_twice: list[tuple[str, Path]]) -> None:
    _, folder = trained_twice[0]

    for name, content in files_of(folder).items():
        assert Path(name).suffix in (".cfg", ".json", ".npz")
        assert str(folder.parent).encode() not in content


def test_one_source_alone_sorts_nothing_by_itself(tmp_path: Path) -> None:
    few = write_few(tmp_path / "examples", SOURCES[:1], every=12)

    report = train_module.train(few, tmp_path / "model")

    assert min(report.abstention.alone, report.abstention.together) > 1
