"""`python -m hardware` as people run it: simulate, show, the live page, a clean stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from hardware.__main__ import main
from tests.hardware.paper import Paper, network_printer

COMMAND = [sys.executable, "-m", "hardware"]
LIMIT = 10.0


def first_line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    arguments = ["simulate", "--board", "66=Quầy 66", "--board", "68", "--link", str(tmp_path / "boards.tty")]
    arguments += ["--http", "127.0.0.1:0", "--json-ready", "--baud", "115200"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        yield process, json.loads(first_line(process.stdout))
        process.kill()


def views(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_a_shown_text_reaches_the_page_live(
    simulator: tuple[subprocess.Popen[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    process, ready = simulator
    assert ready["ready"] is True
    assert ready["boards"] == [66, 68]
    with httpx.stream("GET", f"{ready['http']}/events", timeout=LIMIT) as events:
        live = views(events.iter_lines())
        assert next(live)["boards"][0]["cells"] == "     "
        port = f"{ready['port']}?baud=115200"
        assert main(["show", "--port", port, "--address", "66", "--text", "86001", "--blink"]) == 0
        assert capsys.readouterr().out == 'board 66 shows "86001", blink: acknowledged\n'
        seen = next(view for view in live if view["boards"][0]["frames"])
        assert (seen["boards"][0]["cells"], seen["boards"][0]["mode"]) == ("86001", "blink")
        httpx.post(f"{ready['http']}/line/unplug").raise_for_status()
        assert not next(view for view in live if not view["plugged"])["plugged"]
        assert not Path(ready["port"]).exists()
        httpx.post(f"{ready['http']}/line/plug").raise_for_status()
        next(view for view in live if view["plugged"])
        process.send_signal(signal.SIGTERM)
        assert list(live) == []
    assert process.wait(LIMIT) == 0
    assert not Path(ready["port"]).is_symlink()
    assert process.stdout is not None
    assert '66 "86001" blink' in process.stdout.read()


def test_interrupting_without_a_page_stops_cleanly(tmp_path: Path) -> None:
    link = tmp_path / "boards.tty"
    arguments = ["simulate", "--boards", "2", "--link", str(link)]
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert first_line(process.stdout) == f"boards 01, 02 at {link}\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LIMIT)
    assert (process.returncode, errors) == (0, "")
    assert not link.is_symlink()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "--port", "{}/none", "--address", "66", "--text", "1"], "No such file or directory"),
        (["show", "--port", "http://x", "--address", "66", "--text", "1"], "expected a device path or one of"),
        (["show", "--port", "loop://", "--address", "66", "--text", "86A01"], "found 'A' in '86A01'"),
        (["show", "--port", "loop://", "--address", "0", "--text", "1"], "found address 0"),
        (["show", "--port", "loop://?baud=115200", "--address", "7", "--text", "1"], "board 07 does not answer"),
        (["show", "--port", "socket://127.0.0.1:1", "--address", "7", "--text", "1"], "Connection refused"),
        (["simulate", "--board", "x", "--link", "{}/l"], "found board 'x'"),
        (["simulate", "--board", "1", "--board", "1", "--link", "{}/l"], "two boards with address 01"),
        (["simulate", "--boards", "100", "--link", "{}/l"], "found address 100"),
        (["simulate", "--link", "{}"], "exists and is not a link of ours"),
    ],
)
def test_errors_are_one_sentence_and_status_2(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(tmp_path) for argument in arguments]) == 2
    errors = capsys.readouterr().err
    assert sentence in errors
    assert errors.startswith(f"hardware {arguments[0]}: ")
    assert errors.count("\n") == 1


def test_a_trial_slip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper = Paper()
    with network_printer(paper) as port:
        assert main(["print", "--printer", f"escpos+tcp://127.0.0.1:{port}"]) == 0
        paper.cover_open = True
        assert main(["print", "--printer", f"escpos+tcp://127.0.0.1:{port}"]) == 1
    assert len(paper.slips) == 1
    assert main(["print", "--printer", "ipp://10.0.0.7"]) == 2
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "the printer is ready",
        "printed",
        "the printer is cover-open",
        "not printed: the printer is cover-open",
    ]
    assert told.err.startswith("hardware print: found printer 'ipp://10.0.0.7', expected one of escpos+tcp:")
