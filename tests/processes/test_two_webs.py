"""Two web processes over one store are one center."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.processes.running import Site

pytestmark = pytest.mark.redis

CENTER = "quang-ninh"


@pytest.mark.parametrize("site", [2], indirect=True)
def test_fifty_parallel_issues_give_fifty_gapless_numbers(site: Site) -> None:
    kiosks = [site.machine(0), site.machine(1)]

    def take(at: int) -> str:
        body = {"service": "visa", "request": f"parallel-{at}"}
        answer = kiosks[at % 2].post(f"/api/centers/{CENTER}/tickets", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["number"])

    with ThreadPoolExecutor(25) as together:
        numbers = sorted(together.map(take, range(50)))
    assert numbers == [f"86{at:03}" for at in range(1, 51)]


@pytest.mark.parametrize("site", [2], indirect=True)
def test_one_key_pressed_at_two_webs_calls_once(site: Site) -> None:
    with site.machine() as kiosk:
        for at in range(2):
            body = {"service": "visa", "request": f"request-{at}"}
            kiosk.post(f"/api/centers/{CENTER}/tickets", json=body).raise_for_status()
    clerks = [site.clerk("lan", 0), site.clerk("lan", 1)]
    path = f"/api/centers/{CENTER}/counters/86"
    turn = clerks[0].post(f"{path}/take", json={"turn": 1}).json()["turn"]
    with ThreadPoolExecutor(8) as together:
        presses = together.map(
            lambda at: clerks[at % 2].post(f"{path}/next", json={"turn": turn}).json(), range(8)
        )
    answers = list(presses)
    assert [answer["outcome"] for answer in answers].count("done") == 1
    assert {answer["number"] for answer in answers} == {"86001"}
    assert {answer["turn"] for answer in answers} == {turn + 1}
