"""The table of access: every route and every verb, and who of everybody may. `test_access_table` proves each cell
by a real request, and fails when a route, a verb or a view has no row here.

A row is `Row("METHOD /path", who, …)`, the path as it stands in `app/web/routes.py`; a path may have several rows.
`who` names those who may, others may not. `does` is the verb that comes of it; `json`, `form`, `files` are what is
sent, `at` what stands in the path instead of `PLACES`. The test fills in words in braces (its `Cast.given`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain import commands as verbs
from app.web.api import PRESSES
from tests.web.films import picture

# A newcomer has signed in with a first password and has no other yet; who is from elsewhere holds every role
# in the other center; the last six are devices of this one.
COLUMNS = [
    *("nobody", "citizen", "newcomer", "clerk", "supervisor", "operator", "auditor", "elsewhere"),
    *("kiosk", "tv", "speaker", "boards", "keypads", "rate"),
]

EVERYBODY = " ".join(COLUMNS)
STAFF = "clerk supervisor operator auditor elsewhere"  # wherever they work
PEOPLE = f"nobody citizen newcomer {STAFF}"
PRESSING = "clerk supervisor"
LISTENING = "clerk supervisor operator"
KEEPING = "supervisor operator"
LOOKING = "supervisor operator auditor"
OPERATING = "operator"

PLACES = {
    "center": "{center}",
    "zone": "tang-3",
    "counter": "86",
    "verb": "next",
    "day": "{day}",
    "number": "{number}",
    "seal": "{seal}",
    "device": "none",
    "code": "000000",
    "pairing": "none",
    "login": "none",
    "session": "none",
    "section": "zones",
    "edition": "none",
    "clip": "digit-8",
    "file": "none.webp",
    "pack": "none",
    "stamp": "none",
    "path": "none.css",
    "topic": "services/{center}/tang-3",
}


@dataclass(frozen=True)
class Row:
    """Who may ask for a route, and what comes of it."""

    asked: str
    who: str
    does: type | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    files: Any = None
    at: Mapping[str, str] = field(default_factory=dict)


ADMIN, API = "/admin/{center}", "/api/centers/{center}"
LINK = "/tickets/{center}/{day}/{number}/{seal}"
NUMBER = API + "/tickets/{number}"
TAKE = {"service": "visa", "request": "a-request-of-the-table"}
CODE = {"day": "{day}", "code": "{check}"}
FACE = {"face": "4", "reason": ""}
PAIR = {"code": "{code}", "name": "TV", "zone": "tang-3"}

PORTAL = (
    Row("GET /", EVERYBODY),
    Row("GET /sign-in", EVERYBODY),
    Row("POST /sign-in", EVERYBODY, form={"contact": "x", "password": "x"}),
    Row("GET /register", EVERYBODY),
    Row("POST /register", EVERYBODY, form={"name": "x"}),
    Row("GET /confirm", EVERYBODY),
    Row("POST /confirm", EVERYBODY, form={"code": "x"}),
    Row("POST /confirm/again", EVERYBODY),
    Row("GET /reset", EVERYBODY),
    Row("POST /reset", EVERYBODY, form={"contact": "x", "next": "/"}),
    Row("GET /reset/password", EVERYBODY),
    Row("POST /reset/password", EVERYBODY, form={"password": "x"}),
    Row("POST /sign-out", EVERYBODY),
    Row("GET /privacy", EVERYBODY),
    Row("GET /openid", EVERYBODY),
    Row("GET /openid/back", EVERYBODY),
    Row("GET /account", "citizen"),
    Row("POST /account/details", "citizen", form={"name": "x"}),
    Row("POST /account/contact", "citizen", form={"contact": "x", "old": "x"}),
    Row("POST /account/password", "citizen", form={"old": "x", "password": "x"}),
    Row("POST /account/sign-out", "citizen"),
    Row("POST /account/sessions/{session}/end", "citizen"),
    Row("GET /account/data.json", "citizen"),
    Row("POST /account/delete", "citizen", form={"old": "x"}),
    Row("GET /centers", EVERYBODY),
    Row("GET /centers/{center}", EVERYBODY),
    Row("GET /centers/{center}/zones/{zone}", EVERYBODY),
    Row("POST /centers/{center}/tickets", "citizen", verbs.Issue, form={"zone": "tang-3", **TAKE}),
    Row("GET /tickets", "citizen"),
    Row(f"GET {LINK}", EVERYBODY),
    Row(f"POST {LINK}/check-in", f"{PEOPLE} kiosk", verbs.CheckInTicket),
    Row(f"POST {LINK}/check-in", "", verbs.CheckInTicket, at={"seal": "guessed"}),
    Row(f"POST {LINK}/cancel", f"{PEOPLE} kiosk", verbs.Cancel),
    Row(f"POST {LINK}/cancel", "", verbs.Cancel, at={"seal": "guessed"}),
    Row(f"POST {LINK}/postpone", f"{PEOPLE} kiosk", verbs.Postpone, form={"nth": "1"}),
    Row(f"POST {LINK}/push", EVERYBODY, json={"on": True, "endpoint": "https://x.example/"}),
    Row("GET /worker.js", EVERYBODY),
    Row("GET /huong-dan", EVERYBODY),
    Row("GET /huong-dan/chieu", EVERYBODY),
    Row("GET /huong-dan/loi-doc.txt", EVERYBODY),
    Row("GET /app.webmanifest", EVERYBODY),
    Row(f"POST {LINK}/postpone", "", verbs.Postpone, form={"nth": "1"}, at={"seal": "guessed"}),
    Row(f"POST {LINK}/rate", f"{PEOPLE} kiosk", verbs.Rate, form=FACE),
    Row(f"POST {LINK}/rate", "", verbs.Rate, form=FACE, at={"seal": "guessed"}),
)

DEVICES = (
    Row("GET /tv", "tv"),
    Row("GET /tv/pair", EVERYBODY),
    Row("GET /tv/{device}", "tv", at={"device": "{tv}"}),
    Row("GET /kiosk", "kiosk"),
    Row("GET /kiosk/pair", EVERYBODY),
    Row("GET /kiosk/{device}", "kiosk", at={"device": "{kiosk}"}),
    Row("GET /rate", "rate"),
    Row("GET /rate/pair", EVERYBODY),
    Row("GET /rate/{device}", "rate", at={"device": "{rate}"}),
    Row("POST /api/pairings", EVERYBODY, json={"kind": "tv"}),
    Row("POST /api/pairings/{pairing}/claim", "", json={"claim": "guessed"}),
    Row("POST /api/device/enter", "", json={"kind": "tv", "key": "none.guessed"}),
    Row("POST /api/device/voice", "tv speaker", verbs.ReadyVoice, json={"voice": "tang-3", "ready": True}),
    Row("POST /api/device/voice", "tv speaker", verbs.LoseVoice, json={"voice": "tang-3", "ready": False}),
    Row("POST /api/device/press", "keypads", PRESSES["next"], json={"keypad": 86, "turn": 1, "key": "next"}),
    Row("POST /api/device/told", "tv speaker boards", verbs.Told, json={"voice": "tang-3", "seq": 1}),
)

PANEL = (
    Row("GET /panel", STAFF),
    Row("GET /panel/sign-in", EVERYBODY),
    Row("POST /panel/sign-in", EVERYBODY, form={"login": "none", "password": "x"}),
    Row("POST /panel/sign-out", EVERYBODY),
    Row("GET /panel/{center}/sound", LISTENING),
    Row("POST /panel/{center}/sound/{device}/tone", LISTENING),
    Row("POST /panel/{center}/sound/{device}/heard", LISTENING),
    Row("GET /panel/{center}/{counter}", PRESSING),
    Row(f"GET {API}/counters/{{counter}}/told", PRESSING),
    *(
        Row(f"POST {API}/counters/{{counter}}/{{verb}}", PRESSING, press, json={"turn": 0}, at={"verb": verb})
        for verb, press in PRESSES.items()
    ),
)

OWN = (
    Row("GET /staff/first-password", "newcomer"),
    Row("POST /staff/first-password", "newcomer", form={"password": "x"}),
    Row("GET /staff/account", STAFF),
    Row("POST /staff/account/password", STAFF, form={"old": "x", "password": "x"}),
    Row("POST /staff/account/sign-out", STAFF),
    Row("POST /staff/account/sessions/{session}/end", STAFF),
)

ACCOUNTS = (
    Row("GET /admin/staff", f"{OPERATING} elsewhere"),
    Row(f"GET {ADMIN}/staff", OPERATING),
    Row(f"POST {ADMIN}/staff", OPERATING, form={"login": "ă"}),
    Row(f"GET {ADMIN}/staff/{{login}}", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/roles", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/reset", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/disable", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/enable", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/unlock", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/sign-out", OPERATING),
    Row(f"POST {ADMIN}/staff/{{login}}/sessions/{{session}}/end", OPERATING),
)

PLAN = (
    Row("GET /admin/plan", f"{LOOKING} elsewhere"),
    Row(f"GET {ADMIN}/plan", LOOKING),
    Row(f"GET {ADMIN}/plan.toml", LOOKING),
    Row(f"GET {ADMIN}/plan/editions/{{number}}", LOOKING),
    Row(f"GET {ADMIN}/plan/edit/{{section}}", KEEPING),
    Row(f"POST {ADMIN}/plan/edit/{{section}}", KEEPING),
    Row(f"GET {ADMIN}/plan/preview", KEEPING),
    Row(f"POST {ADMIN}/plan/save", KEEPING, verbs.SetPlan, form={"seen": "{seen}"}),
    Row(f"POST {ADMIN}/plan/merge", KEEPING),
    Row(f"POST {ADMIN}/plan/discard", KEEPING),
    Row(f"POST {ADMIN}/plan/import", KEEPING),
    Row(f"POST {ADMIN}/plan/editions/{{number}}/bring-back", KEEPING),
)

CARE = (
    Row("GET /admin/devices", f"{KEEPING} elsewhere"),
    Row(f"GET {ADMIN}/devices", KEEPING),
    Row(f"POST {ADMIN}/devices/pair", KEEPING, verbs.PairDevice, form=PAIR),
    Row(f"POST {ADMIN}/devices/{{device}}/revoke", KEEPING, verbs.RevokeDevice),
    Row(f"POST {ADMIN}/devices/{{device}}/rename", KEEPING, verbs.RenameDevice, form={"name": "TV"}),
    Row(f"POST {ADMIN}/devices/{{device}}/tone", KEEPING),
    Row(f"POST {ADMIN}/devices/{{device}}/reload", KEEPING),
    Row(f"POST {ADMIN}/devices/{{device}}/test", KEEPING),
    Row(f"POST {ADMIN}/devices/{{device}}/heard", KEEPING),
    Row(f"POST {ADMIN}/bulletin", KEEPING, verbs.SetBulletin, form={"lines": "x"}),
    Row(f"GET {ADMIN}/media", KEEPING),
    Row(f"POST {ADMIN}/media/add", KEEPING, verbs.ShowMedium, form={"seconds": "9"}, files=picture()),
    Row(f"POST {ADMIN}/media/{{file}}", KEEPING),
    Row(f"POST {ADMIN}/media/{{file}}/remove", KEEPING, verbs.HideMedium),
    Row(f"GET {ADMIN}/voice", KEEPING),
    Row(f"POST {ADMIN}/voice/make", KEEPING),
    Row(f"POST {ADMIN}/voice/{{clip}}", KEEPING),
    Row(f"GET {ADMIN}/voice/{{clip}}.wav", KEEPING),
    Row(f"GET {ADMIN}/notices", KEEPING),
    Row(f"POST {ADMIN}/notices/send-again", KEEPING),
    Row(f"GET {ADMIN}/paper", KEEPING),
    Row(f"POST {ADMIN}/paper/reserve", KEEPING, verbs.ReservePaper, form={**TAKE, "count": "1"}),
    Row(f"POST {ADMIN}/paper/enter", KEEPING),
)

INTERFACE = (
    Row("GET /healthz", EVERYBODY),
    Row("GET /api/centers", EVERYBODY),
    Row("GET /api/views/{topic:path}", EVERYBODY),  # the other topics: `TOPICS`
    Row(f"GET {API}/services", EVERYBODY),
    Row(f"POST {API}/tickets", f"citizen {PRESSING} kiosk", verbs.Issue, json=TAKE),
    Row(f"POST {NUMBER}/check-in", PRESSING, verbs.CheckInTicket, json={"day": "{day}"}),
    Row(f"POST {NUMBER}/check-in", f"{PEOPLE} kiosk", verbs.CheckInTicket, json=CODE),
    Row(f"POST {NUMBER}/cancel", PRESSING, verbs.Cancel, json={"day": "{day}"}),
    Row(f"POST {NUMBER}/cancel", f"{PEOPLE} kiosk", verbs.Cancel, json=CODE),
    Row(f"POST {NUMBER}/rate", "", verbs.Rate, json={"day": "{day}", "face": 4}),
    Row(f"POST {NUMBER}/rate", "kiosk", verbs.Rate, json={**CODE, "face": 4}),
    Row(f"POST {NUMBER}/rate", f"{PEOPLE} kiosk", verbs.Rate, json={"day": "{day}", "seal": "{seal}", "face": 4}),
    Row(f"GET {NUMBER}/why", "clerk supervisor auditor"),
    Row(f"POST {API}/day/open", KEEPING, verbs.OpenDay),
    Row(f"POST {API}/day/close", KEEPING, verbs.CloseDay),
    Row(f"POST {API}/paper", KEEPING, verbs.ReservePaper, json={**TAKE, "count": 1}),
    Row(f"POST {API}/paper/enter", KEEPING, verbs.EnterPaper, json={"number": "{number}", "at": 1}),
    Row(f"GET {API}/pairings/{{code}}", KEEPING),
    Row(f"POST {API}/devices", KEEPING, verbs.PairDevice, json=PAIR),
    Row(f"POST {API}/devices/{{device}}/revoke", KEEPING, verbs.RevokeDevice),
)

SUPERVISING = (
    Row("GET /supervisor", "supervisor elsewhere"),
    Row("GET /supervisor/{center}", "supervisor"),
    Row("GET /supervisor/{center}/{zone}", "supervisor"),
    Row(f"GET {API}/presence", KEEPING),
    Row(f"GET {NUMBER}/story", "supervisor"),
    Row(f"POST {API}/issuing/stop", "supervisor", verbs.StopIssuing, json={"services": ["visa"]}),
    Row(f"POST {API}/issuing/reopen", "supervisor", verbs.ReopenIssuing, json={"services": ["visa"]}),
    Row(
        f"POST {NUMBER}/move",
        "supervisor",
        verbs.MoveTicket,
        json={"day": "{day}", "changed": 0, "service": "visa"},
    ),
)

REPORT = (
    Row("GET /admin/report", f"{LOOKING} elsewhere"),
    Row("GET /admin/report/figures.csv", f"{LOOKING} elsewhere"),
    Row("GET /admin/report/figures.xlsx", f"{LOOKING} elsewhere"),
)

FILES = (
    Row("GET /openapi.json", EVERYBODY),
    Row("GET /sound/{pack}/{number}-{counter}.wav", EVERYBODY),
    Row("GET /sound/{pack}/{number}-{counter}.mp3", EVERYBODY),
    Row("GET /media/{center}/{file}", EVERYBODY),
    Row("GET /static/{stamp}/{path:path}", EVERYBODY),
)

TABLE = (*PORTAL, *DEVICES, *PANEL, *OWN, *ACCOUNTS, *PLAN, *CARE, *SUPERVISING, *REPORT, *INTERFACE, *FILES)
NOBODYS = {verbs.Tick, verbs.SetVoice}  # asked by the server's own work alone

# Who may follow a topic of each view at `/live`, and read it whole; of staff, who holds any role at the center.
HERE = "clerk supervisor operator auditor"
TOPICS = {
    "services/{center}/tang-3": EVERYBODY,
    "queue/{center}/visa": EVERYBODY,
    "ticket/{center}/{topic}": EVERYBODY,
    "panel/{center}/86": HERE,
    "tv/{center}/tang-3": f"{HERE} tv",
    "speaker/{center}/tang-3": f"{HERE} speaker",
    "board/{center}/tang-3": f"{HERE} boards",
    "keypad/{center}/all": f"{HERE} keypads",
    "rate/{center}/86": f"{HERE} rate",
    "supervisor/{center}/all": "supervisor",
}
