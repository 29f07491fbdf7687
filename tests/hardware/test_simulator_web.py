"""The simulator's page: what it serves, whom it lets change things. Live changes: see test_hardware_command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from hardware import Key, Pressed
from hardware.escpos import State
from hardware.modem import Modem, ModemFault
from hardware.printers import open_printer
from hardware.simulator import SimulatedBoard, SimulatedKeypad, SimulatedLine
from hardware.simulator.stage import Stage
from hardware.simulator.web import Page
from hardware.slips import Slip, Text, draw
from tests.hardware.paper import same

Scenario = Callable[[httpx.AsyncClient, Stage], Awaitable[None]]


def visit(folder: Path, scenario: Scenario) -> None:
    async def run() -> None:
        line = SimulatedLine(
            [SimulatedBoard(66, "Quầy 66"), SimulatedBoard(68)], keypads=[SimulatedKeypad(66)], clock=lambda: 1.0
        )
        stage = Stage(line, folder / "boards.tty", folder / "printer.tty", folder / "modem.tty")
        with stage.plugged() as devices:
            transport = httpx.ASGITransport(Page(stage, devices).app)
            async with httpx.AsyncClient(transport=transport, base_url="http://boards.test") as client:
                await scenario(client, stage)

    asyncio.run(run())


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        for path, kind in (("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "javascript")):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert kind in answer.headers["content-type"]
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "https://" not in answer.text
        page = (await client.get("/")).text
        assert '<html lang="vi">' in page
        assert "<h1>Thiết bị mô phỏng</h1>" in page
        assert "prefers-reduced-motion" in (await client.get("/page.css")).text

    visit(tmp_path, scenario)


def test_the_state_is_the_view(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        state = (await client.get("/state.json")).json()
        assert (state["plugged"], state["baud"]) == (True, 9600)
        assert [(board["label"], board["cells"], board["mode"]) for board in state["boards"]] == [
            ("Quầy 66", "     ", "steady"),
            ("Quầy 68", "     ", "steady"),
        ]

    visit(tmp_path, scenario)


def test_faults_by_post(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        for path in (
            "/line/unplug",
            "/line/faults?noise=0.02&late=0.1",
            "/boards/66/mute",
            "/boards/68/power-off",
        ):
            assert (await client.post(path)).status_code == 204
        view = stage.view()
        assert (view.plugged, view.noise, view.late) == (False, 0.02, 0.1)
        assert view.boards[0].muted
        assert not view.boards[1].powered
        for path in ("/line/plug", "/boards/66/unmute", "/boards/68/power-on"):
            assert (await client.post(path)).status_code == 204
        assert stage.line.plugged
        assert stage.line.boards[68].powered

    visit(tmp_path, scenario)


def test_hands_on_keypads(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        assert (await client.post("/keypads/66/transfer?to=85")).status_code == 204
        assert stage.view().keypads[0].waits == "transfer"
        assert stage.line.keypads[66].waits == Pressed(1, Key.TRANSFER, 0, 85)
        assert (await client.post("/keypads/66/next")).status_code == 409
        assert (await client.post("/keypads/66/power-off")).status_code == 204
        assert not stage.view().keypads[0].powered

    visit(tmp_path, scenario)


def test_a_printer_and_a_modem_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        printer = open_printer(f"escpos+serial:{tmp_path}/printer.tty?baud=115200")
        slip = Slip((Text("86001", 150, bold=True),))
        assert await asyncio.to_thread(printer.state) is State.READY
        await asyncio.to_thread(printer.print_slip, slip)
        picture = await client.get("/slips/1.png")
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        assert same(Image.open(BytesIO(picture.content)), draw(slip))
        assert (await client.get("/slips/2.png")).status_code == 404
        for action, state in (("open", State.OPEN), ("close", State.READY), ("empty", State.EMPTY)):
            assert (await client.post(f"/printer/{action}")).status_code == 204
            assert await asyncio.to_thread(printer.state) is state
        assert (await client.post("/printer/unplug")).status_code == 204
        assert await asyncio.to_thread(printer.state) is State.AWAY
        modem = Modem(f"{tmp_path}/modem.tty?baud=115200")
        await modem.send("+84912345678", "Goi So")
        assert [one["text"] for one in (await client.get("/state.json")).json()["modem"]["sent"]] == ["Goi So"]
        assert (await client.post("/modem/refuse")).status_code == 204
        with pytest.raises(ModemFault, match="38"):
            await modem.send("+84912345678", "Goi So")

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
        ("/keypads/68/next", 404),
        ("/keypads/66/explode", 404),
        ("/keypads/66/transfer?to=100", 422),
        ("/printer/explode", 404),
        ("/modem/open", 404),
        ("/scale/plug", 404),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, path: str, status: int) -> None:
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        assert (await client.post(path)).status_code == status
        assert (await client.get("/line/unplug")).status_code == 405
        assert stage.line.plugged

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
    async def scenario(client: httpx.AsyncClient, stage: Stage) -> None:
        assert (await client.post("/line/unplug", headers=headers)).status_code == status
        assert stage.line.plugged is (status == 403)

    visit(tmp_path, scenario)
