"""The simulator's page: what it serves, whom it lets change things. Live changes: see test_hardware_command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedLine
from hardware.simulator.web import Page

Scenario = Callable[[httpx.AsyncClient, SimulatedLine], Awaitable[None]]


def visit(folder: Path, scenario: Scenario) -> None:
    async def run() -> None:
        line = SimulatedLine([SimulatedBoard(66, "Quầy 66"), SimulatedBoard(68)])
        device = PtyDevice(line, folder / "boards.tty")
        device.plug()
        transport = httpx.ASGITransport(Page(line, device).app)
        async with httpx.AsyncClient(transport=transport, base_url="http://boards.test") as client:
            await scenario(client, line)
        device.unplug()

    asyncio.run(run())


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, line: SimulatedLine) -> None:
        for path, kind in (("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "javascript")):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert kind in answer.headers["content-type"]
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "https://" not in answer.text
        page = (await client.get("/")).text
        assert '<html lang="vi">' in page
        assert "<h1>Bảng LED mô phỏng</h1>" in page
        assert "prefers-reduced-motion" in (await client.get("/page.css")).text

    visit(tmp_path, scenario)


def test_the_state_is_the_view(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, line: SimulatedLine) -> None:
        state = (await client.get("/state.json")).json()
        assert (state["plugged"], state["baud"]) == (True, 9600)
        assert [(board["label"], board["cells"], board["mode"]) for board in state["boards"]] == [
            ("Quầy 66", "     ", "steady"),
            ("Quầy 68", "     ", "steady"),
        ]

    visit(tmp_path, scenario)


def test_faults_by_post(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, line: SimulatedLine) -> None:
        for path in (
            "/line/unplug",
            "/line/faults?noise=0.02&late=0.1",
            "/boards/66/mute",
            "/boards/68/power-off",
        ):
            assert (await client.post(path)).status_code == 204
        view = line.view()
        assert (view.plugged, view.noise, view.late) == (False, 0.02, 0.1)
        assert view.boards[0].muted
        assert not view.boards[1].powered
        for path in ("/line/plug", "/boards/66/unmute", "/boards/68/power-on"):
            assert (await client.post(path)).status_code == 204
        assert line.plugged
        assert line.boards[68].powered

    visit(tmp_path, scenario)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/line/explode", 404),
        ("/line/faults?noise=lots", 422),
        ("/line/faults?noise=nan", 422),
        ("/line/faults?noise=2", 422),
        ("/line/faults?rain=1", 422),
        ("/boards/67/mute", 404),
        ("/boards/66/explode", 404),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, path: str, status: int) -> None:
    async def scenario(client: httpx.AsyncClient, line: SimulatedLine) -> None:
        assert (await client.post(path)).status_code == status
        assert (await client.get("/line/unplug")).status_code == 405
        assert line.plugged

    visit(tmp_path, scenario)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Origin": "http://boards.test", "Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "http://boards.test"}, 204),
        ({"Origin": "http://elsewhere.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_only_the_page_itself_may_change_things(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    async def scenario(client: httpx.AsyncClient, line: SimulatedLine) -> None:
        assert (await client.post("/line/unplug", headers=headers)).status_code == status
        assert line.plugged is (status == 403)

    visit(tmp_path, scenario)
