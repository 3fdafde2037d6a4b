"""A process that has loaded everything once, and forks a life of the desk for each line it is given.

Lines are JSON: {"live": folder, "environment", "fault"} answers {"pid"}; {"wait": pid} answers {"status"} once that
life ended, or {"stopped": true} where it froze.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from bot.bootstrap import sorter as make_sorter
from bot.rendering import JinjaRenderer
from bot.settings import shipped
from tests.torture.crash.story import leave, live


def main() -> None:
    sorter = make_sorter(None)
    sorter.warm_up()
    renderer = JinjaRenderer((shipped("templates"),))
    for line in sys.stdin:
        request = json.loads(line)
        answer = _wait(request["wait"]) if "wait" in request else {"pid": _fork(request, sorter, renderer)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _fork(request: dict[str, Any], sorter: Any, renderer: Any) -> int:
    pid = os.fork()
    if pid:
        return pid
    folder = Path(request["live"])
    log = os.open(folder / "life.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDWR)
    for here, there in ((null, 0), (null, 1), (log, 2)):
        os.dup2(here, there)
    try:
        live(folder, request["environment"], request["fault"], sorter, renderer)
    except BaseException:  # noqa: BLE001 (whatever it is, it must not go on as a second parent)
        traceback.print_exc()
        leave(3)
    leave(0)
    return 0


def _wait(pid: int) -> dict[str, Any]:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return {"stopped": True}
    return {"status": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    main()
