"""From corrections to a model of the company: trained, compared, promoted, taken up while the desk runs, undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import bootstrap
from bot.bootstrap import Desk
from bot.cli.main import cli
from bot.desk.user import Role
from bot.errors import BotError
from bot.jobs.work import take_in_all
from bot.settings import load
from bot.steps import work_on_item
from bot.steps.ingest import ingest
from bot.steps.work_on_item import Correction
from bot.store.queries import ItemFilter
from classifiers.examples_file import EXAMPLES

BOT = """
[company]
name = "Northgate"
domains = ["northgate.example"]
[outgoing]
protocol = "maildir"
path = "sent"
[learning]
keep_corrections = true
[sorting]
encoder = false
"""
MAILBOXES = """
[icc]
address = "icc@northgate.example"
protocol = "maildir"
path = "icc"
start = "all"
"""


class Learner:
    """A desk that stays open, and the commands of an administrator beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "config"
        self.config.mkdir()
        (self.config / "bot.toml").write_text(BOT)
        (self.config / "mailboxes.toml").write_text(MAILBOXES)
        self.desk: Desk = bootstrap.build(load(self.config, {}))
        with self.desk.store.begin() as uow:
            uow.users.save("root", Role.ADMINISTRATOR, "no hash", self.desk.clock.now())
            uow.commit()

    def few_examples(self) -> Path:
        few = self.folder / "examples"
        few.mkdir()
        for path in EXAMPLES.glob("*.jsonl"):
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            kept = [row for row in rows if row["source"] in ("corpus_f", "corpus_j")][::18]
            (few / path.name).write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        return few

    def arrive(self, *numbers: int) -> None:
        letters = [_letter(number) for number in numbers]
        now = self.desk.clock.now()
        ingest("icc", [(one, now) for one in letters], store=self.desk.store, clock=self.desk.clock)
        take_in_all(self.desk)

    def correct_all(self, category: str) -> None:
        right = Correction(category, None, "root")
        desk = self.desk
        for row in desk.queries.items(ItemFilter()):
            if row.item.category != category:
                number = row.item.number
                ports = {"store": desk.store, "clock": desk.clock, "renderer": desk.renderer, "policy": desk.policy}
                work_on_item.resort(number, right, **ports)  # type: ignore[arg-type]

    def newest_model(self) -> str:
        with self.desk.store.look() as uow:
            (newest,) = [uow.messages.inbound(one) for one in uow.items.messages_of(self.newest_item())]
        assert newest is not None
        return newest.verdict.model

    def newest_item(self) -> int:
        return max(row.item.item_id for row in self.desk.queries.items(ItemFilter()))

    def command(self, *words: str | Path, refused: str = "") -> str:
        arguments = ["--config", str(self.config), *(str(word) for word in words)]
        done = CliRunner().invoke(cli, arguments)
        if refused:
            assert refused in str(done.exception)
            return ""
        if done.exception is not None:
            raise done.exception
        assert done.exit_code == 0, done.output
        return str(done.output)


def _letter(number: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"Pat <ap@customer{number}.example>"
    message["To"] = "icc@northgate.example"
    message["Subject"] = f"Zebra form {number}"
    message["Message-ID"] = f"<{number}@customer{number}.example>"
    message.set_content(f"Hello, please run the zebra form for account {number}. It is a zebra matter as before.")
    return message.as_bytes()


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    made = Learner(tmp_path)
    yield made
    made.desk.close()


def test_a_desk_learns_takes_the_model_up_while_it_runs_and_goes_back(learner: Learner) -> None:
    learner.arrive(*range(1, 61))
    shipped = learner.newest_model()
    learner.correct_all("dispute")

    told = learner.command("train", "--examples", learner.few_examples())
    (folder,) = (learner.config / "models").iterdir()
    name = folder.name
    assert name in told
    assert "+own-" in name
    held_out = 60 - int(name.rpartition("-")[2])
    assert 0 < held_out < 30

    learner.command("model", "promote", name, "--as", "root", refused="not compared")
    assert f"of {held_out} right" in learner.command("evaluate", name, "--as", "root")
    # Too few messages to prove anything, so only who insists gets it.
    learner.command("model", "promote", name, "--as", "root", refused="not promoted")
    learner.command("model", "promote", name, "--anyway", "--as", "root")
    learner.arrive(61)
    assert learner.newest_model() == name
    assert "in use" in learner.command("model", "list")

    learner.command("model", "rollback", "--reason", "a trial", "--as", "root")
    learner.arrive(62)
    assert learner.newest_model() == shipped
    done = [entry.what for entry in learner.desk.queries.record("model")]
    assert done == ["rolled_back_model", "promoted_model", "compared_models"]

    _replay_shows_what_the_other_model_would_do(learner, folder)
    _a_broken_model_leaves_the_one_in_use(learner, folder, shipped)


def _replay_shows_what_the_other_model_would_do(learner: Learner, folder: Path) -> None:
    before = learner.desk.queries.record()
    lines = learner.command("replay", "--since", "2020-01-01", "--model", folder, "--json").splitlines()
    changes = [json.loads(line) for line in lines]
    assert {one["model"] for one in changes} <= {folder.name}
    assert all(one["from"] != one["to"] for one in changes)
    told = learner.command("replay", "--since", "2020-01-01", "--model", folder)
    assert f"62 messages sorted once more, {len(changes)} of them otherwise; nothing was changed" in told
    assert learner.command("replay", "--since", "2020-01-01").startswith("62 messages sorted once more, ")
    assert learner.desk.queries.record() == before


def _a_broken_model_leaves_the_one_in_use(learner: Learner, folder: Path, shipped: str) -> None:
    learner.command("model", "promote", folder.name, "--anyway", "--as", "root")
    (folder / "config.cfg").write_text("[nlp]\n")
    learner.arrive(63)
    assert learner.newest_model() == shipped


def test_nothing_is_learnt_without_consent_or_examples(learner: Learner) -> None:
    learner.command("train", refused="no example")
    (learner.config / "bot.toml").write_text(BOT.replace("= true", "= false"))
    with pytest.raises(BotError, match="may not learn"):
        learner.command("train")
    learner.command("model", "promote", "../x", "--anyway", "--as", "root", refused="there is no model")
