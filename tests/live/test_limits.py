"""How many sockets may be there: of an address, of an account, in all; whoever leaves makes room."""

from hypothesis import given
from hypothesis import strategies as st

from app.live.limits import Limits

WHO = st.tuples(
    st.sampled_from(["203.0.113.5", "2001:db8::/64", ""]), st.sampled_from(["", "", "staff/lan", "device/1"])
)


def test_an_address_has_its_limit_and_another_its_own() -> None:
    limits = Limits(total=10, per_address=2, per_account=1)
    assert [limits.enter("a"), limits.enter("a"), limits.enter("a"), limits.enter("b")] == [
        True,
        True,
        False,
        True,
    ]
    limits.leave("a")
    assert limits.enter("a")


def test_who_has_an_account_is_not_counted_by_the_address() -> None:
    """A center's devices and citizens share one."""
    limits = Limits(total=10, per_address=1, per_account=2)
    assert limits.enter("a")
    assert [limits.enter("a", "device/1") for _ in range(3)] == [True, True, False]
    assert limits.enter("b", "device/2")
    assert not limits.enter("b", "device/1"), "from anywhere"
    limits.leave("elsewhere", "device/1")
    assert limits.enter("b", "device/1")


def test_all_together_have_a_limit() -> None:
    limits = Limits(total=3, per_address=2, per_account=2)
    assert [limits.enter(who) for who in "aabbc"] == [True, True, True, False, False]
    limits.leave("a")
    assert limits.enter("c")


@given(st.lists(st.tuples(st.booleans(), WHO), max_size=60))
def test_what_is_given_back_leaves_nothing(steps: list[tuple[bool, tuple[str, str]]]) -> None:
    limits = Limits(total=8, per_address=3, per_account=2)
    there: list[tuple[str, str]] = []
    for comes, who in steps:
        if comes:
            named = [one for one in there if (one[1] or one[0]) == (who[1] or who[0])]
            may = len(there) < 8 and len(named) < (2 if who[1] else 3)
            assert limits.enter(*who) is may
            if may:
                there.append(who)
        elif there:
            limits.leave(*there.pop(0))
    for who in there:
        limits.leave(*who)
    assert (limits._count, dict(limits._there)) == (0, {})
