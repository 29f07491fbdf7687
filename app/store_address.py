"""Where the store is, by URL: one Redis, or the one that sentinels name. Read by `settings`, used by `store`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

SINGLE = ("redis", "rediss", "unix")
WATCHED = ("sentinel", "sentinels")
SENTINEL_PORT = 26379
OPTIONS = ("sentinel_username", "sentinel_password", "ssl_ca_certs")


class BadAddress(ValueError):
    """The URL names no store; the text says why, without repeating the URL, which may hold a password."""


@dataclass(frozen=True, slots=True, repr=False)
class Sentinels:
    """The sentinels to ask (host and port each), and which of the services they watch is the store."""

    hosts: tuple[tuple[str, int], ...]
    service: str
    database: int
    username: str
    password: str
    tls: bool
    options: dict[str, str]


def read_address(url: str) -> Sentinels | None:
    """The sentinels of `sentinel://[user:password@]host[:port],host[:port]…/service[/database][?option=value]`
    (`sentinels://` with TLS); None for a URL of one Redis. Raises BadAddress."""
    scheme, _, rest = url.partition("://")
    if scheme not in (*SINGLE, *WATCHED) or not url.startswith(f"{scheme}://"):
        raise BadAddress(f"has an unknown scheme; known are {', '.join(f'{s}:' for s in (*SINGLE, *WATCHED))}")
    if scheme in SINGLE:
        _port(url)
        return None
    names, _, query = rest.partition("?")
    authority, _, path = names.partition("/")
    account, _, hosts = authority.rpartition("@")
    username, _, password = account.partition(":")
    service, _, database = path.partition("/")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(options.keys() - set(OPTIONS)):
        raise BadAddress(f"has an unknown option {unknown[0]}; known are {', '.join(OPTIONS)}")
    if not service or not (database.isdecimal() and database.isascii() if database else True):
        raise BadAddress("needs the watched service after its hosts, such as sentinel://a,b,c/goiso")
    return Sentinels(
        tuple(_host(host) for host in hosts.split(",")),
        unquote(service),
        int(database or 0),
        unquote(username),
        unquote(password),
        scheme == "sentinels",
        options,
    )


def _host(text: str) -> tuple[str, int]:
    host = urlsplit(f"//{text}").hostname if text and "//" not in text else None
    if not host:
        raise BadAddress("has a host that cannot be read; expected host[:port], with commas between")
    return host, _port(f"//{text}") or SENTINEL_PORT


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise BadAddress("is not a URL: its host or port cannot be read") from None
