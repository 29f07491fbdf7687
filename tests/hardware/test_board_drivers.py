"""Drivers of boards: frames of their specifications, what comes back, what damage is refused, how one is named."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import BoardDriver, Mode, Picture, open_driver
from hardware.protocols.alpha import AlphaSigns
from hardware.protocols.ascii import CHECKS, AsciiBoards
from hardware.protocols.digits import Answer, Fault
from hardware.protocols.modbus import ModbusBoards, crc

PICTURES = st.builds(Picture, st.text("0123456789- ", max_size=5), st.sampled_from([Mode.STEADY, Mode.BLINK]))
Reads = AsciiBoards | AlphaSigns | ModbusBoards
BOTH: dict[str, Any] = {"blink": "1B42", "steady": "1B53"}


@pytest.mark.parametrize(
    ("driver", "address", "picture", "frame"),
    [
        ("ascii", 7, Picture("86001"), "02 30 37 38 36 30 30 31 36 36 03"),
        ("ascii:start=,checksum=none,end=0D0A,address=0", 1, Picture("----"), "20 2d 2d 2d 2d 0d 0a"),
        ("ascii:checksum=xor,digits=3", 12, Picture("7"), "02 31 32 20 20 37 33 34 03"),
        # 9708-8061, 5.1: five NULs, SOH, type and address, STX, write text A, position and mode, the text.
        ("alpha", 1, Picture("86001", Mode.BLINK), "00 00 00 00 00 01 5a 30 31 02 41 41 1b 20 63 38 36 30 30 31"),
        # Modbus Application Protocol V1.1b3, 6.12: function, first register, count, bytes, registers.
        ("modbus:register=1,count=3", 17, Picture("86001"), "11 10 00 01 00 04 08 00 00 20 38 36 30 30 31"),
    ],
)
def test_frames_as_they_are_specified(driver: str, address: int, picture: Picture, frame: str) -> None:
    assert open_driver(driver).show(address, 0, picture).startswith(bytes.fromhex(frame))


def test_the_checksum_of_modbus_is_that_of_its_examples() -> None:
    assert crc(bytes.fromhex("02 07")) == bytes.fromhex("41 12")  # Modbus over Serial Line V1.02, 6.2.2
    assert crc(bytes.fromhex("01 03 00 00 00 0a")) == bytes.fromhex("c5 cd")


@given(
    driver=st.one_of(
        st.builds(
            AsciiBoards,
            checksum=st.sampled_from(["sum", "xor", "crc"]),
            **{k: st.just(v) for k, v in BOTH.items()},
        ),
        st.builds(AlphaSigns, label=st.sampled_from("ABZ"), colour=st.sampled_from("0123")),
        st.builds(ModbusBoards, register=st.sampled_from(["0", "40000"])),
    ),
    address=st.integers(1, 99),
    picture=PICTURES,
    at=st.integers(0, 200),
    other=st.integers(1, 255),
)
def test_what_is_sent_is_read_and_what_is_damaged_is_refused(
    driver: Reads, address: int, picture: Picture, at: int, other: int
) -> None:
    frame = driver.show(address, 3, picture)
    assert driver.read(frame) == (address, picture)
    at %= len(frame)
    damaged = frame[:at] + bytes([frame[at] ^ other]) + frame[at + 1 :]
    try:
        found = driver.read(damaged)
    except ValueError:
        return
    assert isinstance(driver, AlphaSigns), found
    assert at in (7, 8), "the sum of M-Protocol does not cover the address"


@given(address=st.integers(1, 99), picture=PICTURES, noise=st.binary(max_size=8), cut=st.integers(0, 20))
def test_modbus_answers_are_heard_in_pieces_and_among_noise(
    address: int, picture: Picture, noise: bytes, cut: int
) -> None:
    driver = ModbusBoards()
    asked = driver.ear(address, 5, None)
    told = noise + driver.reply(address, picture, is_asked=True)
    heard = [*asked.feed(told[:cut]), *asked.feed(told[cut:])]
    assert Answer(address, 5, Fault.NONE, picture) in heard or noise
    written = driver.ear(address, 6, picture)
    assert written.feed(driver.reply(address, picture, is_asked=False)) == [
        Answer(address, 6, Fault.NONE, picture)
    ]
    assert driver.ear(address, 6, picture).feed(driver.reply(address % 99 + 1, picture, is_asked=False)) == []
    failed = bytes([address, 0x90, 2])
    assert driver.ear(address, 6, picture).feed(failed + crc(failed))[0].fault is Fault.VALUE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("morse", "expected one of alpha, ascii, digits, modbus"),
        ("ascii:colour=red", "does not know"),
        ("ascii:checksum=md5", f"expected {', '.join(CHECKS)}"),
        ("ascii:start=zz", "expected bytes"),
        ("ascii:digits=9", "expected 1 to 5"),
        ("alpha:label=AB", "expected one letter"),
        ("modbus:register=-1", "expected 0 to"),
    ],
)
def test_a_name_or_an_option_that_is_none_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        open_driver(text)


@pytest.mark.parametrize(
    ("text", "address"), [("ascii:address=1", 10), ("alpha", 256), ("modbus", 248), ("digits", 100)]
)
def test_an_address_no_board_has(text: str, address: int) -> None:
    with pytest.raises(ValueError, match="address"):
        open_driver(text).show(address, 0, Picture("1"))


def test_the_example_of_the_documents_is_a_driver() -> None:
    page = Path("docs/boards.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    made: dict[str, Any] = {}
    exec(example, made)
    driver = made["ShopBoards"]()
    assert isinstance(driver, BoardDriver)
    assert driver.show(7, 0, Picture("86001")) == b"#07=86001\r"
    assert driver.answer_length == 0


def test_modbus_keeps_of_noise_no_more_than_a_frame_and_finds_the_answer_behind_it() -> None:
    driver = ModbusBoards()
    ear = driver.ear(7, 5, None)
    assert ear.feed(bytes(range(256)) * 40) == []
    assert len(ear._heard) <= driver.answer_length
    told = driver.reply(7, Picture("86001"), is_asked=True)
    assert ear.feed(b"\x07\x07" + told) == [Answer(7, 5, Fault.NONE, Picture("86001"))]
