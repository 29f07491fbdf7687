"""The printer's process: who may ask it, what it says, what comes out on paper, and nothing comes out twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict

import httpx
import pytest
import zxingcpp

from app.devices.printer import Printing, paper_of, run_printer
from app.views.slip import Slip
from hardware.escpos import State
from hardware.printers import open_printer
from hardware.slips import draw
from tests.hardware.paper import Paper, network_printer, same
from tests.web.house import until

pytestmark = pytest.mark.anyio

SITE = "https://layso.example.vn"
SLIP = Slip(
    number="86001",
    center="Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh",
    service="Bộ phận tư vấn pháp lý",
    zone="Tầng 3",
    counters=["86", "87"],
    ahead=12,
    wait="15–40 phút",
    arrive_time="15:17",
    arrive_date="03/04/2020",
    taken_time="15:06 03/04/2020",
    check_code="K7QF",
    link=f"{SITE}/tickets/quang-ninh/2020-04-03/86001/Zm9vYmFyYmF6cXV4MTIzNA",
    qr="<svg/>",
    group="Người từ 80 tuổi",
)


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def url(paper: Paper) -> Iterator[str]:
    with network_printer(paper) as port:
        yield f"escpos+tcp://127.0.0.1:{port}"


@pytest.fixture
async def page(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A page of the site."""
    transport = httpx.ASGITransport(Printing(open_printer(url), SITE).app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"origin": SITE}
    ) as http:
        yield http


def job(name: str = "job-of-a-press") -> dict[str, object]:
    return {"job": name, "slip": asdict(SLIP)}


async def test_a_slip_comes_out_as_it_is_laid_out(page: httpx.AsyncClient, paper: Paper) -> None:
    answer = await page.post("/slips", json=job())
    assert answer.json() == {"printed": True}
    [slip] = paper.slips
    assert same(slip, draw(paper_of(SLIP)))
    [qr] = zxingcpp.read_barcodes(slip.convert("L"))
    assert qr.text == SLIP.link


@pytest.mark.parametrize("width", [80, 58])
def test_a_slip_is_of_a_hands_length_and_says_everything(width: int) -> None:
    said = " ".join(part.text for part in paper_of(SLIP).parts if hasattr(part, "text"))
    for word in (SLIP.center, SLIP.number, SLIP.service, "Tầng 3 · Quầy 86, 87", "Người trước bạn: 12",
                 "Dự kiến chờ: 15–40 phút", "Mã xác nhận: K7QF", "Ưu tiên: Người từ 80 tuổi"):  # fmt: skip
        assert word in said
    assert 80 < draw(paper_of(SLIP), width).height / 8 < 160, "mm"


async def test_the_same_job_is_printed_once(page: httpx.AsyncClient, paper: Paper) -> None:
    answers = await asyncio.gather(*(page.post("/slips", json=job()) for _ in range(5)))
    assert [answer.json() for answer in answers] == [{"printed": True}] * 5
    assert len(paper.slips) == 1
    await page.post("/slips", json=job("job-of-another-press"))
    assert len(paper.slips) == 2


async def test_a_fault_is_said_and_the_job_may_be_tried_again(page: httpx.AsyncClient, paper: Paper) -> None:
    paper.empty = True
    state = (await page.get("/state")).json()
    assert state == {
        "state": "paper-end",
        "prints": False,
        "vi": "Máy in đã hết giấy.",
        "en": "The printer is out of paper.",
    }
    failed = await page.post("/slips", json=job())
    assert (failed.status_code, failed.json()) == (503, state)
    paper.empty = False
    assert (await page.get("/state")).json()["prints"]
    assert (await page.post("/slips", json=job())).json() == {"printed": True}
    assert len(paper.slips) == 1


async def test_every_state_has_its_sentences(page: httpx.AsyncClient, paper: Paper) -> None:
    from app.devices.printer import SENTENCES

    assert set(SENTENCES) == set(State)
    assert all(
        (vi.endswith(".") and en.endswith(".")) == (state not in (State.READY, State.SILENT))
        for state, (vi, en) in SENTENCES.items()
    )


@pytest.mark.parametrize(
    "origin", [None, "https://evil.example", "null", "http://127.0.0.1", f"{SITE}.evil.example"]
)
async def test_only_pages_of_the_site_may_ask(page: httpx.AsyncClient, paper: Paper, origin: str | None) -> None:
    del page.headers["origin"]
    headers = {"origin": origin} if origin else {}
    for answer in (
        await page.get("/state", headers=headers),
        await page.post("/slips", json=job(), headers=headers),
        await page.options("/slips", headers=headers | {"access-control-request-method": "POST"}),
    ):
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    assert not paper.received


async def test_a_browser_of_the_site_is_let_in(page: httpx.AsyncClient) -> None:
    answer = await page.options("/slips", headers={"access-control-request-private-network": "true"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert answer.headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize("body", [b"", b"{", b'{"job": "short"}', b"x" * 70_000])
async def test_what_cannot_be_read_is_not_printed(page: httpx.AsyncClient, paper: Paper, body: bytes) -> None:
    assert (await page.post("/slips", content=body)).status_code == 400
    assert not paper.received


async def test_the_process_listens_on_loopback_until_it_is_stopped(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    running = asyncio.create_task(run_printer(url, 0, SITE))
    await until("it listens", lambda: "printing for" in caplog.text)
    port = caplog.text.rpartition("127.0.0.1:")[2].split()[0]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"origin": SITE}) as page:
        assert (await page.get("/state")).json()["state"] == "ready"
    with pytest.raises(ValueError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use"):
        await run_printer(url, int(port), SITE)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    with pytest.raises(ValueError, match="expected one of"):
        await run_printer("ipp://printer", 0, SITE)
