"""The center that the product serves in the bench: one hall that everybody looks at, and one with so many services
that its whole view is as long as the rivals' greeting."""

from datetime import time

from app.domain.plan import (
    CheckIn,
    CounterPlan,
    LastNumber,
    Limits,
    NumberForm,
    Plan,
    ServicePlan,
    Window,
    ZonePlan,
)

CENTER, ZONE, LARGE_ZONE = "quang-ninh", "tang-3", "tang-1"
COUNTERS = tuple(f"{at:02}" for at in range(1, 11))  # one to each service of the zone
SERVICES = tuple(f"linh-vuc-{name}" for name in COUNTERS)
LARGE_SERVICES = 130  # a whole view of about 20 KB
TOPIC, LARGE_TOPIC = f"services/{CENTER}/{ZONE}", f"services/{CENTER}/{LARGE_ZONE}"
TV_TOPIC, BOARDS_TOPIC = f"tv/{CENTER}/{ZONE}", f"board/{CENTER}/all"
NAME = "Quản lý xuất nhập cảnh và thị thực của người nước ngoài"  # long, so that a frame has its 200 bytes


def plan(running: int = 3) -> Plan:
    """Ten services with a counter each, open around the clock. Numbers of more than three running digits do not
    fit on boards: then there are none."""
    boards = running == 3
    services = [ServicePlan(SERVICES[at], f"{NAME} {at + 1}", ZONE, COUNTERS[at]) for at in range(len(SERVICES))]
    large = [ServicePlan(f"thu-tuc-{at:03}", f"{NAME} {at:03}", LARGE_ZONE, "90") for at in range(LARGE_SERVICES)]
    counters = [
        CounterPlan(COUNTERS[at], ZONE, (SERVICES[at],), at + 1 if boards else None) for at in range(len(SERVICES))
    ]
    return Plan(
        CENTER,
        "Trung tâm Phục vụ hành chính công",
        (ZonePlan(ZONE, "Tầng 3"), ZonePlan(LARGE_ZONE, "Tầng 1")),
        (*services, *large),
        (*counters, CounterPlan("90", LARGE_ZONE, tuple(service.id for service in large))),
        windows=(Window(time(0, 0), time(23, 59, 58), time(23, 59, 59), (1, 2, 3, 4, 5, 6, 7)),),
        number=NumberForm(running=running),
        limits=Limits(0, 0, 0),
        check_in=CheckIn.OFF,
        last_number=LastNumber.OFF,
        double_press_ms=0,
        kiosk_addresses=("127.0.0.1",),
    )
