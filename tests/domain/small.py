"""A small center for `any_order`, in many flavours: what a supervisor may change while people wait."""

from dataclasses import replace
from datetime import time

from app.domain.plan import (
    CheckIn,
    CounterPlan,
    Group,
    LastNumber,
    LateRule,
    Limits,
    Order,
    OrderRule,
    Plan,
    Quota,
    ServicePlan,
    Window,
    ZonePlan,
)

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
VOICES = ("chung", "c")
GROUPS = (Group("cao-tuoi", "Người từ 80 tuổi", 20), Group("mang-thai", "Phụ nữ mang thai", 10))

# Two floors that hear each other and one that does not; a service at two counters, counters of two services.
SMALL = Plan(
    "nho",
    "Trung tâm nhỏ",
    (ZonePlan("a", "A", "chung"), ZonePlan("b", "B", "chung"), ZonePlan("c", "C")),
    (
        ServicePlan("s", "S", "a", "05", 4),
        ServicePlan("t", "T", "b", "05", 4),
        ServicePlan("u", "U", "c", "86", 4),
    ),
    (
        CounterPlan("05", "a", ("s", "t")),
        CounterPlan("06", "b", ("s",)),
        CounterPlan("86", "c", ("u", "t")),
    ),
    windows=(Window(days=EVERY_DAY),),
    order=Order(OrderRule.HEAD_START, 2, 1, 3, groups=GROUPS),
    limits=Limits(0, 0, 0),
    last_number=LastNumber.OFF,
    outcomes=("xong", "tra-lai"),
    double_press_ms=0,
)
SPLIT = (
    Window(time(7), time(11, 30), time(12), EVERY_DAY, Quota(web=30)),
    Window(time(13), time(16, 30), time(17), EVERY_DAY, Quota(40)),
)
FLAVOURS = (
    SMALL,
    replace(SMALL, order=Order(OrderRule.HEAD_START, 1, 2, 1, 1, 0, GROUPS), last_number=LastNumber.WARN),
    replace(SMALL, order=Order(OrderRule.HEAD_START, 3, 1, 20, 0, 2, GROUPS), double_press_ms=1_500),
    replace(SMALL, windows=SPLIT, limits=Limits(3, 10, 1), last_number=LastNumber.REFUSE),
    replace(SMALL, services=SMALL.services[:2], counters=(*SMALL.counters[:2], CounterPlan("86", "c", ("t",)))),
    replace(
        SMALL,
        counters=(CounterPlan("05", "a", ("s", "t", "u")), CounterPlan("86", "c", ("t", "u"))),
    ),
)


def vary(rule: OrderRule, check_in: CheckIn, late: LateRule, flavour: Plan) -> Plan:
    """A flavour with other rules; first come knows no groups."""
    groups = () if rule is OrderRule.FIRST_COME else GROUPS
    order = replace(flavour.order, rule=rule, groups=groups)
    return replace(flavour, order=order, check_in=check_in, late=late)
