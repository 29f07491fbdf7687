"""The table that `goiso demo` prints: who opens what, and how they sign in."""

from app.demo import Demo

PAGES = (
    ("Giám sát / supervisor", "/supervisor"),
    ("Báo cáo / report", "/admin/report"),
    ("Cấu hình / plan", "/admin/plan"),
    ("Tài khoản / staff", "/admin/staff"),
    ("Thiết bị / devices", "/admin/devices"),
)


def table(demo: Demo) -> str:
    """The demo's addresses and sign-ins, for people."""
    chief = f"{demo.staff[-1]['login']} · {demo.staff[-1]['password']}"
    clerks = ", ".join(member["login"] for member in demo.staff[:-1])
    rows = [
        ("Cổng công dân / portal", demo.portal, f"{demo.citizen['login']} · {demo.citizen['password']}"),
        *(
            (f"{'Màn hình / TV' if key.kind == 'tv' else 'Ki-ốt / kiosk'} {key.zone}".strip(), key.url, "")
            for key in demo.devices
            if key.url
        ),
        ("Quầy / counter panel", demo.panel, f"{clerks} · {demo.staff[0]['password']}"),
        *((what, demo.portal + path, chief) for what, path in PAGES),
        ("Bảng LED / board simulator", demo.boards, ""),
        ("Phiếu đã in / printed slips", demo.slips, ""),
        ("SMS, e-mail", demo.outbox, ""),
    ]
    wide, far = max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)
    lines = [f"  {what:<{wide}}  {where:<{far}}  {sign_in}".rstrip() for what, where, sign_in in rows]
    return "\n".join(["", "Gọi Số đang chạy / is running. Ctrl-C dừng / stops.", "", *lines, ""])
