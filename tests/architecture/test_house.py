"""The house: dependencies point one way, files stay small, names say something."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "classifiers")
GENERATED = "migrations/versions"

FILE_LINES = 350
FUNCTION_LINES = 50
# Comments are the author's; these words are an adjective or a drawer, not a noun.
VAGUE_FILE = re.compile(
    r"(^|/)(utils?|helpers?|common|misc|shared)(/|\.py)|enhanced|advanced|smart|robust|_v[0-9]|_new\."
)
VAGUE_CLASS = re.compile(r"(Manager|Service|Handler|Helper|Util|Processor|Orchestrator)$")


def _files() -> list[Path]:
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if GENERATED not in path.as_posix()]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_dependencies_point_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_a_reader_holds_in_mind() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _files()}
    assert {str(path): count for path, count in lengths.items() if count > FILE_LINES} == {}
    assert statistics.median(lengths.values()) <= 120


def test_no_function_is_longer_than_a_page() -> None:
    functions = [(path, node) for path in _files() for node in _functions(path)]
    assert [f"{path.name}:{node.name}" for path, node in functions if _lines(node) > FUNCTION_LINES] == []
    assert statistics.median(_lines(node) for _, node in functions) <= 10


def test_docstrings_stand_where_they_say_something() -> None:
    functions = [node for path in _files() for node in _functions(path)]
    documented = sum(ast.get_docstring(node) is not None for node in functions)
    assert documented / len(functions) < 0.7


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_lives_in_it(room: str) -> None:
    silent = [
        str(path)
        for path in sorted((ROOT / room).rglob("*.py"))
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_names_say_something() -> None:
    files = [str(path.relative_to(ROOT)) for path in _files()]
    assert [name for name in files if VAGUE_FILE.search(name)] == []
    classes = [
        node.name
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert [name for name in classes if VAGUE_CLASS.search(name)] == []


def test_one_place_catches_everything() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]
    # The job boundary, and the child process whose only work is to survive hostile bytes.
    assert sorted(found) == ["bot/jobs/boundary.py", "bot/parsing.py"]


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in _files()
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
    }
    assert readers <= {"bot/settings.py", "bot/parsing.py"}


def test_nothing_tells_the_machine_it_was_made_on() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    texts = [ROOT / name for name in listed if not name.endswith((".png", ".npz", ".pdf", ".woff2"))]
    path = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
    assert [str(file) for file in texts if file.is_file() and path.search(file.read_text("utf-8", "replace"))] == []
