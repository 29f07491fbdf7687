"""SMS gateways over HTTP: asked in the form of their file, and their answers understood; by a real HTTP server."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.notices.gateway import BadGateway, read_form, value_at
from app.notices.senders import Gateway, NotSent, Undeliverable, open_sms, unnamed
from tests.notices.provider import LOST, Provider

pytestmark = pytest.mark.anyio

DOCUMENT = Path(__file__).parents[2] / "docs" / "operating.md"
TEXT = "So giao dich 86001. {to} & = +"
JSON = """
phone = "84"
headers = { Authorization = "Bearer {secret}" }
taken = [
    { path = "CodeResult", equals = ["100"] },
    { path = "CodeResult", equals = ["124"] },
]
final = [{ path = "CodeResult", equals = ["99"] }, { status = [404], contains = "no such phone" }]
[fields]
ApiKey = "{user}"
SecretKey = "{password}"
SmsType = 2
Messages = [{ Phone = "{to}", Content = "{text}" }]
Brandname = "{sender}"
RequestId = "{key}"
"""
FORM = """
body = "form"
phone = "0"
basic = true
taken = [{ contains = "OK" }]
fields = { dest = "{to}", message = "{text}", from = "{sender}", ref = "{key}" }
"""


async def send(provider: Provider, form: str = "", user: str = "", to: str = "+84912345678") -> None:
    url = provider.url.replace("://", f"://{user}@") if user else provider.url
    sender = open_sms(url, read_form(form) if form else None, "s3cret")
    assert isinstance(sender, Gateway)
    try:
        await sender.send("key-1", "TTHCCQN", to, TEXT)
    finally:
        await sender.close()


async def test_without_a_file_it_is_asked_in_json() -> None:
    async with Provider() as provider:
        await send(provider)
        (asked,) = provider.asked
    assert asked.method == "POST"
    assert json.loads(asked.body) == {"to": "+84912345678", "text": TEXT, "sender": "TTHCCQN", "key": "key-1"}
    assert asked.key == "key-1"


async def test_json_in_the_form_of_its_file() -> None:
    async with Provider(answer=lambda count: (200, '{"CodeResult": "100"}')) as provider:
        await send(provider, JSON, user="api%40key:pass")
        (asked,) = provider.asked
    assert json.loads(asked.body) == {
        "ApiKey": "api@key",
        "SecretKey": "pass",
        "SmsType": 2,
        "Messages": [{"Phone": "84912345678", "Content": TEXT}],
        "Brandname": "TTHCCQN",
        "RequestId": "key-1",
    }
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert asked.key == "key-1"


async def test_a_form_with_basic_authentication() -> None:
    async with Provider(answer=lambda count: (200, "OK 1")) as provider:
        await send(provider, FORM, user="me:p%3Aw")
        (asked,) = provider.asked
    assert parse_qs(asked.body) == {
        "dest": ["0912345678"],
        "message": [TEXT],
        "from": ["TTHCCQN"],
        "ref": ["key-1"],
    }
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"me:p:w"


async def test_a_query() -> None:
    async with Provider() as provider:
        await send(provider, 'method = "GET"\nbody = "query"\nfields = { p = "{to}", t = "{text}" }')
        (asked,) = provider.asked
    assert (asked.method, asked.body) == ("GET", "")
    assert parse_qs(urlsplit(asked.target).query) == {"p": ["+84912345678"], "t": [TEXT]}


@pytest.mark.parametrize(
    ("answer", "form", "fault"),
    [
        ((200, '{"CodeResult": "124"}'), JSON, None),  # it has this key already
        ((200, '{"CodeResult": 100}'), JSON, None),
        ((200, '{"CodeResult": "99", "phone": "84912345678"}'), JSON, Undeliverable),
        ((200, '{"CodeResult": "104"}'), JSON, NotSent),
        ((200, "no JSON"), JSON, NotSent),
        ((404, "no such phone"), JSON, Undeliverable),
        ((404, "no such page"), JSON, NotSent),
        ((200, "ERROR"), FORM, NotSent),
        ((500, "OK"), FORM, NotSent),
        ((422, ""), "", Undeliverable),
        ((401, ""), "", NotSent),  # the operator can put that right
        ((429, ""), "", NotSent),
        ((302, ""), "", NotSent),
        (LOST, "", NotSent),
    ],
)
async def test_what_its_answers_mean(
    answer: tuple[int, str] | str, form: str, fault: type[Exception] | None
) -> None:
    async with Provider(answer=lambda count: answer) as provider:
        if fault is None:
            await send(provider, form)
            return
        with pytest.raises(fault) as said:
            await send(provider, form)
        assert "912345678" not in str(said.value)


async def test_down_it_is_tried_again_and_nobody_is_named() -> None:
    async with Provider() as provider:
        await provider.down()
        with pytest.raises(NotSent, match="does not answer") as said:
            await send(provider, 'method = "GET"\nbody = "query"', user="me:hidden")
    for secret in ("912345678", "hidden"):
        assert secret not in str(said.value)
    assert said.value.__cause__ is None


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("metod = 'POST'", "unknown field `metod`"),
        ("taken = [{ staus = [200] }]", r"\$.taken\[0\]"),
        ("body = 'xml'", "Invalid enum value"),
        ("fields = { to = '{to}', text = '{phone}' }", "{phone} is not known; known are {to}"),
        ("fields = { to = '{to}' }", "{text} stands in no field"),
        ("taken = []", "no message would count"),
        ("method = 'GET'", "a GET has no body"),
        ("body = 'form'\nfields = { a = ['{to}{text}'] }", "must be texts"),
        ("taken = [{ path = 'code' }]", "path 'code' needs equals"),
        ("=", "line 1"),
    ],
)
def test_a_file_that_is_wrong_says_so(form: str, fault: str) -> None:
    with pytest.raises(BadGateway, match=fault if "\\" in fault else None) as said:
        read_form(form)
    assert fault in str(said.value) or "\\" in fault


def test_the_examples_of_the_documents_can_be_read() -> None:
    examples = re.findall(r"```toml\n(# GOISO_SMS_URL.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert [read_form(example).phone for example in examples] == ["84", "0"]
    assert read_form(examples[1]).taken[0].fits(200, '{"status":"ok"}')


def test_a_value_in_an_answer() -> None:
    text = '{"data": [{"code": 0}, {"code": "ok"}], "done": true}'
    assert [value_at(text, path) for path in ("data.0.code", "data.1.code", "done")] == ["0", "ok", "true"]
    assert [value_at(text, path) for path in ("data.2.code", "data.x", "done.y", "")] == [None] * 4


def test_what_a_server_says_is_told_without_whom() -> None:
    said = "550 5.1.1 <lan.anh@vidu.vn>:\n no such user, call +84 912 345 678 or 0912345678"
    assert unnamed(said) == "550 5.1.1 ••• no such user, call ••• or •••"
