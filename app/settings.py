"""What the operator sets at deploy, by environment: one table, checked whole at start.

`docs/settings.md` states the same table; a test compares the two.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.store_address import BadAddress, read_address

PREFIX: Final = "GOISO_"
DEFAULT_SECRET: Final = "change-me"
READ: Final = {
    "DATA",
    "PORT",
    "SOCKETS",
    "SOCKETS_PER_ADDRESS",
    "BOARDS_BRIGHTNESS",
    "SMS_PRICE",
    "SMS_A_DAY",
    "TRUSTED_PROXIES",
    "ORIGIN",
    "SERVER",
    "PRINTER_PORT",
}  # not as text


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, default, help, and whether it is a secret (never printed)."""

    name: str
    default: str
    help: str
    secret: bool = False


TABLE: Final = (
    Setting("DATA", "var", "folder for the private Redis, voice packs, pictures and films, logs"),
    Setting(
        "STORE_URL",
        "",
        "Redis: redis://, rediss://, unix://, or sentinel://host,host/service; empty starts a private one in DATA",
        True,
    ),
    Setting("HOST", "127.0.0.1", "address the web server listens on"),
    Setting("PORT", "8000", "port the web server listens on"),
    Setting("SOCKETS", "20000", "most websockets that one web process holds"),
    Setting("SOCKETS_PER_ADDRESS", "1000", "most of them from one address, devices and staff not counted"),
    Setting("ORIGIN", "", "public origin of the site, such as https://layso.example.vn; required by serve"),
    Setting("SECRET", DEFAULT_SECRET, "key of links, check codes and hashes; at least 32 characters", True),
    Setting("TRUSTED_PROXIES", "", "networks of reverse proxies whose X-Forwarded-For is believed, with commas"),
    Setting("VOICE", "espeak:vi", "voice of the calls: espeak:vi, gtts:vi, piper:MODEL.onnx or recorded:FOLDER"),
    Setting("VOICE_ENGLISH", "espeak:en?speed=150", "voice of the sentence in English, for plans that ask for it"),
    Setting(
        "SMS_URL",
        "log:",
        "sender of SMS: log:, log:FILE, https://[user:password@]gateway/path, gsm:PORT",
        True,
    ),
    Setting(
        "SMS_GATEWAY", "", "file that says how the gateway of SMS_URL is asked; empty: JSON to, text, sender, key"
    ),
    Setting("SMS_SECRET", "", "key of the gateway's account, where its file says {secret}", True),
    Setting("SMS_PRICE", "0", "what one SMS costs, in đồng, for the sums that operators see; 0: not known"),
    Setting("SMS_A_DAY", "0", "most SMS of a day (notices, codes), over all centers; 0: no limit"),
    Setting(
        "MAIL_URL", "log:", "sender of e-mail: log:, log:FILE, smtp://[user:password@]host:port, smtps://", True
    ),
    Setting("MAIL_FROM", "goiso@localhost", "sender address of e-mail"),
    Setting(
        "PUSH_HOSTS",
        "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
        "push services that browsers may name, with commas; *. stands for any name before",
    ),
    Setting("OPENID_ISSUER", "", "another portal to sign in at by OpenID Connect: its issuer; empty: none"),
    Setting("OPENID_CLIENT", "", "the client id there; its redirect address is /openid/back of GOISO_ORIGIN"),
    Setting("OPENID_SECRET", "", "the client's secret there; empty for a public client", True),
    Setting("OPENID_NAME", "Cổng dịch vụ công", "what the button to sign in there says"),
    Setting("SERVER", "http://127.0.0.1:8000", "for processes on site: origin of the web server they follow"),
    Setting("CENTER", "", "for processes on site: the id of the center they stand in"),
    Setting("SPEAKER_KEY", "", "for goiso speaker: its device key, given when it was paired", True),
    Setting("SPEAKER_VOICE", "", "for goiso speaker: the voice (zone) it speaks for"),
    Setting("SPEAKER_OUT", "device:", "for goiso speaker: where sound goes: device:, file:FOLDER or none:"),
    Setting("BOARDS_KEY", "", "for goiso boards: the boards' device key, given when they were paired", True),
    Setting("KEYPADS_KEY", "", "for goiso boards: the device key of the keypads on the same line", True),
    Setting("BOARDS_PROTOCOL", "digits", "for goiso boards: what they speak; see docs/boards.md"),
    Setting("BOARDS_ZONES", "", "for goiso boards: the zones on its line, with commas; empty: the whole center"),
    Setting("BOARDS_BRIGHTNESS", "0", "for goiso boards: how bright, 1 to 9, if they can be told; 0: as they are"),
    Setting("BOARDS_PORT", "", "for goiso boards: the line, such as /dev/ttyUSB0?baud=9600 or socket://host:port"),
    Setting(
        "PRINTER_URL",
        "",
        "for goiso printer: escpos+tcp://host:9100, escpos+serial:/dev/ttyUSB0?baud=19200, escpos+usb://04b8:0202 "
        "(each may say width=80 or width=58, in mm), or file:FOLDER",
    ),
    Setting("PRINTER_PORT", "8017", "for goiso printer: the port of this machine where the kiosk's page asks it"),
)


class BadSettings(Exception):
    """Every fault found in the settings, one a line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force; empty text means not set. Secrets are not part of its text."""

    data: Path
    store_url: str = field(repr=False)
    host: str
    port: int
    sockets: int
    sockets_per_address: int
    origin: str
    secret: str = field(repr=False)
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    voice: str
    voice_english: str
    sms_url: str = field(repr=False)
    sms_gateway: str
    sms_secret: str = field(repr=False)
    sms_price: int
    sms_a_day: int
    mail_url: str = field(repr=False)
    mail_from: str
    push_hosts: str
    openid_issuer: str
    openid_client: str
    openid_secret: str = field(repr=False)
    openid_name: str
    server: str
    center: str
    speaker_key: str = field(repr=False)
    speaker_voice: str
    speaker_out: str
    boards_key: str = field(repr=False)
    keypads_key: str = field(repr=False)
    boards_protocol: str
    boards_zones: str
    boards_brightness: int
    boards_port: str
    printer_url: str
    printer_port: int

    @property
    def reports(self) -> Path:
        """Where the report's copies of closed days are."""
        return self.data / "report"

    @property
    def secure(self) -> bool:
        """Whether cookies are for https only."""
        return self.origin.startswith("https://")


def read_settings(
    environment: Mapping[str, str], also: Callable[["Settings"], list[str]] = lambda settings: []
) -> Settings:
    """The settings of an environment; raises BadSettings with all faults at once, those that `also` finds too."""
    faults: list[str] = []
    known = {PREFIX + setting.name for setting in TABLE}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            faults.append(f"{name} is not a setting; known are {', '.join(sorted(known))}")
    values = {setting.name: environment.get(PREFIX + setting.name, setting.default) for setting in TABLE}
    _check_store(faults, values["STORE_URL"])
    _check_url(faults, values, "ORIGIN", ("http", "https"), optional=True)
    _check_url(faults, values, "SERVER", ("http", "https"))
    _check_url(faults, values, "OPENID_ISSUER", ("http", "https"), optional=True)
    if values["OPENID_ISSUER"] and not values["OPENID_CLIENT"]:
        faults.append("GOISO_OPENID_CLIENT must be set where GOISO_OPENID_ISSUER is")
    _check_url(faults, values, "SMS_URL", ("log", "https", "http", "gsm"))
    _check_gateway(faults, values)
    _check_url(faults, values, "MAIL_URL", ("log", "smtp", "smtps"))
    _check_url(faults, values, "VOICE", ("espeak", "gtts"))
    _check_origin(faults, values, "ORIGIN")
    _check_origin(faults, values, "SERVER")
    networks = _networks(faults, values["TRUSTED_PROXIES"])
    settings = Settings(
        data=Path(values["DATA"]),
        port=_port(faults, values, "PORT"),
        printer_port=_port(faults, values, "PRINTER_PORT"),
        boards_brightness=_count(faults, values, "BOARDS_BRIGHTNESS", least=0, most=9),
        sms_price=_count(faults, values, "SMS_PRICE", least=0),
        sms_a_day=_count(faults, values, "SMS_A_DAY", least=0),
        sockets=_count(faults, values, "SOCKETS"),
        sockets_per_address=_count(faults, values, "SOCKETS_PER_ADDRESS"),
        trusted_proxies=networks,
        origin=values["ORIGIN"].rstrip("/"),
        server=values["SERVER"].rstrip("/"),
        **{name.lower(): value for name, value in values.items() if name not in READ},
    )
    said = {fault.split()[0] for fault in faults}
    faults += [fault for fault in also(settings) if fault.split()[0] not in said]
    if faults:
        raise BadSettings(faults)
    return settings


def _port(faults: list[str], values: dict[str, str], name: str) -> int:
    """A port; 0 takes a free one."""
    text = values[name]
    if not (text.isascii() and text.isdecimal() and 0 <= int(text) < 65536):
        faults.append(f"GOISO_{name} is '{text}', expected a number from 0 to 65535")
        return 0
    return int(text)


def _count(faults: list[str], values: dict[str, str], name: str, least: int = 1, most: int = 9_999_999) -> int:
    """A number of at least 1, or 0."""
    text = values[name]
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        up_to = f"to {most}" if most < 9_999_999 else "on"
        faults.append(f"GOISO_{name} is '{text}', expected a number from {least} {up_to}")
        return least
    return int(text)


def _check_store(faults: list[str], url: str) -> None:
    if url:
        try:
            read_address(url)
        except BadAddress as fault:
            faults.append(f"GOISO_STORE_URL {fault}")


def _check_url(
    faults: list[str], values: dict[str, str], name: str, schemes: tuple[str, ...], optional: bool = False
) -> None:
    if optional and not values[name]:
        return
    try:
        url = urlsplit(values[name])
        _ = url.port
    except ValueError:
        faults.append(f"GOISO_{name} is not a URL: its host or port cannot be read")
        return
    if url.scheme not in schemes:
        faults.append(f"GOISO_{name} has an unknown scheme; known are {', '.join(f'{s}:' for s in schemes)}")


def _check_gateway(faults: list[str], values: dict[str, str]) -> None:
    """A gateway's messages and passwords go over the network in https only; its file must be readable."""
    if any(fault.startswith("GOISO_SMS_URL ") for fault in faults):
        return
    url = urlsplit(values["SMS_URL"])
    if url.scheme in ("https", "http") and not url.hostname:
        faults.append("GOISO_SMS_URL names no host")
    elif url.scheme == "http" and not _is_loopback(url.hostname or ""):
        faults.append("GOISO_SMS_URL must be https:// beyond this machine")
    if not (file := values["SMS_GATEWAY"]):
        return
    if url.scheme in ("log", "gsm"):
        faults.append("GOISO_SMS_GATEWAY is of no use without a gateway in GOISO_SMS_URL")
    elif not Path(file).is_file():
        faults.append(f"GOISO_SMS_GATEWAY: there is no file {file}")


def _check_origin(faults: list[str], values: dict[str, str], name: str) -> None:
    """An origin is compared with what browsers send: in lower case, no path, no port that goes without saying."""
    text = values[name].rstrip("/")
    if not text or any(fault.startswith(f"GOISO_{name} ") for fault in faults):
        return
    url = urlsplit(text)
    usual = {"http": 80, "https": 443}.get(url.scheme)
    host = f"[{url.hostname}]" if url.hostname and ":" in url.hostname else url.hostname
    port = "" if url.port in (None, usual) else f":{url.port}"
    expected = f"{url.scheme}://{host}{port}"
    if not host or not text.isascii() or text != expected:
        faults.append(f"GOISO_{name} must be like https://layso.example.vn: lower case, no path, no usual port")


def _networks(faults: list[str], text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    networks = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError:
            faults.append(f"GOISO_TRUSTED_PROXIES: '{part}' is not an address or network")
    return tuple(networks)


def unsafe_to_serve(settings: Settings) -> list[str]:
    """Why `serve` must not start with these settings; the store's durability is checked where it is open."""
    faults = []
    if settings.secret == DEFAULT_SECRET or len(settings.secret) < 32:
        faults.append("GOISO_SECRET must be set to at least 32 random characters")
    if not settings.origin:
        faults.append("GOISO_ORIGIN must name the public origin of the site")
    elif not settings.secure and not _is_loopback(urlsplit(settings.origin).hostname or ""):
        faults.append("GOISO_ORIGIN must be https:// beyond this machine")
    issuer = urlsplit(settings.openid_issuer)
    if issuer.scheme == "http" and not _is_loopback(issuer.hostname or ""):
        faults.append("GOISO_OPENID_ISSUER must be https:// beyond this machine")
    if any(network.prefixlen == 0 for network in settings.trusted_proxies):
        faults.append("GOISO_TRUSTED_PROXIES must not trust every address")
    if not _is_loopback(settings.host) and not settings.trusted_proxies:
        faults.append(
            "GOISO_HOST listens beyond this machine in plain http: "
            "GOISO_TRUSTED_PROXIES must name the proxy that ends https, or GOISO_HOST be 127.0.0.1"
        )
    return faults


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
