"""`goiso audit` and `goiso archive` as an operator types them: lines to read, status 0, 1 or 2."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.accounts.citizens import Citizen, Citizens
from app.accounts.tries import Tries
from app.center import Centers
from app.domain.plan import Plan
from app.report.copies import Copies
from app.store.days import key_of_day
from app.store.journal import Store
from tests.conftest import HandClock
from tests.journals import QN, Tamper, kept, play_days

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

LIMIT_SECONDS = 30

Goiso = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
async def played(store: Store, clock: HandClock, plan: Plan) -> Store:
    """Friday in two epochs, Saturday, and a Monday that runs still."""
    centers = Centers(store, clock)
    await play_days(centers, clock, plan)
    await centers.close()
    return store


@pytest.fixture
def goiso(redis_url: str, tmp_path: Path) -> Goiso:
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
        return subprocess.run(
            [sys.executable, "-m", "app", *words],
            env=inherited | {"GOISO_STORE_URL": redis_url, "GOISO_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )

    return run


def told(done: "subprocess.CompletedProcess[str]", status: int) -> list[str]:
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return (done.stderr if status == 2 else done.stdout).splitlines()


async def test_a_head_that_was_mailed_is_found_until_the_journal_is_written_anew(
    played: Store, goiso: Goiso
) -> None:
    [line] = told(goiso("audit", "head"), 0)
    center, position, published, at = line.split()
    assert (center, position) == (QN, str((await played.head(QN)).position))
    assert at == "2020-04-06T08:00:00+07:00"
    assert told(goiso("audit", "verify", "--head", published), 0)[-1].endswith("as they were written")
    assert "no entry looked at has the published head" in told(goiso("audit", "verify", "--head", "0" * 64), 1)[-1]
    assert "too short for a head" in told(goiso("audit", "verify", "--head", "0" * 8), 2)[0]


async def test_what_was_touched_is_named_with_status_1(played: Store, goiso: Goiso) -> None:
    epoch = (await kept(played)).epochs[2].name
    await Tamper(played, epoch).drop(21)
    lines = told(goiso("audit", "verify", "--center", QN, "--day", "2020-04-04"), 1)
    assert lines[0] == f"{QN}: entry 21 is missing after {epoch}.20"
    assert lines[-1].endswith("NOT as they were written")
    told(goiso("audit", "verify", "--day", "2020-04-03"), 0)
    told(goiso("audit", "verify", "--epoch", epoch), 1)


async def test_what_is_asked_wrongly_is_told_with_status_2(played: Store, goiso: Goiso) -> None:
    assert "no journal of 2020-04-05" in told(goiso("audit", "verify", "--day", "2020-04-05"), 2)[0]
    assert "is not a day such as" in told(goiso("archive", "--before", "yesterday"), 2)[0]
    assert "known are quang-ninh" in told(goiso("audit", "head", "--center", "ha-long"), 2)[0]
    assert "No such file" in told(goiso("audit", "verify", "nothing.jsonl.gz"), 2)[0]
    assert "give files, or these" in told(goiso("audit", "verify", "x", "--day", "2020-04-03"), 2)[0]
    assert "the day is not over" in told(goiso("audit", "forget", "--center", QN, "--day", "2020-04-06"), 2)[0]


async def test_days_are_archived_listed_verified_and_forgotten(
    played: Store, goiso: Goiso, tmp_path: Path
) -> None:
    citizens = Citizens(played.redis, Tries(played.redis))
    await citizens.keep_contact("contact-fri-1", Citizen("hoa", "Hoa", "", "hoa@vidu.vn", ""), QN, 30)
    await played.redis.set(key_of_day(QN, "2020-04-03"), b"a key")
    assert len(told(goiso("archive"), 0)) == 2
    listed = told(goiso("archive", "list"), 0)
    assert [line.split()[:2] for line in listed] == [[QN, "2020-04-03"], [QN, "2020-04-04"]]
    copies = Copies(tmp_path / "report")
    assert copies.days(QN) == {line.split()[1]: line.split()[3] for line in listed}
    assert told(goiso("report"), 0) == [f"{QN}: 0 days copied for the report"]
    copies.path(QN, "2020-04").unlink()
    assert told(goiso("report"), 0) == [f"{QN}: 2 days copied for the report"]
    assert copies.days(QN).keys() == {"2020-04-03", "2020-04-04"}
    files = sorted(str(path) for path in (tmp_path / "archive").glob("*/*.gz"))
    published = listed[0].split()[3]
    assert len(told(goiso("audit", "verify", *files, "--head", published), 0)) == 3  # a note of the loss at noon
    told(goiso("audit", "verify"), 0)
    assert await citizens.contact("contact-fri-1")
    [line] = told(goiso("audit", "forget", "--center", QN, "--day", "2020-04-03"), 0)
    assert line == f"{QN} 2020-04-03: the key is deleted, and 1 contacts with it"
    assert await citizens.contact("contact-fri-1") is None
