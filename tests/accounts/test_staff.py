"""Staff: logins, roles that hold in some centers, passwords."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from redis.asyncio import Redis

from app.accounts.passwords import hash_password
from app.accounts.sessions import Sessions
from app.accounts.staff import LOGINS, Member, Role, Staff, signed_in
from app.accounts.tries import OF_ACCOUNT, OF_ADDRESS, Tries
from app.domain.refusals import (
    BadName,
    BadRequest,
    CommonPassword,
    LastOperator,
    NameTaken,
    NotOverThem,
    SamePassword,
    TooManyTries,
    UnknownAccount,
    WeakPassword,
    WrongPassword,
)

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

PASSWORD = "một mật khẩu"


@pytest.fixture
def staff(redis: Redis, tries: Tries) -> Staff:
    return Staff(redis, tries)


async def test_added_found_listed_signed_in(staff: Staff) -> None:
    lan = await staff.add("lan", " Lan ", (Role.CLERK,), ("qn",), PASSWORD)
    await staff.add("an.2", "An", (Role.OPERATOR, Role.SUPERVISOR), ("qn", "cp"), PASSWORD)
    assert lan.name == "Lan"
    assert await staff.find("lan") == lan
    assert await staff.find("nobody") is None
    assert [member.login for member in await staff.all()] == ["an.2", "lan"]
    assert await staff.sign_in(" LAN ", PASSWORD, "here") == lan


async def test_a_role_holds_in_its_centers(staff: Staff) -> None:
    lan = await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    assert lan.may("qn", Role.CLERK)
    assert lan.may("qn", Role.SUPERVISOR, Role.CLERK)
    assert not lan.may("qn", Role.SUPERVISOR)
    assert not lan.may("cp", Role.CLERK)
    assert not lan.may("qn")


@pytest.mark.parametrize("login", ["", "Lan", "lan hoa", "-lan", "lan/x", "lấn", "x" * 41, "lan\n"])
async def test_a_login_is_a_plain_word(staff: Staff, login: str) -> None:
    with pytest.raises(BadRequest, match="login"):
        await staff.add(login, "Lan", (Role.CLERK,), ("qn",), PASSWORD)


async def test_what_else_is_refused(staff: Staff) -> None:
    with pytest.raises(BadName):
        await staff.add("lan", " ", (Role.CLERK,), ("qn",), PASSWORD)
    with pytest.raises(WeakPassword):
        await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), "short")
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    with pytest.raises(NameTaken):
        await staff.add("lan", "Other", (Role.CLERK,), ("cp",), PASSWORD)
    with pytest.raises(CommonPassword):
        await staff.add("thu.thuy", "Thu Thủy", (Role.CLERK,), ("qn",), "Thu-Thuy-99")
    with pytest.raises(UnknownAccount):
        await staff.set_password("nobody", PASSWORD)
    with pytest.raises(SamePassword):
        await staff.set_password("lan", PASSWORD)


async def test_another_password(staff: Staff) -> None:
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    await staff.set_password("lan", "a new password")
    with pytest.raises(WrongPassword):
        await staff.sign_in("lan", PASSWORD, "here")
    assert (await staff.sign_in("lan", "a new password", "here")).centers == ("qn",)
    with pytest.raises(WeakPassword):
        await staff.set_password("lan", "short")


async def test_guesses_are_counted(staff: Staff) -> None:
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    for login in ("lan", "LAN ") * 5:
        with pytest.raises(WrongPassword):
            await staff.sign_in(login, "a guess", "here")
    with pytest.raises(TooManyTries):
        await staff.sign_in("lan", PASSWORD, "here")


async def test_an_account_of_before_is_read_as_it_was(staff: Staff, redis: Redis) -> None:
    old = {"login": "lan", "name": "Lan", "roles": ["clerk"], "centers": ["qn", "cp"], "password_hash": "x"}
    await redis.hset(LOGINS, "lan", msgspec.json.encode(old))
    lan = await staff.get("lan")
    assert lan.holds == {"qn": (Role.CLERK,), "cp": (Role.CLERK,)}
    assert (lan.roles, lan.centers) == ((Role.CLERK,), ("qn", "cp"))


async def test_roles_differ_from_center_to_center(staff: Staff) -> None:
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    lan = await staff.set_roles("lan", {"cp": (Role.AUDITOR, Role.SUPERVISOR)})
    assert lan.holds == {"qn": (Role.CLERK,), "cp": (Role.SUPERVISOR, Role.AUDITOR)}
    assert lan.may("cp", Role.SUPERVISOR)
    assert not lan.may("qn", Role.SUPERVISOR)
    lan = await staff.set_roles("lan", {"qn": ()})
    assert lan.centers == ("cp",)


async def test_who_is_shut_out_may_nothing_and_his_sessions_are_over(staff: Staff, redis: Redis) -> None:
    sessions = Sessions(redis)
    lan = await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    token = await sessions.begin("staff", "lan", lan.proof)
    assert await signed_in(sessions, staff, "staff", token) == lan
    shut = await staff.disable("lan")
    assert not shut.may("qn", *Role)
    assert await signed_in(sessions, staff, "staff", token) is None
    with pytest.raises(WrongPassword):
        await staff.sign_in("lan", PASSWORD, "here")
    await staff.enable("lan")
    assert await signed_in(sessions, staff, "staff", token) is None, "those of before stay over"
    await staff.sign_in("lan", PASSWORD, "here")


async def test_a_first_password_is_for_signing_in_once(staff: Staff) -> None:
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    given = await staff.give_first_password("lan")
    assert len(given) == 14
    assert given != await staff.give_first_password("lan")
    with pytest.raises(WrongPassword):
        await staff.sign_in("lan", given, "here")
    given = await staff.give_first_password("lan")
    assert (await staff.sign_in("lan", given, "here")).is_first
    with pytest.raises(SamePassword):
        await staff.set_password("lan", given)
    assert not (await staff.set_password("lan", "một mật khẩu khác")).is_first


async def test_the_last_operator_of_a_center_stays(staff: Staff) -> None:
    await staff.add("quan", "Quân", (Role.OPERATOR,), ("qn", "cp"), PASSWORD)
    await staff.add("tri", "Trí", (Role.OPERATOR,), ("qn",), PASSWORD)
    with pytest.raises(LastOperator, match="cp"):
        await staff.disable("quan")
    with pytest.raises(LastOperator, match="cp"):
        await staff.set_roles("quan", {"cp": (Role.SUPERVISOR,)})
    await staff.set_roles("quan", {"qn": ()})
    with pytest.raises(LastOperator, match="qn"):
        await staff.set_roles("tri", {"qn": (Role.CLERK, Role.AUDITOR)})
    await staff.set_roles("quan", {"qn": (Role.OPERATOR,)})
    await staff.disable("tri")
    with pytest.raises(LastOperator, match="qn"):
        await staff.set_roles("quan", {"qn": ()})


@pytest.mark.parametrize("at_once", [2, 5])
async def test_of_operators_who_leave_at_once_one_stays(staff: Staff, at_once: int) -> None:
    """Each takes the role from himself or shuts another out, at the same time, from processes of their own."""
    for at in range(at_once):
        await staff.add(f"quan-{at}", "Quân", (Role.OPERATOR,), ("qn",), PASSWORD)
    ways: list[Callable[[str], Awaitable[Member]]] = [
        staff.disable,
        lambda login: staff.set_roles(login, {"qn": (Role.CLERK,)}),
    ]
    for _ in range(10):
        leaving = [ways[at % 2](f"quan-{(at + 1) % at_once}") for at in range(at_once)]
        outcomes = await asyncio.gather(*leaving, return_exceptions=True)
        assert [type(one) for one in outcomes if isinstance(one, Exception)] == [LastOperator]
        assert sum(member.may("qn", Role.OPERATOR) for member in await staff.all()) == 1
        for at in range(at_once):
            await staff.enable(f"quan-{at}")
            await staff.set_roles(f"quan-{at}", {"qn": (Role.OPERATOR,)})


async def test_changes_at_once_lose_nothing(staff: Staff) -> None:
    await staff.add("lan", "Lan", (), (), PASSWORD)
    centers = [f"c{at}" for at in range(20)]
    await asyncio.gather(*(staff.set_roles("lan", {center: (Role.CLERK,)}) for center in centers))
    assert sorted((await staff.get("lan")).centers) == sorted(centers)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], Awaitable[Member]]]:
    """What others do in the tenth of a second in which a password's hash is made."""
    others: list[Callable[[], Awaitable[Member]]] = []

    async def slowly(password: str, *about: str) -> str:
        while others:
            await others.pop()()
        return await hash_password(password, *about)

    monkeypatch.setattr("app.accounts.staff.hash_password", slowly)
    return others


async def test_a_role_given_elsewhere_while_the_hash_is_made_keeps_the_password(
    staff: Staff, meanwhile: list[Callable[[], Awaitable[Member]]]
) -> None:
    """Else an operator of one center could sign in as whoever became an operator of another just now."""
    await staff.add("quan", "Quân", (Role.OPERATOR,), ("qn",), PASSWORD)
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    meanwhile.append(lambda: staff.set_roles("lan", {"cp": (Role.OPERATOR,)}))
    with pytest.raises(NotOverThem):
        await staff.give_first_password("lan", by="quan")
    assert await staff.sign_in("lan", PASSWORD, "here")


async def test_who_lost_his_role_while_the_hash_is_made_resets_nobody(
    staff: Staff, meanwhile: list[Callable[[], Awaitable[Member]]]
) -> None:
    await staff.add("quan", "Quân", (Role.OPERATOR,), ("qn",), PASSWORD)
    await staff.add("tri", "Trí", (Role.OPERATOR,), ("qn",), PASSWORD)
    meanwhile.append(lambda: staff.disable("quan", by="tri"))
    with pytest.raises(NotOverThem):
        await staff.give_first_password("tri", by="quan")
    with pytest.raises(NotOverThem):
        await staff.set_roles("quan", {"qn": (Role.OPERATOR,)}, by="quan")
    assert await staff.sign_in("tri", PASSWORD, "here")


async def test_a_reset_is_not_undone_by_who_was_choosing_a_password(
    staff: Staff, meanwhile: list[Callable[[], Awaitable[Member]]]
) -> None:
    """A stranger who knows the old password must not keep the account when an operator resets it."""
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    given: list[str] = []

    async def reset() -> Member:
        given.append(await staff.give_first_password("lan"))
        return await staff.get("lan")

    meanwhile.append(reset)
    with pytest.raises(WrongPassword):
        await staff.set_password("lan", "mật khẩu kẻ lạ")
    assert (await staff.sign_in("lan", given[0], "here")).is_first


async def guess(staff: Staff, times: int, address: str = "") -> None:
    for at in range(times):
        with pytest.raises(WrongPassword):
            await staff.sign_in("lan", "a guess", address or f"from {at}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses that cost no time: a hundred of them are made."""

    async def is_password(password: str, hashed: str | None) -> bool:
        return password == PASSWORD

    monkeypatch.setattr("app.accounts.staff.is_password", is_password)


@pytest.mark.usefixtures("quick")
async def test_a_stranger_everywhere_does_not_lock_the_owner_out_where_he_is_known(staff: Staff) -> None:
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    await guess(staff, OF_ACCOUNT)
    with pytest.raises(TooManyTries):
        await staff.sign_in("lan", PASSWORD, "a new place")
    assert await staff.sign_in("lan", PASSWORD, "at home", known="her browser")
    for _ in range(OF_ADDRESS):
        with pytest.raises(WrongPassword):
            await staff.sign_in("lan", "a guess", "at home", known="her browser")
    with pytest.raises(TooManyTries):
        await staff.sign_in("lan", PASSWORD, "at home", known="her browser")


@pytest.mark.usefixtures("quick")
async def test_an_operator_forgives_all_tries(staff: Staff) -> None:
    lan = await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    await guess(staff, OF_ACCOUNT)
    assert await staff.guesses(lan) >= OF_ACCOUNT
    unlocked = await staff.unlock("lan")
    assert await staff.guesses(unlocked) == 0
    assert await staff.sign_in("lan", PASSWORD, "a new place")


@pytest.mark.usefixtures("quick")
async def test_signing_in_rightly_is_no_guess(staff: Staff) -> None:
    lan = await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    for _ in range(OF_ACCOUNT + 20):
        await staff.sign_in("lan", PASSWORD, "here")
    assert await staff.guesses(lan) == 0


async def test_every_change_is_noticed(staff: Staff, redis: Redis) -> None:
    await staff.add("lan", "Lan", (Role.CLERK,), ("qn",), PASSWORD)
    sessions, seen = Sessions(redis), [await staff.changes()]
    token = await sessions.begin("staff", "lan")
    for change in (
        lambda: staff.set_roles("lan", {"qn": ()}),
        lambda: staff.disable("lan"),
        lambda: staff.set_password("lan", "một mật khẩu khác"),
        lambda: staff.sign_out_everywhere("lan"),
        lambda: sessions.end(token),
    ):
        await change()
        seen.append(await staff.changes())
    assert seen == sorted(set(seen))
