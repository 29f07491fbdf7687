"""The command line as an operator types it: what it does, and sentences with status 2 for what is wrong."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from app.plans import read_plan
from app.store.private import server_path
from tests.conftest import DEMO
from tests.processes.running import free_port, wait_for

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("anyio_backend")]

LIMIT_SECONDS = 30
SAFE = {"SECRET": "x" * 40, "ORIGIN": "https://layso.example.vn"}

Goiso = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def goiso(redis_url: str, tmp_path: Path) -> Goiso:
    """Runs the command on a database of its own; settings as keywords, standard input as `said`."""

    def run(*words: str, said: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app", *words],
            env=environment({"STORE_URL": f"{redis_url}?db=9", "DATA": str(tmp_path)} | settings),
            input=said,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )

    return run


def environment(settings: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
    return inherited | {f"GOISO_{name}": value for name, value in settings.items()}


def told(done: "subprocess.CompletedProcess[str]", *parts: str) -> None:
    """Check that the command gave up with sentences that name the parts, and without a trace."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for part in parts:
        assert part in done.stderr


class TestPlan:
    def test_a_good_plan_may_be_used(self, goiso: Goiso) -> None:
        done = goiso("plan", "check", str(DEMO))
        assert done.returncode == 0, done.stderr
        assert "3 zones, 32 services" in done.stdout
        assert "The plan may be used." in done.stdout

    def test_every_fault_is_told_with_its_path(self, goiso: Goiso, tmp_path: Path) -> None:
        bad = tmp_path / "bad.toml"
        text = (
            DEMO.read_text().replace('lead = "86"', 'lead = "96"', 1).replace('zone = "tang-2"', 'zone = "x"', 1)
        )
        bad.write_text(text.replace("lead_minutes = 11", "lead_minutes = 0"))
        done = goiso("plan", "check", str(bad))
        told(done, "services[25].lead: counter '96' is not in the plan", "zone: zone 'x'", "lead_minutes: must be")
        wrong = tmp_path / "wrong.toml"
        wrong.write_text(DEMO.read_text().replace("lead_minutes = 11", 'lead_minutes = "eleven"'))
        told(goiso("plan", "check", str(wrong)), "Expected `int`, got `str` - at `$.lead_minutes`")
        told(goiso("plan", "check", str(tmp_path / "none.toml")), "No such file")
        bad.write_bytes(b"\xff\xfe")
        told(goiso("plan", "check", str(bad)), "bad.toml")

    def test_a_plan_begins_a_center_then_changes_it(self, goiso: Goiso, tmp_path: Path) -> None:
        done = goiso("plan", "load", str(DEMO))
        assert done.returncode == 0, done.stderr
        assert "begins with this plan" in done.stdout
        other = tmp_path / "other.toml"
        other.write_text(DEMO.read_text().replace("lead_minutes = 11", "lead_minutes = 12"))
        done = goiso("plan", "load", str(other))
        assert "the plan is in force from" in done.stdout
        told(goiso("plan", "load", str(DEMO), STORE_URL="unix:///nowhere.sock"), "store")
        written = tmp_path / "written.toml"
        written.write_text(goiso("plan", "export", "quang-ninh").stdout)
        assert read_plan(written) == read_plan(other)
        told(goiso("plan", "export", "ha-noi"), "There is no center “ha-noi”")


class TestStaff:
    def test_added_listed_given_another_password(self, goiso: Goiso) -> None:
        add = ("staff", "add", "lan", "--name", "Nguyễn Thị Lan", "--role", "clerk", "--role", "supervisor",
               "--center", "quang-ninh")  # fmt: skip
        goiso("plan", "load", str(DEMO))
        done = goiso(*add, said="mật khẩu dài\n")
        assert (done.returncode, done.stdout) == (0, "lan may sign in.\n"), done.stderr
        assert "mật khẩu" not in done.stderr
        assert goiso("staff", "list").stdout == "lan\tNguyễn Thị Lan\tquang-ninh:clerk,supervisor\n"
        told(goiso(*add, said="mật khẩu dài\n"), "exists already", "đã tồn tại")
        assert goiso("staff", "password", "lan", said="another one\n").returncode == 0
        told(goiso("staff", "password", "lan", said="short\n"), "at least 8 characters")
        told(
            goiso("staff", "password", "nobody", said="another one\n"),
            "nobody on the staff has the login 'nobody'",
        )

    def test_what_an_account_needs(self, goiso: Goiso) -> None:
        goiso("plan", "load", str(DEMO))
        rest = ("--name", "Lan", "--center", "quang-ninh")
        nowhere = ("--name", "Lan", "--center", "nowhere", "--role", "clerk")
        told(goiso("staff", "add", "hoa", *nowhere, said="x" * 8), "no center “nowhere”", "Không có trung tâm")
        told(goiso("staff", "add", "hoa", *rest, "--role", "boss"), "roles are clerk, supervisor, operator")
        told(goiso("staff", "add", "Hoa Nguyễn", *rest, "--role", "clerk", said="x" * 8), "login 'Hoa Nguyễn'")
        told(goiso("staff", "add", "hoa", *rest, "--role", "clerk", said=""), "at least 8 characters")


def is_well(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


class TestServe:
    def test_unsafe_settings_are_refused_all_at_once(self, goiso: Goiso) -> None:
        done = goiso("serve", HOST="0.0.0.0", SECRET="too short to be one")
        told(done, "GOISO_SECRET must be", "GOISO_ORIGIN must name", "GOISO_HOST listens beyond")
        assert "too short to be one" not in done.stderr
        told(goiso("serve", POTR="1", PORT="x"), "GOISO_POTR is not a setting", "GOISO_PORT is 'x'")

    def test_a_store_that_is_not_there_or_forgets_is_refused(self, goiso: Goiso, tmp_path: Path) -> None:
        told(goiso("serve", STORE_URL="unix:///nowhere.sock", **SAFE), "the store does not answer")
        with forgetful_redis(tmp_path) as url:
            told(goiso("serve", STORE_URL=url, **SAFE), "appendfsync always")
            told(goiso("notices", STORE_URL=url), "appendfsync always")

    def test_safe_settings_serve_until_they_are_stopped(self, redis_url: str, tmp_path: Path) -> None:
        port = free_port()
        settings = {"STORE_URL": f"{redis_url}?db=9", "DATA": str(tmp_path), "PORT": str(port)} | SAFE
        command = [sys.executable, "-m", "app", "serve"]
        with subprocess.Popen(command, env=environment(settings), stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr
            wait_for("the server", lambda: is_well(port))
            answer = httpx.get(f"http://127.0.0.1:{port}/healthz")
            assert (answer.status_code, answer.json()["state"]) == (200, "ok")
            assert "server" not in answer.headers
            server.send_signal(signal.SIGTERM)
            rest = server.stderr.read()
            assert "Traceback" not in rest
            assert server.wait(LIMIT_SECONDS) in (0, -signal.SIGTERM)


class TestMachines:
    @pytest.mark.parametrize(
        ("verb", "names"),
        [
            ("speaker", ("SPEAKER_KEY", "CENTER", "SPEAKER_VOICE")),
            ("boards", ("BOARDS_KEY", "CENTER", "BOARDS_PORT")),
        ],
    )
    def test_what_must_be_set_is_told(self, goiso: Goiso, verb: str, names: tuple[str, ...]) -> None:
        told(goiso(verb), *(f"GOISO_{name} must be set" for name in names))

    def test_what_cannot_be_opened_is_told(self, goiso: Goiso) -> None:
        given = {"SPEAKER_KEY": "a.b", "SPEAKER_VOICE": "x", "BOARDS_KEY": "a.b", "CENTER": "qn"}
        told(goiso("speaker", SPEAKER_OUT="trumpet:", **given), "trumpet")
        told(goiso("boards", BOARDS_PORT="telegraph://x", **given), "telegraph")
        keypads = {"KEYPADS_KEY": "a.b", "CENTER": "qn", "BOARDS_PORT": "/dev/none"}
        told(goiso("boards", BOARDS_PROTOCOL="morse", **keypads), "expected one of alpha, ascii, digits, modbus")
        told(goiso("boards", BOARDS_BRIGHTNESS="10", **keypads), "expected a number from 0 to 9")
        told(goiso("hardware", "simulate", "--keypad", "0"), "found address 0, expected 1 to 99")
        said = goiso("hardware", "show", "--port", "/dev/none", "--address", "1", "--text", "1")
        assert said.stderr.splitlines() == ["hardware show: port /dev/none: No such file or directory"]

    def test_pairing_needs_a_kind_and_a_server(self, goiso: Goiso) -> None:
        told(goiso("pair", "toaster"), "'toaster' cannot be paired here; known are speaker, boards")
        told(goiso("pair", "boards", SERVER="http://127.0.0.1:9"), "http://127.0.0.1:9 does not answer")


@contextlib.contextmanager
def forgetful_redis(folder: Path) -> Iterator[str]:
    """A redis-server as it is installed: what it answers may be lost."""
    where = folder / "forgetful.sock"
    command = [server_path(), "--port", "0", "--unixsocket", str(where), "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        for line in server.stdout:
            if "ready to accept connections" in line.lower():
                break
        try:
            yield f"unix://{where}"
        finally:
            server.terminate()
            server.communicate()
