"""The same mailbox through the desk and through django-helpdesk's get_email, in one run, both over TLS.

django-helpdesk ends a poll at the first message that it cannot read, and stops there again at the next poll. Such a
message is then deleted, as a person would have to, and counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import desk_folder
from benchmarks.corpus import shape_of
from benchmarks.measure import run_apart
from benchmarks.pipeline import STAGES
from benchmarks.table import Row
from tests.mailserver.server import MailServer

PACKAGES = ("django-helpdesk==2.6.1", "Django>=5.2,<5.3")
DRIVER = Path(__file__).parent / "helpdesk_project"
SORTERS = ("encoder on", "encoder off")


def measure(count: int) -> list[Row]:
    with MailServer() as server, tempfile.TemporaryDirectory(prefix="helpdesk-") as name:
        sizes = desk_folder.fill(server, count)
        desks = {sorter: _run_desk(server, is_encoder_on=sorter == "encoder on") for sorter in SORTERS}
        helpdesk = _run_helpdesk(Path(name), server)
    # What it gave up on was not worked, so it does not count for it either.
    crashes = Counter(helpdesk["crashes"])
    theirs = helpdesk["cpu_s"] * 1000 / (count - crashes.total())
    # More than a few would mean that it was set up wrongly, and the comparison void.
    assert crashes.total() < count / 20, crashes
    gone = ", ".join(f"{number} {name}" for name, number in crashes.most_common())
    became = f"{helpdesk['followups']} follow-ups in {helpdesk['tickets']} tickets; deleted: {gone or 'none'}"
    return [
        Row("helpdesk", "corpus", shape_of(sizes)),
        Row("helpdesk", "django-helpdesk: CPU a message", f"{theirs:.2f} ms; wall {helpdesk['wall_s']:.1f} s"),
        Row("helpdesk", "django-helpdesk: what became of it", became),
        Row("helpdesk", "django-helpdesk: peak memory", f"{helpdesk['rss']:.0f} MB"),
        *(
            row
            for sorter, desk in desks.items()
            for row in _compared(sorter, desk, theirs / 1000 * count, helpdesk["wall_s"])
        ),
    ]


def _compared(sorter: str, desk: Mapping[str, Any], cpu_s: float, wall_s: float) -> list[Row]:
    """One desk beside what django-helpdesk would have used for as many messages.

    django-helpdesk does nothing of what follows the draft: its ratio to the whole round is told for those who ask.
    """
    return [
        *(row for stage in STAGES for row in _beside(sorter, desk, stage, cpu_s, wall_s)),
        Row(
            "helpdesk",
            f"{sorter}: what became of it",
            f"{desk['stored']} stored, {desk['items']} items, {desk['drafts']} drafts",
        ),
        Row("helpdesk", f"{sorter}: peak memory", f"{desk['rss_parent']:.0f} + {desk['rss_child']:.0f} MB"),
    ]


def _beside(sorter: str, desk: Mapping[str, Any], stage: str, cpu_s: float, wall_s: float) -> list[Row]:
    used, called, count = desk[stage], STAGES[stage], desk["stored"]
    ours, wall = used["own"] + used["children"], used["wall"]
    rows = [
        Row("helpdesk", f"{sorter}: CPU a message, {called}", f"{ours * 1000 / count:.2f} ms; wall {wall:.1f} s"),
    ]
    if stage == "after":
        return rows
    goals = ("≥ 10 x, good 25 x", "≥ 10 x, good 30 x") if stage == "draft" else ("", "")
    return [
        *rows,
        Row("helpdesk", f"{sorter}: ratio of CPU, {called}", f"{cpu_s / ours:.1f} x", goals[0]),
        Row("helpdesk", f"{sorter}: ratio of wall, {called}", f"{wall_s / wall:.1f} x", goals[1]),
    ]


def _run_desk(server: MailServer, *, is_encoder_on: bool) -> dict[str, Any]:
    with desk_folder.configured(server, tls="starttls", is_encoder_on=is_encoder_on) as folder:
        return run_apart("benchmarks.pipeline:one_round", folder, environment=desk_folder.secrets(server))


def _run_helpdesk(folder: Path, server: MailServer) -> dict[str, Any]:
    python = _virtualenv(folder / "venv")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(DRIVER),
        "DJANGO_SETTINGS_MODULE": "helpdesk_settings",
        "HELPDESK_FOLDER": str(folder),
        "HELPDESK_BOX": json.dumps([server.host, server.ports.imap, desk_folder.USER, server.password]),
    }
    subprocess.run([python, DRIVER / "prepare.py"], env=environment, check=True, stdout=sys.stderr)
    answered = subprocess.run(
        [python, DRIVER / "drive.py"], env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    found: dict[str, Any] = json.loads(answered.stdout.splitlines()[-1])
    return found


def _virtualenv(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    quiet = ["-qq", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", "install", *quiet, *PACKAGES], check=True, stdout=sys.stderr)
    return python
