"""When numbers are issued and until when they are served: windows by service and weekday, holidays."""

from datetime import date, datetime, timedelta

from app.domain.plan import Millis, Plan, ServicePlan, Window

LOOK_AHEAD_DAYS = 60  # the longest closure after which the next opening is still named


def windows_on(plan: Plan, service: ServicePlan | None, day: date) -> tuple[Window, ...]:
    """The windows of a service on a day, or the center's own when None is asked for, earliest first."""
    if day in plan.holidays:
        return ()
    weekday = plan.worked_as.get(day, day.isoweekday())
    windows = (service.windows if service else ()) or plan.windows
    return tuple(sorted((w for w in windows if weekday in w.days), key=lambda w: w.issue_from))


def window_at(plan: Plan, service: ServicePlan, moment: Millis) -> Window | None:
    """The window of a service in which numbers are issued at a moment."""
    here = plan.local(moment)
    for window in windows_on(plan, service, here.date()):
        if window.issue_from <= here.time() < window.issue_until:
            return window
    return None


def next_issue(plan: Plan, service: ServicePlan | None, moment: Millis) -> datetime | None:
    """When issuing next opens, strictly after `moment`, as the center's wall clock; None if not for long."""
    here = plan.local(moment)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = here.date() + timedelta(days=ahead)
        for window in windows_on(plan, service, day):
            opening = datetime.combine(day, window.issue_from, here.tzinfo)
            if opening > here:
                return opening
    return None


def closing(plan: Plan, service: ServicePlan, moment: Millis) -> Millis | None:
    """Until when a service is served on the day of `moment`; None on a day without windows."""
    day = plan.local(moment).date()
    ends = [window.serve_until for window in windows_on(plan, service, day)]
    return plan.moment(day, max(ends)) if ends else None


def last_closing(plan: Plan, day: date) -> Millis | None:
    """When the last service of a day closes; None on a day without windows."""
    ends = [window.serve_until for service in plan.services for window in windows_on(plan, service, day)]
    return plan.moment(day, max(ends)) if ends else None
