"""The wheel in an empty environment, used from an empty folder, as an administrator has it after pip install."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "spacy",
    "imapclient",
    "sqlalchemy",
    "fastapi",
    "numpy",
    "alembic",
    "pydantic",
    "msal",
    "httpx2",
    "cryptography",
}
# Where the checkout keeps what people edit → where the wheel carries it.
CARRIED = {
    "bot": "bot",
    "classifiers": "classifiers",
    "templates": "bot/defaults/templates",
    "config": "bot/defaults/config",
}
VERDICT_KEYS = {
    *("path", "message_id", "side", "automatic", "category", "best", "probability", "categories", "reason"),
    *("invoices", "pos", "amounts", "currency", "states", "evidence", "model", "choices", "question"),
}
LETTER = b"""\
From: Dana Whitfield <dana@harborfreight.example>
To: icc@northgate.example
Subject: Invoice 40711 paid twice, please refund
Message-ID: <paid-twice@harborfreight.example>
Date: Mon, 16 Nov 2026 10:00:00 -0500

Hello,

we paid invoice 40711 twice by mistake, on November 2 and again on November 9.
Please refund the duplicate payment of $1,250.00.

Dana Whitfield
"""
OWN_MAILBOX = '[front]\naddress = "icc@northgate.example"\nprotocol = "maildir"\npath = "../mail"\n'


@dataclass(frozen=True, slots=True)
class Installed:
    """The command of an environment of its own, run from a folder of its own."""

    environment: Path
    folder: Path

    def run(self, *arguments: str | Path, program: str = "creditdesk") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.environment / "bin" / program, *arguments],
            cwd=self.folder,
            env={"PATH": os.defpath, "HOME": str(self.folder), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def output(self, *arguments: str | Path) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True, cwd=folder)
    (built,) = folder.glob("creditdesk-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True, cwd=folder)
    # The libraries are those that are installed here. Python reads no .pth file behind a .pth file, so an editable
    # Creditdesk beside them stays out of sight.
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "libraries.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n", encoding="utf-8")
    return folder


@pytest.fixture
def installed(environment: Path, tmp_path: Path) -> Installed:
    folder = tmp_path / "anywhere"
    folder.mkdir()
    return Installed(environment, folder)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER)
    return path


def test_the_wheel_carries_everything_but_the_tests(wheel: Path) -> None:
    wanted = {
        f"{inside}/{path.relative_to(ROOT / outside).as_posix()}"
        for outside, inside in CARRIED.items()
        for path in (ROOT / outside).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wanted <= names
    assert {name.split("/")[0] for name in names} == {"bot", "classifiers", "creditdesk-0.1.0.dist-info"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_what_runs_is_the_wheel_and_not_the_checkout(installed: Installed) -> None:
    done = installed.run("-c", "import bot, classifiers; print(bot.__file__, classifiers.__file__)", program="python")
    assert all(path.startswith(str(installed.environment)) for path in done.stdout.split())


def test_the_list_of_commands_loads_no_heavy_library(installed: Installed) -> None:
    assert "Commands:" in installed.output("--help")
    code = (
        "import atexit, sys; from bot.cli.main import main; sys.argv = ['creditdesk', '--help'];"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
    )
    done = installed.run("-c", code, program="python")
    loaded = set(done.stderr.split())
    assert "bot.cli.main" in loaded
    assert not HEAVY & loaded


def test_init_writes_copies_of_everything_that_people_edit(installed: Installed) -> None:
    installed.output("init", "desk")
    written = {path.relative_to(installed.folder / "desk") for path in (installed.folder / "desk").rglob("*.*")}
    shipped = {path.relative_to(ROOT) for kind in ("config", "templates") for path in (ROOT / kind).rglob("*.*")}
    assert written == shipped


def test_init_leaves_edited_files_alone(installed: Installed) -> None:
    installed.output("init", "desk")
    edited = installed.folder / "desk" / "config" / "bot.toml"
    edited.write_text("# mine\n", encoding="utf-8")
    assert installed.output("init", "desk").startswith("0 files written")
    assert edited.read_text(encoding="utf-8") == "# mine\n"


def test_an_edited_copy_overrides_its_default_and_no_other(installed: Installed, letter: Path) -> None:
    desk = installed.folder / "desk"
    installed.output("init", "desk")
    signature = desk / "templates" / "replies" / "letter.en.txt"
    signature.write_text(signature.read_text(encoding="utf-8").replace("Hello", "Good day to you"), encoding="utf-8")
    bot = desk / "config" / "bot.toml"
    bot.write_text(bot.read_text(encoding="utf-8").replace('name = "Northgate"', 'name = "Southgate"'), "utf-8")
    (desk / "config" / "mailboxes.toml").write_text(OWN_MAILBOX, encoding="utf-8")
    # Whatever has no copy any more comes from the package.
    for path in [*desk.rglob("*.toml"), *desk.rglob("*.txt")]:
        if path not in (signature, bot, desk / "config" / "mailboxes.toml"):
            path.unlink()

    config = ("--config", "desk/config")
    assert installed.output(*config, "ingest", letter).startswith("1 stored")
    (draft,) = map(json.loads, installed.output(*config, "drafts", "--json").splitlines())
    assert draft["body"].startswith("Good day to you")
    assert draft["body"].rstrip().endswith("Southgate")
    assert draft["mailbox"] == "front"
    assert "40711" in draft["body"]


def test_the_demo_runs_from_any_folder(installed: Installed) -> None:
    output = installed.output("demo", "--once", "--folder", "shown")
    assert "messages taken in" in output
    assert "NO" not in output.split()
    assert tomllib.loads((installed.folder / "shown" / "config" / "mailboxes.toml").read_text(encoding="utf-8"))


def test_sort_prints_the_contract_without_any_configuration(installed: Installed, letter: Path) -> None:
    (line,) = installed.output("sort", "--json", letter).splitlines()
    verdict = json.loads(line)
    assert set(verdict) == VERDICT_KEYS
    assert (verdict["best"], verdict["invoices"], verdict["amounts"]) == ("refund", ["40711"], ["1250.00"])
    assert list(installed.folder.iterdir()) == []
