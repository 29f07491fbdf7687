"""From where somebody comes, and what a device may do: proxies, kiosks, keys, voices."""

import ipaddress
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.accounts.staff import Role
from app.domain.commands import SetPlan
from app.domain.states import DeviceKind
from app.web.access import real_address
from tests.web.house import CENTER, OTHER, House, Web, device_cookie, settings_of, text_of

NETS = tuple(map(ipaddress.ip_network, ("127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32")))


@pytest.mark.parametrize(
    ("peer", "hops", "here"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),  # not from a proxy: its word is nothing
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["127.0.0.1", "198.51.100.1"], "198.51.100.1"),  # spoofed before the proxy's own word
        ("127.0.0.1", ["203.0.113.9", "198.51.100.1", "10.1.2.3"], "198.51.100.1"),
        ("10.0.0.1", ["10.9.9.9"], "10.9.9.9"),
        ("127.0.0.1", ["not an address"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1", ""], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1:4711"], "127.0.0.1"),
        ("::1", ["2001:db8::7", "198.51.100.1"], "198.51.100.1"),
        ("::1", ["2a00::1"], "2a00::1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),  # a socket for both kinds of address
        ("::ffff:203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("127.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("", ["198.51.100.1"], ""),
        ("a socket", ["198.51.100.1"], "a socket"),
    ],
)
def test_the_real_address(peer: str, hops: list[str], here: str) -> None:
    assert real_address(peer, hops, NETS) == here


def test_without_trusted_proxies_the_peer_is_who_it_is() -> None:
    assert real_address("127.0.0.1", ["198.51.100.1"], ()) == "127.0.0.1"


async def ask(web: Web, key: str, client: str, forwarded: str = "") -> httpx.Response:
    """A kiosk takes a number from an address."""
    headers = {"authorization": f"Bearer {key}"} | ({"x-forwarded-for": forwarded} if forwarded else {})
    async with web.http(client=(client, 1), headers=headers) as http:
        body: dict[str, Any] = {"service": "tu-phap", "request": f"from {client} {forwarded}"}
        return await http.post(f"/api/centers/{CENTER}/tickets", json=body)


@pytest.mark.redis
@pytest.mark.anyio
class TestKiosk:
    async def test_only_from_the_registered_address(self, house: House) -> None:
        key = await house.device(DeviceKind.KIOSK)
        assert (await ask(house.web, key, "127.0.0.1")).status_code == 200
        answer = await ask(house.web, key, "203.0.113.5")
        assert (answer.status_code, answer.json()["refusal"]["code"]) == (403, "wrong-address")
        assert "203.0.113.5" in answer.json()["refusal"]["hint_vi"]
        assert (await ask(house.web, key, "203.0.113.5", "127.0.0.1")).status_code == 403
        async with house.web.http(device_cookie(key), client=("203.0.113.5", 1)) as http:
            page = await http.get(f"/kiosk/{key.partition('.')[0]}")
        assert page.status_code == 403
        assert "203.0.113.5" in text_of(page.text)

    async def test_behind_a_proxy_only_from_trusted_hops(self, house: House, redis_url: str) -> None:
        before = house.parts.feed.hall(CENTER).plan
        plan = replace(before, kiosk_addresses=("203.0.113.0/29", "198.51.100.9/24"))
        done = await house.parts.centers.do(CENTER, SetPlan("system", plan))
        await house.parts.feed.reach(CENTER, done.position)
        settings = settings_of(
            f"{redis_url}?db=5", house.web.settings.data, TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8"
        )
        try:
            key = await house.device(DeviceKind.KIOSK)
            async with Web(settings) as web:
                for client, forwarded, status in [
                    ("127.0.0.1", "203.0.113.5", 200),
                    ("127.0.0.1", "203.0.113.6, 10.0.0.1", 200),
                    ("127.0.0.1", "198.51.100.1", 200),  # a network written with a host in it
                    ("127.0.0.1", "", 403),
                    ("127.0.0.1", "203.0.113.5, 192.0.2.1", 403),
                    ("192.0.2.1", "203.0.113.5", 403),
                ]:
                    answer = await ask(web, key, client, forwarded)
                    assert answer.status_code == status, (client, forwarded)
        finally:
            done = await house.parts.centers.do(CENTER, SetPlan("system", before))
            await house.parts.feed.reach(CENTER, done.position)

    async def test_only_in_its_own_center_and_only_for_numbers(self, house: House) -> None:
        key = await house.device(DeviceKind.KIOSK)
        headers = {"authorization": f"Bearer {key}"}
        async with house.web.http(headers=headers) as http:
            body = {"service": "dat-dai", "request": "a-request-id"}
            assert (await http.post(f"/api/centers/{OTHER}/tickets", json=body)).status_code == 401
            offer = {"voice": "tang-3", "ready": True}
            assert (await http.post("/api/device/voice", json=offer)).status_code == 401


@pytest.mark.redis
@pytest.mark.anyio
class TestDevices:
    async def test_a_wrong_key_is_nobody(self, house: House) -> None:
        key = await house.device(DeviceKind.SPEAKER, "tang-3")
        device = key.partition(".")[0]
        offer = {"voice": "tang-3", "ready": True}
        for wrong in (f"{device}.wrong", device, f".{key}", "", "ă.ă", key + "x"):
            headers = [(b"authorization", f"Bearer {wrong}".encode())]
            async with house.web.http() as http:
                answer = await http.post("/api/device/voice", json=offer, headers=headers)
            assert (answer.status_code, answer.json()["refusal"]["code"]) == (401, "not-paired"), wrong

    async def test_a_device_of_a_zone_speaks_of_its_own_voice_only(self, house: House) -> None:
        key = await house.device(DeviceKind.TV, "tang-1")
        async with house.web.http(headers={"authorization": f"Bearer {key}"}) as http:
            other = await http.post("/api/device/voice", json={"voice": "tang-3", "ready": True})
            told = await http.post("/api/device/told", json={"voice": "tang-3", "seq": 1})
            assert other.status_code == told.status_code == 403
            own = await http.post("/api/device/voice", json={"voice": "tang-1", "ready": True})
            assert own.status_code == 200
            assert (await http.post("/api/device/voice", json={"voice": "tang-1", "ready": False})).is_success

    async def test_a_browser_enters_with_its_key_and_becomes_the_device(self, house: House) -> None:
        key = await house.device(DeviceKind.TV, "tang-2")
        device = key.partition(".")[0]
        async with house.web.http() as http:
            entered = await http.post("/api/device/enter", json={"kind": "tv", "key": key})
            assert entered.json() == {"page": f"/tv/{device}", "key": ""}
            cookie = entered.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "secure" in cookie
            assert (await http.get("/tv")).headers["location"] == f"/tv/{device}"
            assert "Tầng 2" in text_of((await http.get(f"/tv/{device}")).text)
            other = await http.post("/api/device/enter", json={"kind": "kiosk", "key": key})
            assert other.status_code == 401
            await house.parts.tries.forget("key:127.0.0.1")

    async def test_keys_are_not_guessed_for_long(self, house: House) -> None:
        async with house.web.http(client=("2001:db9::1", 1)) as http:
            wrong = {"kind": "tv", "key": "x.y"}
            codes = [(await http.post("/api/device/enter", json=wrong)).status_code for _ in range(31)]
        assert codes == [401] * 30 + [429]
        async with house.web.http(client=("2001:db9::2", 1)) as neighbour:  # the same /64: the same connection
            assert (await neighbour.post("/api/device/enter", json=wrong)).status_code == 429
        async with house.web.http(client=("2001:db9:1::2", 1)) as another:
            assert (await another.post("/api/device/enter", json=wrong)).status_code == 401

    async def test_pairing_over_the_api(self, house: House) -> None:
        quan = await house.staff("quan", Role.OPERATOR)
        async with house.web.http() as device, house.web.http(quan) as staff:
            begun = (await device.post("/api/pairings", json={"kind": "speaker"})).json()
            claim = f"/api/pairings/{begun['id']}/claim"
            assert (await device.post(claim, json={"claim": begun["claim"]})).json() == {"page": "", "key": ""}
            found = await staff.get(f"/api/centers/{CENTER}/pairings/{begun['code']}")
            assert found.json()["address"] == "127.0.0.1"
            pair = {"code": begun["code"], "name": "Loa", "zone": "tang-3"}
            paired = await staff.post(f"/api/centers/{CENTER}/devices", json=pair)
            assert paired.json() == {"device": begun["id"]}
            assert (await device.post(claim, json={"claim": "somebody else"})).status_code == 401
            key = (await device.post(claim, json={"claim": begun["claim"]})).json()["key"]
            assert (await device.post(claim, json={"claim": begun["claim"]})).status_code == 401, "once"
            offer = {"voice": "tang-3", "ready": False}
            headers = {"authorization": f"Bearer {key}"}
            assert (await device.post("/api/device/voice", json=offer, headers=headers)).status_code == 200
            assert (await staff.post(f"/api/centers/{CENTER}/devices", json=pair)).status_code == 404, "once"

    async def test_a_device_stands_in_a_zone_of_the_plan_and_its_page_needs_its_cookie(self, house: House) -> None:
        quan = await house.staff("quan", Role.OPERATOR)
        async with house.web.http() as device, house.web.http(quan) as staff:
            begun = (await device.post("/api/pairings", json={"kind": "tv"})).json()
            for zones in ({"zone": "tang-9"}, {"zone": "tang-1", "also": ["tang-9"]}):
                pair = {"code": begun["code"], "name": "TV"} | zones
                answer = await staff.post(f"/api/centers/{CENTER}/devices", json=pair)
                assert (answer.status_code, answer.json()["refusal"]["code"]) == (404, "unknown-zone")
            assert (await device.get("/tv/none")).headers["location"] == "/tv/pair"
            assert (await device.get("/kiosk/none")).headers["location"] == "/kiosk/pair"
