"""Citizens: one contact however it is written, one account for it, contacts of numbers for a while."""

import asyncio
import time
from typing import Any

import pytest
from redis.asyncio import Redis

from app.accounts.citizens import Citizens
from app.accounts.contacts import PREFIXES, normal_contact
from app.accounts.tries import Tries
from app.domain.refusals import BadContact, NameTaken, NoSms, OldPhone, TooManyTries, WrongPassword

PASSWORD = "một mật khẩu"


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0912345678", "+84912345678"),
        (" 0912 345 678 ", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("091-234-5678", "+84912345678"),
        ("(091) 234 5678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("+84 91 234 56 78", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("٠٩١٢٣٤٥٦٧٨", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("0356789012", "+84356789012"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_a_phone_number_is_one_however_it_is_written(text: str, phone: str) -> None:
    assert normal_contact(text) == (phone, "")


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("hoa@example.vn", "hoa@example.vn"),
        (" Hoa.Tran+so@EXAMPLE.vn ", "Hoa.Tran+so@example.vn"),
        ("hoa@thư.vn", "hoa@thư.vn"),
    ],
)
def test_an_address_is_normalised(text: str, email: str) -> None:
    assert normal_contact(text) == ("", email)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "123", "0812", "091234567", "09123456789", "0112345678", "hoa@", "@vidu.vn", "a@b", "a b@c.vn",
     "a@vidu.vn\r\nBcc: b@vidu.vn", "x" * 300, "9" * 300, "a@" + "b" * 300 + ".vn"],
)  # fmt: skip
def test_what_is_no_contact(text: str) -> None:
    with pytest.raises(BadContact):
        normal_contact(text)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("01662345678", "0362 345 678"),
        ("0166 234 5678", "0362 345 678"),
        ("+84 166 234 5678", "0362 345 678"),
        ("01202345678", "0702 345 678"),
        ("01212345678", "0792 345 678"),
        ("01232345678", "0832 345 678"),
        ("01882345678", "0582 345 678"),
        ("01992345678", "0592 345 678"),
    ],
)
def test_a_number_of_eleven_digits_is_told_its_new_form(text: str, new: str) -> None:
    with pytest.raises(OldPhone) as refused:
        normal_contact(text)
    assert new in refused.value.sentence("vi")


@pytest.mark.parametrize("old", sorted(PREFIXES))
def test_every_old_prefix_leads_to_a_number_that_is_taken(old: str) -> None:
    with pytest.raises(OldPhone) as refused:
        normal_contact(f"{old}2345678")
    assert normal_contact(str(refused.value.data["new"]))[0] == f"+84{PREFIXES[old][1:]}2345678"


@pytest.mark.parametrize("text", ["0203 3825 999", "1800 1096"])
def test_a_number_that_gets_no_sms(text: str) -> None:
    with pytest.raises(NoSms):
        normal_contact(text)


@pytest.fixture
def citizens(redis: Redis, tries: Tries) -> Citizens:
    return Citizens(redis, tries)


@pytest.mark.redis
@pytest.mark.anyio
class TestCitizens:
    async def test_registered_then_signed_in(self, citizens: Citizens) -> None:
        citizen = await citizens.register("  Trần   Văn Sáu ", "0912345678", PASSWORD)
        assert (citizen.name, citizen.phone, citizen.email) == ("Trần Văn Sáu", "+84912345678", "")
        assert await citizens.find(citizen.id) == citizen
        assert await citizens.sign_in("+84 912 345 678", PASSWORD, "here") == citizen
        for login, password in [("0912345678", "wrong"), ("0912345679", PASSWORD), ("nobody", PASSWORD)]:
            with pytest.raises(WrongPassword):
                await citizens.sign_in(login, password, "here")
        assert await citizens.find("nobody") is None

    async def test_an_organisation_is_one(self, citizens: Citizens) -> None:
        firm = await citizens.register("Công ty Hoa Sen", "so@hoasen.vn", PASSWORD, organisation=True)
        assert await citizens.find(firm.id) == firm
        assert firm.organisation
        assert not (await citizens.register("Hoa", "0912345678", PASSWORD)).organisation

    async def test_a_contact_has_one_account(self, citizens: Citizens, redis: Redis) -> None:
        await citizens.register("Hoa", "Hoa@vidu.vn", PASSWORD)
        keys = len(await redis.keys())
        with pytest.raises(NameTaken):
            await citizens.register("Other", "hoa@VIDU.vn", PASSWORD)
        assert len(await redis.keys()) == keys, "nothing is left of the second try"
        many = [citizens.register("Race", "0912345678", PASSWORD) for _ in range(4)]
        outcomes = await asyncio.gather(*many, return_exceptions=True)
        assert sum(isinstance(outcome, NameTaken) for outcome in outcomes) == 3

    async def test_guesses_are_counted_together_however_the_login_is_written(self, citizens: Citizens) -> None:
        await citizens.register("Hoa", "hoa@vidu.vn", PASSWORD)
        spellings = ["hoa@vidu.vn", "HOA@vidu.vn", "hOa@VIDU.vn", " hoa@vidu.vn", "Hoa@vidu.vn"] * 2
        for spelling in spellings:
            with pytest.raises(WrongPassword):
                await citizens.sign_in(spelling, "a guess", "here")
        with pytest.raises(TooManyTries):
            await citizens.sign_in("hoa@vidu.vn", PASSWORD, "here")
        await citizens.sign_in("hoa@vidu.vn", PASSWORD, "elsewhere")

    async def test_a_wrong_password_and_no_account_take_as_long(self, citizens: Citizens) -> None:
        """Both hash a password: of a few tries each, the fastest are within a third of each other."""
        took: dict[bool, list[float]] = {True: [], False: []}
        for at in range(5):
            await citizens.register("Hoa", f"hoa{at}@vidu.vn", PASSWORD)
            for exists, login in ((True, f"hoa{at}@vidu.vn"), (False, f"nobody{at}@vidu.vn")):
                begun = time.perf_counter()
                with pytest.raises(WrongPassword):
                    await citizens.sign_in(login, "a guess", "here")
                took[exists].append(time.perf_counter() - begun)
        assert 2 / 3 < min(took[True]) / min(took[False]) < 3 / 2

    async def test_signing_in_forgets_the_tries(self, citizens: Citizens) -> None:
        await citizens.register("Hoa", "hoa@vidu.vn", PASSWORD)
        for _ in range(2):
            for _ in range(6):
                with pytest.raises(WrongPassword):
                    await citizens.sign_in("hoa@vidu.vn", "a guess", "here")
            await citizens.sign_in("hoa@vidu.vn", PASSWORD, "here")

    async def test_contacts_are_kept_under_their_key_for_a_while(self, citizens: Citizens, redis: Redis) -> None:
        citizen = await citizens.register("Hoa", "hoa@vidu.vn", PASSWORD)
        for key in ("one", "two", "one"):
            await citizens.keep_contact(key, citizen, "qn", 30)
        await citizens.note_number("one", "86001", "2020-04-03")
        await citizens.note_number("none", "86002", "2020-04-03")
        await citizens.keep_contact("one", citizen, "qn", 7)
        one = await citizens.contact("one")
        assert one
        assert (one.email, one.center, one.number, one.date) == ("hoa@vidu.vn", "qn", "86001", "2020-04-03")
        assert await citizens.contact("none") is None
        assert [contact.number for contact in await citizens.contacts_of(citizen.id)] == ["", "86001"], (
            "one just taken is told first"
        )
        assert await citizens.contacts_of("nobody") == []
        keys: Any = await redis.keys("goiso:*contact*")
        assert len(keys) == 3
        for key in keys:
            assert 0 < await redis.ttl(key) <= 30 * 86_400

    async def test_a_contact_goes_after_the_days_of_its_center(self, citizens: Citizens, redis: Redis) -> None:
        citizen = await citizens.register("Hoa", "hoa@vidu.vn", PASSWORD)
        await citizens.keep_contact("long", citizen, "qn", 60)
        await citizens.keep_contact("short", citizen, "cp", 2)
        assert 59 * 86_400 < await redis.ttl("goiso:contact:long") <= 60 * 86_400
        assert 86_400 < await redis.ttl("goiso:contact:short") <= 2 * 86_400
        assert await redis.ttl(f"goiso:citizen:{citizen.id}:contact-keys") > 59 * 86_400, "the longest counts"
        await redis.zadd(f"goiso:citizen:{citizen.id}:contact-keys", {"short": 1})
        await citizens.keep_contact("another", citizen, "cp", 2)
        assert await redis.zscore(f"goiso:citizen:{citizen.id}:contact-keys", "short") is None
