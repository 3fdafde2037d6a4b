"""`python -m tests.torture.fuzz TARGET SECONDS`: coverage-guided, from the seeds on. What it finds lies in `found`.

Needs atheris, which no other part of the project does: `make fuzz` installs it.
"""

from __future__ import annotations

import sys
import tempfile
from hashlib import sha256
from importlib import import_module
from pathlib import Path

_READERS = ("bot.mail", "classifiers")


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2]
    # By name: where it is missing, only this command is.
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=list(_READERS), enable_loader_override=False):
        targets = import_module("tests.torture.fuzz.targets")
        start = import_module("tests.torture.fuzz.seeds")
    target = targets.TARGETS[name]

    def once(data: bytes) -> None:
        try:
            target(data)
        except Exception:
            (start.FOUND / f"{name}-{sha256(data).hexdigest()[:12]}.bin").write_bytes(data)
            raise

    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for seed in start.seeds():
        (folder / sha256(seed).hexdigest()).write_bytes(seed[:20_000])
    words = folder.with_suffix(".dict")
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in start.WORDS))
    options = [f"-max_total_time={seconds}", f"-dict={words}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", f"-artifact_prefix={folder}-", str(folder)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
