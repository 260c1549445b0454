"""Processes of the demo: waited for, restarted, stopped, and their last words are shown."""

import asyncio
from pathlib import Path

import pytest

from server.cli.processes import Process, ProcessEndedError

SLEEPER = "import signal, time, sys; open(sys.argv[1], 'w'); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


def process(tmp_path: Path, code: str) -> tuple[Process, Path]:
    ready = tmp_path / "ready"
    return Process("sleeper", ("-c", code, str(ready)), tmp_path / "logs" / "sleeper.log"), ready


async def test_a_process_is_waited_for_and_stopped(tmp_path: Path) -> None:
    sleeper, ready = process(tmp_path, SLEEPER)
    assert sleeper.pid == 0
    await sleeper.start()
    await sleeper.wait_for_file(ready, 20)
    assert sleeper.pid > 0
    await sleeper.stop()
    assert sleeper.pid == 0


async def test_a_killed_process_can_be_started_again(tmp_path: Path) -> None:
    sleeper, ready = process(tmp_path, SLEEPER)
    for _ in range(2):
        ready.unlink(missing_ok=True)
        await sleeper.start()
        await sleeper.wait_for_file(ready, 20)
        sleeper.kill()
        assert await sleeper.wait() == -9
    await sleeper.stop()


async def test_a_process_that_does_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cli.processes._STOP_TIMEOUT_S", 0.2)
    sleeper, ready = process(tmp_path, STUBBORN)
    await sleeper.start()
    await sleeper.wait_for_file(ready, 20)
    await asyncio.wait_for(sleeper.stop(), 20)
    assert not sleeper.running


async def test_the_last_words_of_a_process_are_shown(tmp_path: Path) -> None:
    dying, ready = process(tmp_path, "raise SystemExit('the port is taken')")
    await dying.start()
    with pytest.raises(ProcessEndedError, match=r"exit code 1.*\n.*the port is taken"):
        await dying.wait_for_file(ready, 20)


async def test_a_process_that_is_never_ready_is_told(tmp_path: Path) -> None:
    lazy, ready = process(tmp_path, "import time; time.sleep(60)")
    await lazy.start()
    with pytest.raises(ProcessEndedError, match="did not start within"):
        await lazy.wait_for_file(ready, 0.3)
    await lazy.stop()


async def test_what_is_printed_is_added_to_the_log(tmp_path: Path) -> None:
    chatty, _ = process(tmp_path, "import os; print(os.environ['WORD'])")
    for word in ("one", "two"):
        await chatty.start({"WORD": word})
        await chatty.wait()
    assert chatty.log.read_text().split() == ["one", "two"]
