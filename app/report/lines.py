"""What the report counts: a line for each number, each stay at a counter, each day. Made by `ledger`, kept by
`copies`, counted by `count`.

A line names numbers, counters and clerks' logins; never a holder, a contact or a device.
"""

import msgspec

NUMBER, STAY, DAY = "number", "stay", "day"


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line; moments in ms since 1970, lengths in ms, `None` where there is none.

    A *number*: `state` is its end (or how it stands), `moment` when it was taken and `hour` the center's own then,
    `waited` until the first call that stood, `took` the time at counters of one that was served, `away` the part
    of the wait that the holder of an online number was not in the room, `ranged` within, early or late, `early`
    whether its turn came in vain before *arrive before* (None: it was taken on the spot, or its turn never came),
    `overtaken` how often, `face` and `reason` its rating.

    A *stay*: `state` is how it ended, `hour` and `moment` are of the call, `waited` is of a number's first, `took`
    is of those that were served, `by_name` a call out of turn by a clerk, `face` the rating of the number that
    ended here; `number` is "" for a guest.

    A *day*: `source` is the hash of its last entry.
    """

    kind: str
    center: str
    day: str
    number: str = ""
    service: str = ""
    counter: str = ""
    clerk: str = ""
    channel: str = ""
    hour: int = 0
    state: str = ""
    moment: int = 0
    waited: int | None = None
    took: int | None = None
    away: int | None = None
    ranged: str = ""
    early: bool | None = None
    overtaken: int = 0
    by_name: bool = False
    face: int = 0
    reason: str = ""
    source: str = ""


COLUMNS: dict[str, str] = {
    "kind": "VARCHAR",
    "center": "VARCHAR",
    "day": "VARCHAR",
    "number": "VARCHAR",
    "service": "VARCHAR",
    "counter": "VARCHAR",
    "clerk": "VARCHAR",
    "channel": "VARCHAR",
    "hour": "TINYINT",
    "state": "VARCHAR",
    "moment": "BIGINT",
    "waited": "BIGINT",
    "took": "BIGINT",
    "away": "BIGINT",
    "ranged": "VARCHAR",
    "early": "BOOLEAN",
    "overtaken": "INTEGER",
    "by_name": "BOOLEAN",
    "face": "TINYINT",
    "reason": "VARCHAR",
    "source": "VARCHAR",
}  # as DuckDB keeps them
