"""Finished days are put away in files, proved, and only then let go; whatever is killed when, nothing is lost."""

import asyncio
import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.accounts.citizens import Citizens
from app.accounts.tries import Tries
from app.archive import CURSOR, NotArchived, alone, archive, list_lines
from app.audit import audit_files, audit_store, not_met
from app.center import Centers
from app.domain.commands import Issue
from app.domain.plan import Channel, Plan
from app.feed import Feed
from app.notices.meter import Meter
from app.notices.notices import Notices
from app.notices.push import Push
from app.notices.senders import open_mail, open_sms
from app.seals import Seals
from app.store.archived import Archived, NotAnArchive, listed, path_of
from app.store.chain import Row
from app.store.client import connect
from app.store.days import Days, key_of_day
from app.store.journal import LOST, Store
from app.wiring import now
from tests.conftest import HandClock, Wire
from tests.journals import QN, Tamper, kept, key, play_days, play_hours

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

DAYS = ("2020-04-03", "2020-04-04")
LIMIT_SECONDS = 30


@pytest.fixture
async def played(store: Store, clock: HandClock, plan: Plan) -> Store:
    """Friday in two epochs, Saturday, and a Monday that runs still."""
    centers = Centers(store, clock)
    await play_days(centers, clock, plan)
    await centers.close()
    return store


async def put_away(store: Store, folder: Path, before: str = "") -> list[str]:
    return [said.sentence async for said in archive(Days(store), folder, QN, before)]


async def days_in_store(store: Store) -> list[str]:
    return sorted({epoch.day for epoch in (await kept(store)).epochs})


async def entries(store: Store) -> list[Row]:
    days = Days(store)
    return [row for epoch in (await kept(store)).epochs async for row in days.rows(epoch) if row.entry]


def in_files(folder: Path) -> list[Row]:
    return [row for path in listed(folder) for row in Archived.open(path).rows()]


async def test_finished_days_are_put_away_and_let_go(played: Store, tmp_path: Path) -> None:
    before = await entries(played)
    told = await put_away(played, tmp_path)
    assert [line.split(":")[0] for line in told] == [f"{QN} {day}" for day in DAYS]
    assert await days_in_store(played) == ["2020-04-06"]
    assert in_files(tmp_path) + await entries(played) == before, (
        "the bytes are exactly those that were in the store"
    )
    audits = audit_files(listed(tmp_path))
    assert [audit.told.faults for audit in audits] == [[], []]
    assert (await audit_store(Days(played), await kept(played))).told.faults == []
    assert await put_away(played, tmp_path) == []


async def test_the_running_day_and_its_hall_stay(played: Store, tmp_path: Path) -> None:
    head, hall = await played.head(QN), (await played.load(QN))
    await put_away(played, tmp_path, "2999-01-01")
    assert (await played.head(QN), await played.load(QN)) == (head, hall)
    left: Any = await played.redis.keys(f"goiso:{{{QN}}}:*")
    assert sorted(name.decode() for name in left) == sorted(
        [key("head"), key("hall", head.epoch), key("journal", head.epoch), key("plans"), key("trimmed")]
    )


async def test_only_days_before_the_one_named(played: Store, tmp_path: Path) -> None:
    assert len(await put_away(played, tmp_path, DAYS[1])) == 1
    assert await days_in_store(played) == [DAYS[1], "2020-04-06"]
    assert (await audit_store(Days(played), await kept(played))).told.faults == []


async def test_a_file_can_be_read_by_anybody(played: Store, tmp_path: Path) -> None:
    await put_away(played, tmp_path)
    lines = gzip.decompress(path_of(tmp_path, QN, DAYS[0]).read_bytes()).splitlines()
    header, first = json.loads(lines[0]), json.loads(lines[1])
    assert (header["center"], header["day"], len(header["epochs"])) == (QN, DAYS[0], 2)
    assert header["last"]["version"] == len(lines) - 1
    assert first["entry"]["events"][0][0] == "PlanSet"
    assert os.stat(path_of(tmp_path, QN, DAYS[0])).st_mode & 0o777 == 0o600
    [line, _] = list_lines(tmp_path)
    assert line.startswith(
        f"{QN} {DAYS[0]} {header['last']['name']} {header['last']['hash']} {len(lines) - 1} entries"
    )


async def test_whatever_is_changed_in_a_file_is_named(played: Store, tmp_path: Path) -> None:
    await put_away(played, tmp_path)
    path = path_of(tmp_path, QN, DAYS[0])
    whole = path.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    published = json.loads(lines[0])["last"]["hash"]

    def told(changed: Sequence[bytes]) -> list[str]:
        path.write_bytes(gzip.compress(b"".join(changed)))
        return audit_files([path])[0].told.faults

    assert told(lines) == []
    other = lines[5].replace(b'"by":"citizen"', b'"by":"clerkxx"')
    assert "5 was altered" in told([*lines[:5], other, *lines[6:]])[0]
    assert told([*lines[:5], *lines[6:]])[0].startswith("entry 5 is missing")
    assert told(lines[:-1])[0].startswith(f"entry {len(lines) - 1} is missing")
    assert told([lines[0], lines[2], lines[1], *lines[3:]])[0] == "entry 1 is missing after the beginning"
    for cut in (len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:cut])
        assert "is damaged" in audit_files([path])[0].told.faults[0]
    path.write_bytes(b"no archive")
    with pytest.raises(NotAnArchive, match="is not an archive"):
        audit_files([path])
    path.write_bytes(whole)
    audits = audit_files(listed(tmp_path), published=(published, "f" * 64))
    assert len(not_met(audits, (published, "f" * 64))) == 1


async def test_a_file_that_is_missing_between_others_is_named(
    played: Store, clock: HandClock, tmp_path: Path
) -> None:
    centers = Centers(played, clock)
    clock.forward(86_400_000)
    await play_hours(centers, "tuesday")
    await centers.close()
    await put_away(played, tmp_path)
    first, second, third = listed(tmp_path)
    assert [audit.told.faults for audit in audit_files([third, first, second])] == [[], [], []]
    told = audit_files([first, third])[1].told.faults
    assert "are in none of the files" in told[0]


async def test_a_day_that_was_tampered_with_stays(played: Store, tmp_path: Path) -> None:
    epoch = (await kept(played)).epochs[1].name
    await Tamper(played, epoch).drop(12)
    [told] = await put_away(played, tmp_path)
    assert "not archived, for it is not as it was written" in told
    assert listed(tmp_path) == []
    assert len(await days_in_store(played)) == 3


async def test_a_file_that_holds_something_else_is_never_written_over(played: Store, tmp_path: Path) -> None:
    await put_away(played, tmp_path, DAYS[1])
    good = path_of(tmp_path, QN, DAYS[0])
    bad = path_of(tmp_path, QN, DAYS[1])
    bad.write_bytes(good.read_bytes())
    [told] = await put_away(played, tmp_path)
    assert "holds another such day" in told
    bad.write_bytes(b"")
    [told] = await put_away(played, tmp_path)
    assert "is not an archive" in told
    assert await days_in_store(played) == [DAYS[1], "2020-04-06"]


async def test_a_day_the_notices_have_not_left_stays(played: Store, tmp_path: Path) -> None:
    friday, _, saturday, monday = [epoch.name for epoch in (await kept(played)).epochs]
    for cursor, days in ((friday, 3), (saturday, 2), (monday, 1)):
        await played.redis.set(f"goiso:notices:cursor:{QN}", f"{cursor}.1")
        told = await put_away(played, tmp_path)
        assert (cursor == monday) or f"stays in the store until the notices have left {cursor}" in told[-1]
        assert len(await days_in_store(played)) == days
        assert (await audit_store(Days(played), await kept(played))).told.faults == []


async def test_the_notices_keep_their_cursor_where_it_is_looked_for(played: Store, tmp_path: Path) -> None:
    citizens = Citizens(played.redis, Tries(played.redis))
    sms, mail = open_sms(f"log:{tmp_path / 'sms'}"), open_mail("log:", "so@layso.example.vn")
    notices = Notices(
        played,
        citizens,
        Seals("a secret"),
        "https://layso.example.vn",
        sms,
        mail,
        now,
        Meter(played.redis),
        Push(b"x" * 32, ""),
    )
    sending = asyncio.create_task(notices.run())
    async with asyncio.timeout(LIMIT_SECONDS):
        while await played.redis.get(f"{CURSOR}{QN}") != str((await played.head(QN)).position).encode():
            await asyncio.sleep(0.01)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def test_what_changes_after_it_was_copied_is_not_let_go(played: Store, tmp_path: Path) -> None:
    days, before = Days(played), await kept(played)
    friday = [epoch for epoch in before.epochs if epoch.day == DAYS[0]]
    last = await days.last(friday[-1])
    await Tamper(played, friday[0].name).drop(3)
    assert not await days.trim(QN, friday, last)
    running = [epoch for epoch in before.epochs if epoch.name == before.head.epoch]
    assert not await days.trim(QN, running, await days.last(running[0]))
    assert len(await days_in_store(played)) == 3


async def test_two_at_once_do_not_meet(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(NotArchived, match="another goiso archive is at work"), alone(tmp_path):
        pass


async def test_a_feed_that_was_held_up_for_days_comes_back(
    played: Store, tmp_path: Path, clock: HandClock
) -> None:
    """A process that still stands in an epoch which is let go loads the running one."""
    feed = Feed(played)
    await feed.start()
    clock.forward(86_400_000)
    centers = Centers(played, clock)
    await play_hours(centers, "tuesday")
    await put_away(played, tmp_path)
    assert await days_in_store(played) == ["2020-04-07"]
    following = asyncio.create_task(feed.run())
    done = await centers.do(QN, Issue("citizen", "request-last", "visa", Channel.WEB))
    await feed.reach(QN, done.position)
    assert feed.shown(QN).head.position == done.position
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await centers.close()


async def test_a_store_that_goes_away_while_letting_go_loses_nothing(
    played: Store, wire: Wire, tmp_path: Path
) -> None:
    before = await entries(played)
    for lose in (wire.lose_question, wire.lose_answer):
        lose()
        async with connect(wire.url) as redis:
            with pytest.raises(LOST):
                await put_away(Store(redis), tmp_path)
        wire.up()
        both = {row.version: row for row in [*in_files(tmp_path), *await entries(played)]}
        assert list(both.values()) == before
    assert await days_in_store(played) == [DAYS[1], "2020-04-06"]
    assert len(await put_away(played, tmp_path)) == 1
    assert in_files(tmp_path) + await entries(played) == before


KILLED = """
import gzip, os, signal, sys
from redis.commands.core import AsyncScript
from app.cli import main

count = int(sys.argv.pop(1))

def before(function):
    def counted(*args, **more):
        global count
        count -= 1
        if count < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **more)
    return counted

for owner, name in (
    (gzip.GzipFile, "write"), (os, "fsync"), (os, "posix_fadvise"), (os, "replace"), (AsyncScript, "__call__")
):
    setattr(owner, name, before(getattr(owner, name)))
main()
"""


async def test_killed_at_any_step_it_loses_nothing_and_goes_on(
    played: Store, redis_url: str, tmp_path: Path
) -> None:
    """SIGKILL before every write to the file (some of them), every fsync, the rename, the letting go."""
    before = await entries(played)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    folder = tmp_path / "archive"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1]), "GOISO_STORE_URL": redis_url}
    for step in (0, 10, *range(19, 40)):
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, str(script), str(step), "archive", "--folder", str(folder)],
            env=env,
            capture_output=True,
            timeout=LIMIT_SECONDS,
        )
        both = {row.version: row for row in [*in_files(folder), *await entries(played)]}
        assert list(both.values()) == before, step
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert await days_in_store(played) == ["2020-04-06"]
    assert in_files(folder) + await entries(played) == before
    assert [audit.told.faults for audit in audit_files(listed(folder))] == [[], []]


async def test_the_key_of_a_day_goes_with_it(played: Store, tmp_path: Path) -> None:
    for day in (*DAYS, "2020-04-06"):
        await played.redis.set(key_of_day(QN, day), b"a key")
    await put_away(played, tmp_path)
    assert await played.redis.exists(*(key_of_day(QN, day) for day in DAYS)) == 0
    assert await played.redis.exists(key_of_day(QN, "2020-04-06")) == 1
