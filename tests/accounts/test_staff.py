"""Staff: logins, roles that hold in some centers, passwords."""

import pytest
from redis.asyncio import Redis

from app.accounts.staff import Role, Staff
from app.accounts.tries import Tries
from app.domain.refusals import (
    BadName,
    BadRequest,
    NameTaken,
    NotSignedIn,
    TooManyTries,
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
    with pytest.raises(NotSignedIn):
        await staff.set_password("nobody", PASSWORD)


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
