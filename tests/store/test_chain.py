"""The hash chain by itself: whichever byte of whichever entry is changed, that entry is named first."""

import json

import pytest

from app.store.chain import Chain, Link, Row, Told
from app.store.entry import hash_of


def journal(length: int = 6) -> list[Row]:
    rows: list[Row] = []
    prev = ""
    for version in range(1, length + 1):
        entry = {
            "schema": 2,
            "at": version,
            "by": "x",
            "batch": "b",
            "prev": prev,
            "events": [],
            "set": {"a": version},
        }
        data = json.dumps(entry).encode()
        rows.append(Row("e", version, data))
        prev = hash_of(data)
    return rows


def told(rows: list[Row], head: Link | None) -> list[str]:
    chain = Chain(Link(), Told())
    for row in rows:
        chain.take(row)
    chain.end(head)
    return chain.told.faults


def changed(row: Row, at: int) -> Row:
    return Row(row.epoch, row.version, row.entry[:at] + bytes([row.entry[at] ^ 1]) + row.entry[at + 1 :])


def test_a_whole_chain_has_no_fault() -> None:
    rows = journal()
    assert told(rows, Link.of(rows[-1])) == []


@pytest.mark.parametrize("at", range(6))
def test_every_byte_counts(at: int) -> None:
    rows = journal()
    for byte in range(len(rows[at].entry)):
        faults = told([*rows[:at], changed(rows[at], byte), *rows[at + 1 :]], Link.of(rows[-1]))
        assert faults
        assert faults[0].startswith(f"entry e.{at + 1} was altered"), (byte, faults)
        assert len(faults) == 1


def test_without_a_head_the_end_may_be_either_of_two() -> None:
    rows = journal(3)
    rows[1] = changed(rows[1], rows[1].entry.index(b'"x"') + 1)
    assert told(rows, None) == ["entry e.2 or e.3 was altered: they do not fit"]


def test_two_changed_entries_are_both_named() -> None:
    rows = journal()
    for at in (1, 4):
        rows[at] = changed(rows[at], rows[at].entry.index(b'"x"') + 1)
    first, second = told(rows, Link.of(rows[-1]))
    assert (first[:9], second[:9]) == ("entry e.2", "entry e.5")


def test_entries_out_of_order_or_twice_are_named() -> None:
    rows = journal(4)
    head = Link.of(rows[-1])
    assert told([rows[0], rows[1], rows[1], rows[2], rows[3]], head) == [
        "entry e.2 stands after e.2: it was put there"
    ]
    assert told([rows[0], rows[2], rows[1], rows[3]], head)[0] == "entry 2 is missing after e.1"


def test_a_head_before_the_end_is_named() -> None:
    rows = journal(4)
    assert told(rows, Link.of(rows[2])) == ["the head is e.3, but entries go on to e.4"]


def test_nothing_that_is_read_makes_it_fail() -> None:
    for data in (
        b"",
        b"null",
        b"\xff\xfe",
        b"[]",
        b'{"prev": 1}',
        b'{"schema":2,"at":1,"prev":"","events":[["x",1]]}',
    ):
        assert "cannot be read" in told([Row("e", 1, data)], None)[0]
