"""What the documents show is true: commands and their options, configuration keys, make targets, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import get_args, get_origin

import click
import pytest
from pydantic import BaseModel

from bot.cli.main import COMMANDS, cli
from bot.desk.outbox import OutboxState
from bot.policies.bot_file import BotFile
from bot.policies.categories import CategoryTable
from bot.policies.mailboxes import MailboxTable
from bot.settings import load

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
# A block may show a part of bot.toml; then the rest is the least that a desk can have.
COMPANY = '[company]\nname = "Northgate"\ndomains = ["northgate.example"]\n'
# A block may be indented, as one in a list is.
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(creditdesk [^`]+)`")
# What a reader replaces: PATH…, NUMBER, [--json]. It is left out before a line is looked at.
OPTIONAL = re.compile(r"\[[^]]*\]|…|\.\.\.")

named_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def blocks(text: str, language: str) -> list[str]:
    return [dedent(body) for found, body in BLOCK.findall(text) if found == language]


def command_lines(text: str) -> Iterator[str]:
    """Every line that calls creditdesk, in blocks of shell and between backticks."""
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.search(r"(?:^|[\s;|/])(creditdesk\s[^|;&<>#]*)", line)
            if found and not line.lstrip().startswith(("docker", "#", "pip")):
                yield found.group(1)
    yield from INLINE.findall(BLOCK.sub("", text))


def options_of(command: click.Command) -> dict[str, click.Option]:
    options = [option for option in command.params if isinstance(option, click.Option)]
    return {name: option for option in options for name in option.opts}


def check_line(line: str) -> None:
    """Walks a command line as click would and fails at the first word that it would refuse."""
    words = shlex.split(OPTIONAL.sub("", line).replace("'", '"'))[1:]
    command: click.Command = cli
    while words:
        word = words.pop(0)
        if word in ("--help", "--version"):
            continue
        if word.startswith("--"):
            options = options_of(command)
            assert word in options, f"{line}: {command.name} has no option {word}"
            option = options[word]
            del words[: 0 if option.is_flag else option.nargs]
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"{line}: there is no command {word}"
            command = found


@named_document
def test_every_command_shown_exists_with_its_options(path: Path) -> None:
    for line in command_lines(path.read_text(encoding="utf-8")):
        check_line(line)


def test_the_check_of_command_lines_refuses_what_does_not_exist() -> None:
    check_line("creditdesk --config desk/config user add kim --role approver")
    with pytest.raises(AssertionError, match="no command fly"):
        check_line("creditdesk fly")
    with pytest.raises(AssertionError, match="no option --wings"):
        check_line("creditdesk run --wings")


def test_the_readme_opens_with_the_two_commands_and_they_are_targets_of_make() -> None:
    first = blocks(README.read_text(encoding="utf-8"), "sh")[0].splitlines()
    assert [line.split("#")[0].strip() for line in first] == ["make demo", "make test"]


@named_document
def test_every_make_target_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`make ([a-z]+)", text) + re.findall(r"^make ([a-z]+)", text, re.MULTILINE)
    assert set(named) <= targets


@named_document
def test_every_configuration_shown_is_accepted(path: Path, tmp_path: Path) -> None:
    for block in blocks(path.read_text(encoding="utf-8"), "toml"):
        name = re.match(r"# (?:config/)?(\w+\.toml)", block)
        assert name, f"say in the first line which file this is:\n{block}"
        # What a document shows of one file goes with what it has shown of the others.
        is_part = name[1] == "bot.toml" and "[company]" not in block
        (tmp_path / name[1]).write_text((COMPANY if is_part else "") + block, encoding="utf-8")
        load(tmp_path, {}, needs_secrets=False)


@named_document
def test_every_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        # Pictures are taken from the running page.
        assert target.endswith(".png") or (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("command", COMMANDS)
def test_operators_find_every_command(command: str) -> None:
    assert f"`creditdesk {command}" in OPERATORS


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        named = get_args(inner)[-1:]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{name}.")
        elif get_origin(inner) is dict and isinstance(named[0], type) and issubclass(named[0], BaseModel):
            yield from keys(named[0], f"{name}.NAME.")
        else:
            yield prefix + (field.alias or name)


@pytest.mark.parametrize("key", [*keys(BotFile), *keys(MailboxTable), *keys(CategoryTable)])
def test_operators_find_every_key(key: str) -> None:
    assert f"| `{key}`" in OPERATORS


@pytest.mark.parametrize("state", OutboxState)
def test_operators_find_every_state_of_the_outbox(state: str) -> None:
    assert f"| `{state}`" in OPERATORS


@named_document
def test_no_document_names_a_machine(path: Path) -> None:
    assert not re.search(r"(?<![\w.])/(work|root|home|tmp/pytest)\b", path.read_text(encoding="utf-8"))
