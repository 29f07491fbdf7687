"""Open sockets of staff close by themselves when rights go, in every process; those of others stay."""

import contextlib
import secrets

import pytest
from websockets.exceptions import ConnectionClosed

from app.accounts.staff import Role
from app.web.access import COOKIES
from tests.web.house import CENTER, House, Socket, Web, cookie_header, live, until_so

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


def fresh() -> str:
    """A login nobody has had in this run."""
    return f"nv-{secrets.token_hex(3)}"


async def closed_with(socket: Socket) -> int | None:
    """The code a socket is closed with, within seconds, while the client says nothing."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await socket.hear()
    return socket.connection.close_code


@pytest.mark.parametrize("change", ["signed out", "shut out", "role lost", "session ended", "another password"])
async def test_an_open_socket_of_staff_closes_without_being_asked(house: House, second: Web, change: str) -> None:
    """In this process and in another: the change is made in the first, the socket is open in both."""
    login = fresh()
    cookies = await house.staff(login, Role.SUPERVISOR)
    headers = {"cookie": cookie_header(cookies)}
    staff, sessions = house.parts.staff, house.parts.sessions
    async with live(house.web, **headers) as near, live(second, **headers) as far:
        for socket in (near, far):
            assert "whole" in await socket.join(f"panel/{CENTER}/86")
        match change:
            case "signed out":
                await sessions.end(cookies[COOKIES["staff"]])
            case "shut out":
                await staff.disable(login)
            case "role lost":
                await staff.set_roles(login, {CENTER: []})
            case "session ended":
                await sessions.end_one(login, (await sessions.of(login))[0].id)
            case "another password":
                await staff.set_password(login, "con voi xanh đi bộ")
        codes = [await closed_with(near), await closed_with(far)]
        assert codes == ([1012, 1012] if change == "role lost" else [4401, 4401])
    async with live(house.web, **headers) as again:
        answer = await again.join(f"panel/{CENTER}/86")
        assert answer["code"] == ("not-allowed" if change == "role lost" else "not-signed-in")


async def test_others_sockets_stay_open(house: House) -> None:
    login, other = fresh(), fresh()
    headers = {"cookie": cookie_header(await house.staff(login))}
    await house.staff(other)
    async with live(house.web, **headers) as socket:
        await socket.join(f"panel/{CENTER}/86")
        await house.parts.staff.disable(other)
        changes = await house.parts.staff.changes()

        async def looked() -> bool:
            return house.parts.watch._seen == changes

        await until_so("the watch has looked", looked)
        await socket.say(clock=1)
        while "clock" not in await socket.hear():
            pass
