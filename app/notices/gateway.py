"""SMS by a provider's gateway: a URL, and perhaps a file that says how that gateway is spoken to.

The file is TOML (`docs/operating.md` has two whole ones). Texts in `fields` and `headers` may hold the words
`{to}` `{text}` `{sender}` `{key}` and, of the settings, `{user}` `{password}` (of the URL) and `{secret}`. The key
is the same at every try; it always goes as the header Idempotency-Key, too (IETF draft of that name).
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import httpx
import msgspec

TIMEOUT_SECONDS = 20
WORDS = ("to", "text", "sender", "key", "user", "password", "secret")
_PLACE = re.compile(r"\{(\w*)\}")


class BadGateway(Exception):
    """What is wrong with a gateway's file, in a sentence."""


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer of a gateway: its status is one of `status` (none: any from 200 to 299), the value at `path` of
    its JSON (`data.0.code`) is one of `equals`, its text holds `contains`. What is not given need not be so."""

    status: tuple[int, ...] = ()
    path: str = ""
    equals: tuple[str, ...] = ()
    contains: str = ""

    def fits(self, status: int, text: str) -> bool:
        if not (status in self.status if self.status else 200 <= status < 300):
            return False
        return self.contains in text and (not self.path or value_at(text, self.path) in self.equals)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a gateway is asked, and which answers mean that it took the message (`taken`) or never will (`final`);
    every other one, and none at all, is tried again. `phone`: how numbers begin, +84912…, 84912… or 0912….
    `basic`: user and password of the URL go as HTTP basic authentication."""

    method: Literal["POST", "PUT", "GET"] = "POST"
    body: Literal["json", "form", "query"] = "json"
    phone: Literal["+84", "84", "0"] = "+84"
    basic: bool = False
    fields: dict[str, Any] = msgspec.field(default_factory=lambda: {name: f"{{{name}}}" for name in WORDS[:4]})
    headers: dict[str, str] = {}
    taken: tuple[Reply, ...] = (Reply(),)
    final: tuple[Reply, ...] = (Reply(status=(400, 422)),)


def read_form(text: str) -> Form:
    """A gateway's file; raises BadGateway."""
    try:
        form = msgspec.toml.decode(text, type=Form)
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BadGateway(str(fault)) from None
    used = {word for place in _texts([form.fields, form.headers]) for word in _PLACE.findall(place)}
    if unknown := sorted(used - set(WORDS)):
        raise BadGateway(f"{{{unknown[0]}}} is not known; known are {', '.join(f'{{{word}}}' for word in WORDS)}")
    if missing := [word for word in ("to", "text") if word not in used]:
        raise BadGateway(f"{{{missing[0]}}} stands in no field, so no message could be sent")
    if not form.taken:
        raise BadGateway("taken is empty, so no message would count as sent")
    if form.body == "json" and form.method == "GET":
        raise BadGateway("a GET has no body: body must be 'query'")
    if form.body != "json" and not all(isinstance(value, str) for value in form.fields.values()):
        raise BadGateway(f"fields must be texts where body is '{form.body}'")
    if wrong := [reply.path for reply in (*form.taken, *form.final) if reply.path and not reply.equals]:
        raise BadGateway(f"path '{wrong[0]}' needs equals")
    return form


def _texts(value: Any) -> Iterator[str]:
    """Every text in a structure of lists and tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def value_at(text: str, path: str) -> str | None:
    """The value at a path of a JSON text, as text; None when nothing stands there."""
    try:
        value = json.loads(text)
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value if isinstance(value, str) else json.dumps(value)


class Ask(msgspec.Struct, frozen=True):
    """One request to a gateway, ready to go."""

    method: str
    url: str
    headers: dict[str, str]
    json: Any = None
    data: dict[str, str] | None = None
    params: dict[str, str] | None = None


def ask(form: Form, url: str, secret: str, message: dict[str, str]) -> Ask:
    """The request for a message (`to`, `text`, `sender`, `key`) to the gateway at a URL."""
    parts = urlsplit(url)
    words = message | {
        "to": form.phone + message["to"].removeprefix("+84") if message["to"].startswith("+84") else message["to"],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "secret": secret,
    }
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    fields = _filled(form.fields, words)
    headers = {"Idempotency-Key": message["key"], **_filled(form.headers, words)}
    match form.body:
        case "json":
            return Ask(form.method, bare, headers, json=fields)
        case "form":
            return Ask(form.method, bare, headers, data=fields)
        case "query":
            return Ask(form.method, bare, headers, params=dict(httpx.QueryParams(parts.query)) | fields)


def _filled(value: Any, words: dict[str, str]) -> Any:
    """A structure with its words filled in; each place once, so that no text is read as a place."""
    if isinstance(value, str):
        return _PLACE.sub(lambda place: words[place[1]], value)
    if isinstance(value, dict):
        return {name: _filled(part, words) for name, part in value.items()}
    return [_filled(part, words) for part in value] if isinstance(value, list) else value
