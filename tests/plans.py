"""Any plan at all, sensible or not, for property tests: of its types, with texts and times of every kind."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.domain.plan import (
    AnnouncementPlan,
    CheckIn,
    CounterPlan,
    Group,
    LastNumber,
    LateRule,
    Limits,
    NoticesPlan,
    NumberForm,
    NumberReading,
    Order,
    OrderRule,
    Plan,
    Quota,
    ServicePlan,
    VoiceLengths,
    Window,
    ZonePlan,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.text("abc09-", min_size=1, max_size=4)
figures = st.integers(-(2**31), 2**31)
measures = st.floats(allow_nan=False)
times = st.times()
dates = st.dates(date(1, 1, 1), date(9999, 12, 31))


def rows(row: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to three of them."""
    return st.lists(row, max_size=3).map(tuple)


quotas = st.builds(Quota, figures, figures, figures, figures)
windows = st.builds(Window, times, times, times, rows(figures), quotas)
places = rows(rows(figures))
plans = st.builds(
    Plan,
    id=words,
    name=texts,
    zones=rows(st.builds(ZonePlan, words, texts, words)),
    services=rows(st.builds(ServicePlan, words, texts, words, words, measures, rows(windows))),
    counters=rows(st.builds(CounterPlan, words, words, rows(words), st.none() | figures)),
    short=texts,
    windows=rows(windows),
    holidays=rows(dates),
    worked_as=st.dictionaries(dates, figures, max_size=3),
    timezone=texts,
    number=st.builds(NumberForm, figures, figures),
    order=st.builds(
        Order,
        st.sampled_from(OrderRule),
        figures,
        figures,
        figures,
        figures,
        figures,
        rows(st.builds(Group, words, texts, measures)),
    ),
    limits=st.builds(Limits, figures, figures, figures, st.booleans()),
    check_in=st.sampled_from(CheckIn),
    late=st.sampled_from(LateRule),
    last_number=st.sampled_from(LastNumber),
    lead_minutes=figures,
    outcomes=rows(texts),
    pause_reasons=rows(texts),
    double_press_ms=figures,
    contact_days=figures,
    sms_sender=texts,
    kiosk_addresses=rows(texts),
    notices=st.builds(NoticesPlan, figures, st.booleans(), times, times),
    announcements=st.builds(AnnouncementPlan, st.sampled_from(NumberReading), st.booleans()),
    voice=st.builds(VoiceLengths, texts, figures, places, st.dictionaries(texts, figures, max_size=3), figures),
)
