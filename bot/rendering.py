"""The templates that people edit, filled in a sandbox.

A template is a text file: `Subject: ...`, an empty line, the body. Every value that is printed is told with its source;
a value that is not known becomes a visible gap. Values are never read as a template.
"""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from jinja2 import BaseLoader, Environment, Template, TemplateError, TemplateNotFound, TemplateSyntaxError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.desk.canned_text import value_named
from bot.desk.draft import GAP, DraftFact, Rendered, gap
from bot.desk.reply_facts import ReplyFact, clean_value
from bot.errors import PermanentError

_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.[A-Za-z0-9_-]+)*")
_FALLBACK_LANGUAGE = "en"
_SUBJECT = "Subject:"
_SPACES = re.compile(r"(?<=\S) {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")

# What a mistake in a template raises while it is filled; everything else is our own fault and must be seen as such.
_MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class _Gap(Undefined):
    """What is not known, printed as a gap. It is false, and loops over it are empty."""

    __slots__ = ()

    def __str__(self) -> str:
        if issubclass(self._undefined_exception, SecurityError):
            self._fail_with_undefined_error()
        return gap((self._undefined_name or "value").replace("_", " "))


class _Printable:
    """A fact that notes when it is printed, however that happens. Underscores keep its parts from the templates."""

    __slots__ = ("_fact", "_note")

    def __init__(self, fact: ReplyFact, note: Callable[[ReplyFact], None]) -> None:
        self._fact = fact
        self._note = note

    def __str__(self) -> str:
        self._note(self._fact)
        return self._fact.value

    def __eq__(self, other: object) -> bool:
        return self._fact.value == (other._fact.value if isinstance(other, _Printable) else other)

    def __hash__(self) -> int:
        return hash(self._fact.value)


class _Printed:
    """The values of one rendering, and which of them were printed."""

    def __init__(self) -> None:
        self._facts: dict[DraftFact, None] = {}

    @property
    def facts(self) -> tuple[DraftFact, ...]:
        return tuple(self._facts)

    def note(self, fact: ReplyFact) -> None:
        for part in fact.parts or (fact,):
            self._facts[DraftFact(part.name, clean_value(part.value), part.source)] = None

    def wrap(self, values: Mapping[str, object]) -> dict[str, object]:
        """Without what is None or empty, so that it is a gap. Plain text is the desk's own policy."""
        wrapped = ((name, self.wrap_one(name, value)) for name, value in values.items())
        return {name: value for name, value in wrapped if value is not None}

    def wrap_one(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Mapping):
            return self.wrap(value)
        if isinstance(value, list | tuple):
            return [wrapped for item in value if (wrapped := self.wrap_one(name, item)) is not None]
        fact = value if isinstance(value, ReplyFact) else ReplyFact(name, str(value), f"policy:{name}")
        text = clean_value(fact.value)
        if text != fact.value:
            fact = ReplyFact(fact.name, text, fact.source, fact.parts)
        return _Printable(fact, self.note) if text else None


class _Context(Mapping[str, object]):
    """The values as a template sees them, each wrapped when it is first asked for: a template uses a few of them."""

    def __init__(self, values: Mapping[str, object], printed: _Printed) -> None:
        self._values = values
        self._printed = printed
        self._wrapped: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._wrapped:
            self._wrapped[name] = self._printed.wrap_one(name, self._values.get(name))
        if self._wrapped[name] is None:
            raise KeyError(name)
        return self._wrapped[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._values if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, object]:
        """Jinja asks for it where a template breaks."""
        return dict(self)


class _Folders(BaseLoader):
    """Template files by name; the first folder that has one wins."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._places: dict[str, tuple[tuple[str, Path], ...]] = {}

    def find(self, name: str) -> Path | None:
        if name not in self._places:
            # The pattern knows no `..` and no leading slash, so no name leads out of the folders.
            folders = self._folders if _NAME.fullmatch(name) else ()
            self._places[name] = tuple((str(folder / name), folder / name) for folder in folders)
        # os.path takes a third of the time that Path takes, and each draft asks for several.
        return next((path for place, path in self._places[name] if os.path.isfile(place)), None)  # noqa: PTH113

    def all(self) -> list[Path]:
        """Every template that a name leads to."""
        names = {self.shown(path) for folder in self._folders for path in folder.rglob("*.txt")}
        return [path for name in sorted(names) if (path := self.find(name)) is not None]

    def shown(self, path: Path) -> str:
        """The path below its folder, as drafts and messages name a template."""
        return next(str(path.relative_to(top)) for top in self._folders if path.is_relative_to(top))

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        path = self.find(template)
        if path is None:
            raise TemplateNotFound(template)
        stamp = path.stat().st_mtime_ns
        is_current = lambda: self.find(template) == path and path.stat().st_mtime_ns == stamp  # noqa: E731
        return path.read_text("utf-8"), str(path), is_current


@dataclass(frozen=True, slots=True)
class _Compiled:
    stamp: tuple[int, int]
    shown: str
    subject: Template
    body: Template


class JinjaRenderer:
    """Implements `ports.Renderer` over folders of files named <name>.<language>.txt."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files = _Folders(folders)
        self._environment = _sandbox(self._files)
        self._compiled: dict[Path, _Compiled] = {}

    def has(self, name: str, language: str) -> bool:
        return self._files.find(f"{name}.{language}.txt") is not None

    def render(
        self, name: str, language: str, values: Mapping[str, object], *, part: Literal["whole", "body"] = "whole"
    ) -> Rendered:
        path = self._choose(name, language)
        printed = _Printed()
        try:
            compiled, context = self._compile(path), _Context({**values, "is_second": part == "body"}, printed)
            subject = " ".join(_fill(compiled.subject, context).split()) if part == "whole" else ""
            body = _tidy(_fill(compiled.body, context) if part == "whole" else _block(compiled.body, part, context))
        except _MISTAKES as error:
            raise PermanentError(f"template {_place(error, path, self._files.shown(path))}: {error}") from error
        gaps = tuple(dict.fromkeys(GAP.findall(f"{subject}\n{body}")))
        return Rendered(subject, body, printed.facts, gaps, compiled.shown)

    def fill(self, text: str, values: Mapping[str, object]) -> Rendered:
        printed = _Printed()
        context = _Context(values, printed)

        def known_or_gap(found: re.Match[str]) -> str:
            value = context.get(value_named(found[1]))
            return str(value) if isinstance(value, _Printable) else found[0]

        body = GAP.sub(known_or_gap, text)
        return Rendered("", body, printed.facts, tuple(dict.fromkeys(GAP.findall(body))), "")

    def warm_up(self) -> None:
        """Compile every template that can be, so that no draft waits for its own."""
        for path in self._files.all():
            with contextlib.suppress(TemplateError):
                self._compile(path)

    def _choose(self, name: str, language: str) -> Path:
        for candidate in _candidates(name, language):
            path = self._files.find(candidate)
            if path is not None:
                return path
        raise PermanentError(f"there is no template {name} and no default beside it")

    def _compile(self, path: Path) -> _Compiled:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        compiled = self._compiled.get(path)
        if compiled is None or compiled.stamp != stamp:
            subject, body = _divide(path.read_text("utf-8"))
            compiled = _Compiled(
                stamp, self._files.shown(path), self._template(subject, path), self._template(body, path)
            )
            self._compiled[path] = compiled
        return compiled

    def _template(self, source: str, path: Path) -> Template:
        code = self._environment.compile(source, filename=str(path))
        return Template.from_code(self._environment, code, {})


def _sandbox(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    # Plain text mail must not be escaped as HTML.
    environment = ImmutableSandboxedEnvironment(loader=loader, undefined=_Gap, autoescape=False)
    # A filter would change a fact on its way into the text, so that nobody could find it there again.
    environment.filters = {"default": environment.filters["default"]}
    environment.globals.clear()
    return environment


def _candidates(name: str, language: str) -> list[str]:
    """The reason in the language, the category's default in the language, then both in English.

    A colleague (.inside) gets the default for colleagues rather than the text that a customer would get.
    """
    outside = name.removesuffix(".inside")
    default = f"{outside.rpartition('/')[0]}/default"
    groups = [(outside, default)]
    if outside != name:
        groups.insert(0, (name, f"{default}.inside"))
    languages = dict.fromkeys((language, _FALLBACK_LANGUAGE))
    return [f"{stem}.{spoken}.txt" for group in groups for spoken in languages for stem in group]


def _divide(source: str) -> tuple[str, str]:
    """Subject and body; the body keeps the lines of the file, so that a mistake is found where it stands."""
    first, _, rest = source.partition("\n")
    blank, _, body = rest.partition("\n")
    if not first.startswith(_SUBJECT) or not first.removeprefix(_SUBJECT).strip() or blank.strip():
        raise TemplateSyntaxError(f"the file must begin with a line '{_SUBJECT} ...' and an empty line", 1)
    return first.removeprefix(_SUBJECT).strip(), f"\n\n{body}"


def _fill(template: Template, context: Mapping[str, object]) -> str:
    """As Template.render(), without a copy of the context."""
    try:
        return "".join(template.root_render_func(_over(context, template)))
    except _MISTAKES:
        # Tells the line of the template rather than that of what it was compiled to.
        template.environment.handle_exception()


def _over(context: Mapping[str, object], template: Template) -> Context:
    return template.new_context(cast(dict[str, Any], context), shared=True)


def _block(template: Template, block: str, context: Mapping[str, object]) -> str:
    if block not in template.blocks:
        raise TemplateSyntaxError(f"the block {block!r} is missing", 1)
    return "".join(template.blocks[block](_over(context, template)))


def _tidy(text: str) -> str:
    """Paragraphs with one empty line between them: a condition that did not hold leaves no hole."""
    lines = [line.rstrip() for line in _SPACES.sub(" ", text).split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _place(error: BaseException, path: Path, shown: str) -> str:
    """The file and line of a mistake; a letter that the template extends may be the one at fault."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or shown}, line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".txt")]
    if frames and frames[-1].filename != str(path):
        return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}"
    return f"{shown}, line {frames[-1].lineno}" if frames else shown
