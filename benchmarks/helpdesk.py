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
from pathlib import Path
from typing import Any

from benchmarks import desk_folder
from benchmarks.corpus import shape_of
from benchmarks.measure import run_apart
from benchmarks.table import Row
from tests.mailserver.server import MailServer

PACKAGES = ("django-helpdesk==2.6.1", "Django>=5.2,<5.3")
DRIVER = Path(__file__).parent / "helpdesk_project"


def measure(count: int) -> list[Row]:
    with MailServer() as server, tempfile.TemporaryDirectory(prefix="helpdesk-") as name:
        sizes = desk_folder.fill(server, count)
        with desk_folder.configured(server, tls="starttls") as folder:
            desk = run_apart("benchmarks.pipeline:one_round", folder, environment=desk_folder.secrets(server))
        helpdesk = _run_helpdesk(Path(name), server)
    ours = (desk["parent_s"] + desk["child_s"]) * 1000 / count
    # What it gave up on was not worked, so it does not count for it either.
    crashes = Counter(helpdesk["crashes"])
    theirs = helpdesk["cpu_s"] * 1000 / (count - crashes.total())
    # More than a few would mean that it was set up wrongly, and the comparison void.
    assert crashes.total() < count / 20, crashes
    gone = ", ".join(f"{number} {name}" for name, number in crashes.most_common())
    became = f"{helpdesk['followups']} follow-ups in {helpdesk['tickets']} tickets; deleted: {gone or 'none'}"
    return [
        Row("helpdesk", "corpus", shape_of(sizes)),
        Row("helpdesk", "desk: CPU a message", f"{ours:.2f} ms; wall {desk['wall_s']:.1f} s"),
        Row("helpdesk", "django-helpdesk: CPU a message", f"{theirs:.2f} ms; wall {helpdesk['wall_s']:.1f} s"),
        Row("helpdesk", "ratio of CPU", f"{theirs / ours:.1f} x", "≥ 10 x, good 25 x"),
        Row("helpdesk", "ratio of wall", f"{helpdesk['wall_s'] / desk['wall_s']:.1f} x", "≥ 10 x, good 30 x"),
        Row(
            "helpdesk",
            "desk: what became of it",
            f"{desk['stored']} stored, {desk['items']} items, {desk['drafts']} drafts",
        ),
        Row("helpdesk", "django-helpdesk: what became of it", became),
        Row(
            "helpdesk",
            "peak memory",
            f"{desk['rss_parent']:.0f} + {desk['rss_child']:.0f} MB; helpdesk {helpdesk['rss']:.0f} MB",
        ),
    ]


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
