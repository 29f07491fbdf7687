"""The one timer for all sockets: each is looked at once in a round, in places that are evenly taken."""

import asyncio

import pytest

from app.live import pulse as pulses
from app.live.pulse import PLACES, Pulse
from tests.live.lines import until


class Looked:
    """A socket that counts its looks; it may leave at the first, or fail."""

    def __init__(self, pulse: Pulse, leaves: bool = False, fails: bool = False) -> None:
        self.looks = 0
        self._pulse, self._leaves, self._fails = pulse, leaves, fails
        self.place = pulse.enter(self)

    def look(self) -> None:
        self.looks += 1
        if self._leaves:
            self._pulse.leave(self, self.place)
        if self._fails:
            raise ValueError("a fault in a look")


def round_of(pulse: Pulse) -> None:
    for place in range(PLACES):
        pulse.beat(place)


def test_each_is_looked_at_once_in_a_round() -> None:
    pulse = Pulse()
    sockets = [Looked(pulse) for _ in range(100)]
    for rounds in range(1, 4):
        round_of(pulse)
        assert {socket.looks for socket in sockets} == {rounds}


def test_places_are_evenly_taken() -> None:
    pulse = Pulse()
    sockets = [Looked(pulse) for _ in range(PLACES * 10)]
    assert {len(place) for place in pulse._ring} == {10}
    for socket in sockets:
        pulse.leave(socket, socket.place)
        pulse.leave(socket, socket.place)
    assert not any(pulse._ring)


def test_who_leaves_at_a_look_is_looked_at_no_more() -> None:
    pulse = Pulse()
    sockets = [Looked(pulse, leaves=at % 2 == 0) for at in range(40)]
    for _ in range(3):
        round_of(pulse)
    assert [socket.looks for socket in sockets] == [1, 3] * 20


def test_a_fault_at_one_socket_is_not_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """Else nobody would ever be looked at again."""
    pulse = Pulse()
    faulty, sound = Looked(pulse, fails=True), [Looked(pulse) for _ in range(PLACES * 2)]
    round_of(pulse)
    round_of(pulse)
    assert faulty.looks == 2
    assert {socket.looks for socket in sound} == {2}
    assert "a fault in a look" in caplog.text


@pytest.mark.anyio
async def test_it_beats_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "SECONDS", 0.001)
    pulse = Pulse()
    sockets = [Looked(pulse) for _ in range(PLACES)]
    running = asyncio.create_task(pulse.run())
    await until("two rounds are over", lambda: min(socket.looks for socket in sockets) >= 2)
    assert max(socket.looks for socket in sockets) - min(socket.looks for socket in sockets) <= 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
