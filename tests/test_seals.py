"""What is derived from the operator's secret: each use for itself, nothing guessable, nothing twice."""

import itertools

from app.seals import CODE_LETTERS, Seals

SEALS = Seals("a secret of the tests")
TICKET = ("qn", "2020-04-03", "86001")


def test_each_use_says_nothing_of_another() -> None:
    derived = {
        SEALS.link(*TICKET),
        SEALS.topic(*TICKET),
        SEALS.holder(*TICKET, b"key of the day"),
        SEALS.contact("qn", "2020-04-03"),
        SEALS.request("qn", "2020-04-03"),
        SEALS.card("022090012345").removeprefix("card/"),
    }
    assert len(derived) == 6
    assert all(len(text) == 22 and text.isascii() for text in derived)


def test_a_link_is_of_one_ticket_and_one_secret() -> None:
    link = SEALS.link(*TICKET)
    assert SEALS.is_link(link, *TICKET)
    assert SEALS.path(*TICKET) == f"/tickets/qn/2020-04-03/86001/{link}"
    for at, other in enumerate(("cp", "2020-04-04", "86002")):
        changed = [*TICKET]
        changed[at] = other
        assert not SEALS.is_link(link, changed[0], changed[1], changed[2])
    assert not Seals("another secret").is_link(link, *TICKET)
    for wrong in ("", link[:-1], link + "A", link.swapcase(), "ạ" * 22):
        assert not SEALS.is_link(wrong, *TICKET)


def test_a_holder_is_another_with_another_key_of_the_day() -> None:
    assert SEALS.holder(*TICKET, b"one") == SEALS.holder(*TICKET, b"one") != SEALS.holder(*TICKET, b"other")
    assert SEALS.holder(*TICKET, b"one") != Seals("another secret").holder(*TICKET, b"one")


def test_parts_do_not_run_into_one_another() -> None:
    assert SEALS.link("a", "bc", "d") != SEALS.link("ab", "c", "d") != SEALS.link("a", "b", "cd")


def test_check_codes_can_be_read_aloud_and_differ() -> None:
    assert len(CODE_LETTERS) == len(set(CODE_LETTERS)) == 32
    assert not set("01IO") & set(CODE_LETTERS)
    codes = [SEALS.check_code("qn", "2020-04-03", f"86{n:03}") for n in range(1, 1000)]
    assert all(len(code) == 4 and set(code) <= set(CODE_LETTERS) for code in codes)
    assert len(set(codes)) > 990
    assert set(itertools.chain.from_iterable(codes)) == set(CODE_LETTERS), "every letter is used"
