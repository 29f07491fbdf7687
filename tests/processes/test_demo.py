"""`goiso demo` and the Procfile: started, stopped, started again, and nothing is left behind or lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo import CENTER, ROOT, VOICE_ZONE
from tests.processes.running import free_port, wait_for

pytestmark = pytest.mark.redis


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
    return clean | {"GOISO_SPEAKER_OUT": "none:"} | more


class Demo:
    """A demo started by a program."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "app", "demo", "--json", "--port", "0", "--data", str(data)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
        assert self.process.stdout
        self.told: dict[str, Any] = json.loads(self.process.stdout.readline())

    def key(self, kind: str) -> str:
        return str(next(device["key"] for device in self.told["devices"] if device["kind"] == kind))

    def stop(self) -> None:
        """Ctrl-C; everything it started has ended."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(20) == 0
        for name, pid in self.told["processes"].items():
            assert not Path(f"/proc/{pid}").exists(), f"{name} is left behind"


def test_a_second_start_finds_the_day_again(data: Path) -> None:
    first = Demo(data)
    body = {"service": "visa", "request": "before-the-stop"}
    headers = {"authorization": f"Bearer {first.key('kiosk')}"}
    path = f"/api/centers/{CENTER}/tickets"
    taken = httpx.post(first.told["portal"] + path, json=body, headers=headers).json()
    first.stop()
    again = Demo(data)
    try:
        assert again.key("kiosk") == first.key("kiosk")
        repeated = httpx.post(again.told["portal"] + path, json=body, headers=headers).json()
        assert (repeated["outcome"], repeated["number"]) == ("repeated", taken["number"])
        assert repeated["ticket"]["check_code"] == taken["ticket"]["check_code"]
    finally:
        again.stop()


def test_the_procfile_runs_production(data: Path) -> None:
    demo = Demo(data)
    keys = {kind: demo.key(kind) for kind in ("speaker", "boards", "kiosk")}
    demo.stop()
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    settings = environment(
        GOISO_DATA=str(data),
        GOISO_PORT=str(port),
        GOISO_ORIGIN=origin,
        GOISO_SECRET=(data / "demo-secret").read_text(),
        GOISO_SMS_URL=f"log:{data / 'sms.jsonl'}",
        GOISO_SERVER=origin,
        GOISO_CENTER=CENTER,
        GOISO_SPEAKER_VOICE=VOICE_ZONE,
        GOISO_SPEAKER_KEY=keys["speaker"],
        GOISO_BOARDS_KEY=keys["boards"],
        GOISO_BOARDS_PORT="loop://",
    )
    honcho = shutil.which("honcho", path=str(Path(sys.executable).parent))
    assert honcho
    log = (data / "honcho.log").open("w+b")
    running = subprocess.Popen(
        [honcho, "start", "-f", str(ROOT / "Procfile")], cwd=ROOT, env=settings, stdout=log, stderr=log
    )
    try:
        wait_for("web", lambda: _is_well(origin))
        bearer = {"authorization": f"Bearer {keys['speaker']}"}
        view = f"{origin}/api/views/speaker/{CENTER}/{VOICE_ZONE}"
        device = keys["speaker"].partition(".")[0]
        wait_for(
            "the speaker",
            lambda: httpx.get(view, headers=bearer).json()["whole"]["voice"]["holder"] == device,
        )
        assert running.poll() is None
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        log.seek(0)
        said = log.read().decode()
        log.close()
    for name in ("web", "notices", "speaker", "boards"):
        assert f"{name}.1" in said


def _is_well(origin: str) -> bool:
    try:
        return httpx.get(f"{origin}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
