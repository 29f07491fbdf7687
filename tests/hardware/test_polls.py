"""Whose turn it is among keypads: polled in turn, told what is new, a key handed out once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hardware.polls import Polls
from hardware.protocols.keypads import Face, Key, Poll, Pressed, Report, ReportDecoder, Tell, encode
from hardware.simulator import SimulatedKeypad
from hardware.turns import Health, Pace

PACE = Pace(poll_every=0.1, silent_after=3)
NEXT = Pressed(1, Key.NEXT, 5)


def polls(*addresses: int) -> Polls:
    made = Polls(addresses, PACE)
    made.opened(0.0)
    return made


def report(said: Poll | Tell, pressed: Pressed | None = None, mark: int = 0) -> Report:
    return Report(said.address, said.sequence, pressed, pressed.mark if pressed else mark)


def test_each_is_told_first_and_polled_in_turn_after() -> None:
    line = polls(1, 2)
    line.want(1, Face("86001", 3, 5))
    first = line.next(0.0, 1)
    assert first == Tell(1, 1, Face("86001", 3, 5))
    assert line.answered(first, report(first, mark=5), 0.01).health is Health.OK
    second = line.next(0.02, 2)
    assert second == Tell(2, 2, Face())
    line.answered(second, report(second), 0.03)
    assert line.next(0.05, 3) is None
    assert line.wake_at() == 0.01 + PACE.poll_every
    assert line.next(0.12, 3) == Poll(1, 3)


def test_a_key_is_handed_out_once_and_answered() -> None:
    line = polls(1)
    line.want(1, Face(mark=5))
    said = line.next(0.0, 0)
    assert said
    assert line.answered(said, report(said, NEXT), 0.0).pressed == NEXT
    again = line.next(0.2, 1)
    assert again == Poll(1, 1)
    assert line.answered(again, report(again, NEXT), 0.2).pressed is None, "the same frame again"
    line.settle(1, Pressed(1, Key.RECALL, 5), refused=False)  # not the one
    assert line.next(0.2, 2) is None
    line.settle(1, NEXT, refused=True)
    told = line.next(0.21, 2)
    assert told == Tell(1, 2, Face(mark=5), 1, refused=True), "at once"
    line.missed(told, 0.3)
    told = line.next(1.0, 3)
    assert told == Tell(1, 3, Face(mark=5), 1, refused=True), "until the keypad has heard it"
    line.answered(told, report(told, mark=5), 1.0)
    assert line.next(2.0, 4) == Poll(1, 4)


def test_a_keypad_that_forgot_its_key_may_press_it_anew() -> None:
    line = polls(1)
    said = line.next(0.0, 0)
    assert said
    line.answered(said, report(said, NEXT), 0.0)
    said = line.next(1.0, 1)
    assert said
    line.answered(said, report(said), 1.0)
    line.settle(1, NEXT, refused=False)  # too late: it is not lit for a key nobody waits for
    said = line.next(2.0, 2)
    assert said == Poll(1, 2)
    assert line.answered(said, report(said, NEXT), 2.0).pressed == NEXT


def test_one_that_lost_its_power_is_told_all_again() -> None:
    line = polls(1)
    line.want(1, Face("1", 2, 5))
    said = line.next(0.0, 0)
    assert said
    line.answered(said, report(said, mark=5), 0.0)
    said = line.next(1.0, 1)
    assert said == Poll(1, 1)
    line.answered(said, report(said, mark=0), 1.0)
    assert line.next(2.0, 2) == Tell(1, 2, Face("1", 2, 5))


def test_a_silent_one_is_left_alone_longer_and_longer() -> None:
    line, now, healths, pauses = polls(1), 0.0, [], []
    for _ in range(12):
        said = line.next(now, 0)
        assert said
        healths.append(line.missed(said, now).health)
        at = line.wake_at()
        assert at is not None
        pauses.append(round(at - now, 3))
        now = at
    assert [health for health in healths if health] == [Health.SILENT]
    assert pauses == sorted(pauses)
    assert pauses[-1] == PACE.last_retry
    assert [heard.health for heard in line.closed(now)] == [Health.CLOSED]
    line.drop(1)
    assert line.wake_at() is None


@given(st.lists(st.sampled_from(["key", "say", "lost down", "lost up", "settle", "turn", "power"]), max_size=60))
def test_whatever_is_lost_a_key_is_handed_out_once_and_no_other_than_was_pressed(steps: list[str]) -> None:
    """Against the simulated keypad: frames lost either way, keys, power, new turns, in any order."""
    line, keypad, now, mark = polls(7), SimulatedKeypad(7), 0.0, 1
    pressed, out = list[tuple[int, Key]](), list[Pressed]()
    for nth, step in enumerate(steps):
        now += 0.2
        match step:
            case "key":
                if keypad.press(Key.NEXT, now):
                    pressed.append((nth, Key.NEXT))
            case "settle" if out:
                line.settle(7, out[-1], refused=False)
            case "turn":
                mark = mark % 99 + 1
                line.want(7, Face("1", 0, mark))
            case "power":
                keypad.power(False)
                keypad.power(True)
            case "say" | "lost down" | "lost up":
                now += 6 * (step != "say")
                if said := line.next(now, nth % 10):
                    heard = keypad.hear(encode(said), now) if step != "lost down" else b""
                    reports = ReportDecoder().feed(heard) if step == "say" else []
                    got = line.answered(said, reports[0], now) if reports else line.missed(said, now)
                    out += [got.pressed] if got.pressed else []
    assert len(out) <= len(pressed)
