"""Passwords: argon2id, of a certain length, the same however a keyboard spells them."""

import asyncio
import unicodedata
from collections.abc import Iterator
from importlib.resources import files

import pytest

from app.accounts.passwords import LEAST, check_strength, hash_password, is_password
from app.domain.refusals import CommonPassword, WeakPassword
from tests.conftest import STRONG, hashing_with

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", autouse=True)
def strong_passwords() -> Iterator[None]:
    """Hashed as the product does it."""
    with hashing_with(STRONG):
        yield


@pytest.mark.parametrize("password", ["", "x" * 7, "x" * 201])
def test_length_is_what_counts(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_strength(password)


def test_anything_else_may_be_a_password() -> None:
    for password in (
        "con cò bé",
        "mật khẩu dài",
        "ba con voi xanh",
        "xk7-pq2v",
        "2n9f" + "x" * 196,
        "goi-so-demo",
    ):
        check_strength(password, "lan", "Nguyễn Thị Lan")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "password",
            "Password123!",
            "P@ssw0rd",
            "12345678",
            "0987654321",
            "qwertyuiop",
            "asdfghjkl",
            "Matkhau@2026",
        ),
        *("mật khẩu", "admin123", "quảng ninh 2026", "hanhchinhcong", "x" * 8, "        ", "😀" * 8, "abcabcabc"),
        *(
            "1q1q1q1q",
            "abcdefgh",
            "hgfedcba",
            "anh yêu em",
            "88888888",
            "lan.nguyen1",
            "nguyenthilan",
            "Nguyễn123",
        ),
    ],
)
def test_what_is_guessed_first_is_no_password(password: str) -> None:
    with pytest.raises(CommonPassword):
        check_strength(password, "lan.nguyen", "Nguyễn Thị Lan")


async def test_only_the_password_itself_matches() -> None:
    hashed = await hash_password("mật khẩu dài")
    assert hashed.startswith("$argon2id$")
    assert "dài" not in hashed
    assert hashed != await hash_password("mật khẩu dài"), "salted"
    assert await is_password("mật khẩu dài", hashed)
    assert await is_password(unicodedata.normalize("NFD", "mật khẩu dài"), hashed), "spelt with two letters for ậ"
    for wrong in ("Mật khẩu dài", "mật khẩu dài ", "", "mật khẩu dài" + "x" * 300):
        assert not await is_password(wrong, hashed)


async def test_nobody_has_no_password() -> None:
    assert not await is_password("nobody has this password", None)
    assert not await is_password("x" * 8, "no hash at all")


async def test_hashing_does_not_hold_the_loop_up() -> None:
    """While passwords are hashed, other work goes on in between."""
    hashing = asyncio.gather(*(hash_password("mật khẩu dài") for _ in range(3)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10


@pytest.mark.parametrize("hashed", [None, ""])
@pytest.mark.parametrize("password", ["", "nobody has this password"])
async def test_where_there_is_no_password_none_is_right(password: str, hashed: str | None) -> None:
    assert not await is_password(password, hashed)


@pytest.mark.parametrize("password", ["1qaz2wsx", "trustno1", "ABCD1234", "q1w2e3r4t5", "Liverpool", "st arwars"])
def test_what_leaked_most_often_is_no_password(password: str) -> None:
    with pytest.raises(CommonPassword):
        check_strength(password)


def test_the_list_says_where_it_is_from_and_has_no_more_than_it_needs() -> None:
    lines = files("app.accounts").joinpath("guessed.txt").read_text().splitlines()
    head, listed = [one for one in lines if one[:1] == "#"], [one for one in lines if one[:1] != "#"]
    assert "MIT License" in " ".join(head)
    assert 10_000 < len(listed) == len(set(listed)) < 15_000
    assert listed == sorted(listed)
    assert all(len(one) >= LEAST for one in listed), "a shorter one is refused for its length"
