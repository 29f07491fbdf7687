"""Web push: the coding of RFC 8291 with its own example, signatures, services that fail, forget or come back."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from app.demo import plan_of
from app.domain.commands import SetPlan
from app.domain.presses import Next
from app.notices.push import Subscriptions, encrypt, packed, public_of, subscription_of, unpacked
from app.notices.record import Outcome, Record
from app.seals import Seals
from tests.notices.browser import Browser
from tests.notices.post import CENTER, Post, until
from tests.notices.provider import Provider, Request

HOSTS = ("fcm.googleapis.com", "*.push.apple.com", "127.0.0.1")
SECRET = Seals("a secret").push()

# RFC 8291, 5: the message of its example, and the receiver's keys.
EXAMPLE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
EXAMPLE_KEY, EXAMPLE_AUTH = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "BTBZMqHH6r4Tts7J_aSIgg"


def test_the_example_of_the_standard_is_read() -> None:
    private = ec.derive_private_key(int.from_bytes(unpacked(EXAMPLE_KEY), "big"), ec.SECP256R1())
    browser = Browser("https://push.example.net/", private, unpacked(EXAMPLE_AUTH))
    assert browser.read(unpacked(EXAMPLE)) == b"When I grow up, I want to be a watermelon"


@given(words=st.binary(max_size=3000), at=st.integers(0, 10_000), other=st.integers(1, 255))
def test_what_is_sealed_is_read_by_its_browser_alone(words: bytes, at: int, other: int) -> None:
    browser = Browser("https://fcm.googleapis.com/x")
    sealed = encrypt(words, browser.subscription)
    assert browser.read(sealed) == words
    assert len(sealed) <= 4096, "one record, as services take it"
    with pytest.raises(InvalidTag):
        Browser(browser.endpoint, auth=browser.auth).read(sealed)
    at = 86 + at % (len(sealed) - 86)  # after the header
    with pytest.raises(InvalidTag):
        browser.read(sealed[:at] + bytes([sealed[at] ^ other]) + sealed[at + 1 :])


@pytest.mark.parametrize(
    ("endpoint", "fits"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("http://127.0.0.1:8000/push", True),
        ("http://fcm.googleapis.com/abc", False),
        ("https://push.apple.com.evil.example/abc", False),
        ("https://10.0.0.5/admin", False),
        ("https://localhost:6379/", False),
        ("file:///etc/passwd", False),
        ("https://fcm.googleapis.com/" + "x" * 1000, False),
    ],
)
def test_only_push_services_are_asked(endpoint: str, fits: bool) -> None:
    good = Browser(endpoint).subscription
    assert (subscription_of(endpoint, good.p256dh, good.auth, HOSTS) is not None) is fits


@pytest.mark.parametrize(("p256dh", "auth"), [("", packed(b"x" * 16)), ("AAAA", ""), ("é", "é"), ("B" * 87, "x")])
def test_keys_that_are_none(p256dh: str, auth: str) -> None:
    assert subscription_of("https://fcm.googleapis.com/x", p256dh, auth, HOSTS) is None


@pytest.fixture
async def service() -> AsyncIterator[Provider]:
    """A push service."""
    async with Provider() as service:
        yield service


async def subscribed(post: Post, service: Provider) -> tuple[str, Browser]:
    """A number of somebody with a phone whose browser is subscribed, too."""
    number = await post.take(post.by_phone)
    browser = Browser(service.url)
    assert await Subscriptions(post.store.redis).keep(f"contact-{post.asked}", browser.subscription)
    return number, browser


async def call(post: Post) -> None:
    await post.press(Next, "86")


def of_call(request: Request, browser: Browser) -> bool:
    return bool(json.loads(browser.read(request.raw))["urgent"])


@pytest.mark.redis
@pytest.mark.anyio
async def test_a_call_is_pushed_signed_and_for_this_browser_alone(post: Post, service: Provider) -> None:
    async with post.running():
        number, browser = await subscribed(post, service)
        await call(post)
        await until("it is pushed", lambda: any(of_call(one, browser) for one in service.asked))
    asked = next(one for one in service.asked if of_call(one, browser))
    told = json.loads(browser.read(asked.raw))
    assert told["title"] == f"Số {number}: mời đến quầy 86"
    assert told["body"] == f"Số {number} đang được gọi. Mời bạn đến quầy 86 ngay."
    assert told["path"].startswith(f"/tickets/{CENTER}/")
    assert (asked.headers["content-encoding"], asked.headers["urgency"]) == ("aes128gcm", "high")
    assert number.encode() not in asked.raw
    signed, key = asked.headers["authorization"].removeprefix("vapid t=").split(", k=")
    assert key == public_of(SECRET)
    point = unpacked(key)
    known = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": packed(point[1:33]), "y": packed(point[33:])})
    assert jwt.decode(signed, known).claims["aud"] == service.url.removesuffix("/sms")


@pytest.mark.redis
@pytest.mark.anyio
async def test_a_service_that_fails_is_asked_again_under_the_same_topic(post: Post, service: Provider) -> None:
    service.answer = lambda count: {1: (503, ""), 2: (429, ""), 3: "lost"}.get(count)  # type: ignore[assignment, return-value]
    async with post.running():
        await subscribed(post, service)
        await call(post)
        await until("all is done", post.idle)
    assert {one.headers["topic"] for one in service.asked} == set(service.taken)
    assert all(len(topic) == 32 for topic in service.taken), "RFC 8030, 5.4"


@pytest.mark.redis
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "outcome"), [(410, Outcome.NOT_SO), (404, Outcome.NOT_SO), (403, Outcome.GIVEN_UP)]
)
async def test_a_browser_that_is_gone_is_forgotten_and_a_refusal_is_shown(
    post: Post, service: Provider, status: int, outcome: Outcome
) -> None:
    service.answer = lambda count: (status, "")
    async with post.running():
        await subscribed(post, service)
        await call(post)
        await until("all is done", post.idle)
    record = Record(post.store.redis)
    dead = await record.dead(CENTER)
    assert bool(dead) is (outcome is Outcome.GIVEN_UP)
    assert all(f"answers {status}" in one.reason for one in dead)
    left = await Subscriptions(post.store.redis).of(f"contact-{post.asked}")
    assert bool(left) is (outcome is Outcome.GIVEN_UP)
    assert any(how is outcome for (way, _, how) in await record.day(CENTER, _today(post)) if way == "push")


@pytest.mark.redis
@pytest.mark.anyio
async def test_a_plan_that_saves_sms_still_pushes_calls(post: Post, service: Provider) -> None:
    plan = plan_of(CENTER)
    await post.centers.do(
        CENTER, SetPlan("staff/quan", replace(plan, notices=replace(plan.notices, called=False)))
    )
    async with post.running():
        _, browser = await subscribed(post, service)
        await call(post)
        await until("it is pushed", lambda: any(of_call(one, browser) for one in service.asked))
    assert not any("dang duoc goi" in text for text in post.texts())


@pytest.mark.redis
@pytest.mark.anyio
async def test_a_subscription_is_gone_with_its_contact_and_a_family_has_a_few(
    post: Post, service: Provider
) -> None:
    kept = Subscriptions(post.store.redis)
    assert not await kept.keep("contact-of-nobody", Browser(service.url).subscription)
    await post.take(post.by_phone)
    contact = f"contact-{post.asked}"
    given = [await kept.keep(contact, Browser(f"{service.url}/{at}").subscription) for at in range(6)]
    assert given == [True] * 5 + [False]
    assert await kept.keep(contact, Browser(f"{service.url}/0").subscription), "the same again"
    assert await post.citizens.forget_contact(contact)
    assert await kept.of(contact) == []


def _today(post: Post) -> str:
    return plan_of(CENTER).local(post.clock()).date().isoformat()


def test_the_key_is_of_the_secret_alone() -> None:
    assert public_of(SECRET) == public_of(Seals("a secret").push()) != public_of(os.urandom(32))
