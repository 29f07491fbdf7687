"""Settings: read whole, every fault at once, secrets not printed, unsafe ones refused."""

from typing import Any

import pytest

from app.settings import PREFIX, TABLE, BadSettings, Settings, read_settings, unsafe_to_serve

SAFE = {
    "GOISO_ORIGIN": "https://layso.example.vn",
    "GOISO_SECRET": "x" * 32,
}


def faults(**given: str) -> list[str]:
    with pytest.raises(BadSettings) as found:
        read_settings({f"GOISO_{name}": value for name, value in given.items()})
    assert str(found.value) == "\n".join(found.value.faults)
    return found.value.faults


def unsafe(**given: str) -> list[str]:
    return unsafe_to_serve(read_settings(SAFE | {f"GOISO_{name}": value for name, value in given.items()}))


def test_the_defaults_can_be_read() -> None:
    settings = read_settings({"PATH": "/bin", "OTHER_GOISO_X": "1"})
    assert (settings.port, settings.host, settings.origin, settings.secure) == (8000, "127.0.0.1", "", False)
    assert {name.lower() for name in (setting.name for setting in TABLE)} == set(Settings.__slots__)


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        PORT="eighty", STORE_URL="mysql://x", SMS_URL="sms:", ORIGIN="layso.vn", TRUSTED_PROXIES="here", POTR="80"
    )
    assert len(found) == 6
    for name in ("PORT", "STORE_URL", "SMS_URL", "ORIGIN", "TRUSTED_PROXIES", "POTR"):
        assert sum(fault.startswith((f"GOISO_{name} ", f"GOISO_{name}:")) for fault in found) == 1, name


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    (fault,) = faults(POTR="80")
    assert fault.startswith("GOISO_POTR is not a setting; known are ")
    assert all(PREFIX + setting.name in fault for setting in TABLE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "٨٠"),
        ("PORT", ""),
        ("STORE_URL", "redis://host:port"),
        ("STORE_URL", "localhost:6379"),
        ("STORE_URL", "sentinel://a,b"),
        ("STORE_URL", "sentinel:///goiso"),
        ("STORE_URL", "sentinel://a:port,b/goiso"),
        ("STORE_URL", "sentinel://a,,b/goiso"),
        ("STORE_URL", "sentinel://a/goiso/first"),
        ("STORE_URL", "sentinels://a/goiso?tls=1"),
        ("SMS_URL", "http://sms.example.vn/send"),
        ("SMS_URL", "https:///send"),
        ("SMS_PRICE", "free"),
        ("SMS_A_DAY", "-1"),
        ("SMS_GATEWAY", "no-such-file.toml"),
        ("ORIGIN", "ftp://x"),
        ("ORIGIN", "https://"),
        ("ORIGIN", "https://["),
        ("ORIGIN", "https://layso.vn/portal"),
        ("ORIGIN", "https://Layso.vn"),
        ("ORIGIN", "https://layso.vn:443"),
        ("ORIGIN", "https://me@layso.vn"),
        ("ORIGIN", "https://lấysố.vn"),
        ("SERVER", "http://127.0.0.1:8000/x"),
        ("SERVER", ""),
        ("MAIL_URL", "smtp://host:99999"),
        ("MAIL_URL", "mailto:x"),
        ("SMS_URL", ""),
        ("VOICE", "siri:"),
        ("TRUSTED_PROXIES", "10.0.0.1, 10.0.0.0/99"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_what_cannot_be_used_is_told(name: str, value: str) -> None:
    (fault,) = faults(**{name: value})
    assert f"GOISO_{name}" in fault
    assert "Traceback" not in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORIGIN", "https://layso.example.vn/"),
        ("ORIGIN", "http://127.0.0.1:8000"),
        ("ORIGIN", "http://[::1]:8000"),
        ("STORE_URL", "unix:///run/redis/redis.sock?db=1"),
        ("STORE_URL", "rediss://:secret@redis.example.vn:6380/0"),
        ("STORE_URL", "sentinels://goiso:p%40ss@a:26380,[::1],c/goiso/2?sentinel_password=x&ssl_ca_certs=ca.pem"),
        ("MAIL_URL", "smtps://user:p%40ss@mail.example.vn"),
        ("SMS_URL", "log:var/sms.jsonl"),
        ("TRUSTED_PROXIES", " 10.0.0.0/8 ,, 2001:db8::/32 "),
        ("VOICE", "gtts:vi"),
    ],
)
def test_what_can_be_used_is_read(name: str, value: str) -> None:
    kept: Any = getattr(read_settings({f"GOISO_{name}": value}), name.lower())
    if name == "TRUSTED_PROXIES":
        assert [str(network) for network in kept] == ["10.0.0.0/8", "2001:db8::/32"]
    else:
        assert kept == value.removesuffix("/")


def test_secrets_are_not_printed() -> None:
    secrets = {f"GOISO_{setting.name}": "redis://:hidden@x" for setting in TABLE if setting.secret}
    secrets["GOISO_MAIL_URL"] = "smtp://u:hidden@x"
    secrets["GOISO_SMS_URL"] = "https://u:hidden@x/sms"
    assert {"GOISO_SECRET", "GOISO_STORE_URL", "GOISO_MAIL_URL", "GOISO_SPEAKER_KEY"} <= secrets.keys()
    settings = read_settings(secrets)
    assert "hidden" not in repr(settings) + str(settings)
    for setting in TABLE:
        if setting.secret:
            with pytest.raises(BadSettings) as found:
                read_settings({f"GOISO_{setting.name}": "nonsense://hidden:hidden", "GOISO_X": "1"})
            assert "hidden" not in str(found.value)


def test_safe_settings_may_serve() -> None:
    assert unsafe() == []
    assert unsafe(ORIGIN="http://localhost:8000") == []
    assert unsafe(HOST="0.0.0.0", TRUSTED_PROXIES="10.0.0.7") == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SECRET": "change-me"}, "GOISO_SECRET"),
        ({"SECRET": "x" * 31}, "GOISO_SECRET"),
        ({"ORIGIN": ""}, "GOISO_ORIGIN"),
        ({"ORIGIN": "http://layso.example.vn"}, "GOISO_ORIGIN"),
        ({"ORIGIN": "http://192.168.1.5:8000"}, "GOISO_ORIGIN"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "GOISO_TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "10.0.0.1, ::/0"}, "GOISO_TRUSTED_PROXIES"),
        ({"HOST": "0.0.0.0"}, "GOISO_HOST"),
        ({"HOST": "::"}, "GOISO_HOST"),
    ],
)
def test_unsafe_settings_may_not_serve(given: dict[str, str], named: str) -> None:
    (fault,) = unsafe(**given)
    assert fault.startswith(named)
    assert given.get("SECRET", "nothing") not in fault


def test_every_unsafe_setting_is_told_at_once() -> None:
    assert len(unsafe(SECRET="", ORIGIN="", HOST="0.0.0.0")) == 3


def test_another_portal_needs_a_client_and_https() -> None:
    assert faults(OPENID_ISSUER="https://cong.example.vn") == [
        "GOISO_OPENID_CLIENT must be set where GOISO_OPENID_ISSUER is"
    ]
    (fault,) = unsafe(OPENID_ISSUER="http://cong.example.vn", OPENID_CLIENT="goi-so")
    assert fault.startswith("GOISO_OPENID_ISSUER must be https://")
    assert unsafe(OPENID_ISSUER="https://cong.example.vn", OPENID_CLIENT="goi-so") == []
