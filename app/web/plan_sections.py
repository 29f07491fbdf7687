"""The sections of a plan as its pages show them: which words stand on which page, what they are called, what they
are. One table for the forms, for where a fault is shown, and for telling changes in words."""

import re

from app.web.plan_shapes import Kind, Rows, Section, Word

OWN = "own"  # the windows that services have for themselves, as one list
WEEKDAYS = tuple(zip("1234567", ("T2", "T3", "T4", "T5", "T6", "T7", "CN"), strict=True))
CODE = "Chữ thường không dấu, số, gạch nối. Để trống: tự đặt theo tên."
QUOTA_HINT = "0 là không giới hạn"
CAP_HINT = "0 là không giới hạn; gần đầy thì người điều hành được báo"
WINDOW = (
    Word("issue_from", "Phát số từ", "Issue from", Kind.TIME),
    Word("issue_until", "Phát số đến", "until", Kind.TIME),
    Word("serve_until", "Phục vụ đến", "Serve until", Kind.TIME),
    Word("days", "Các ngày", "Days", Kind.DAYS, choices=WEEKDAYS),
    Word("quota.all", "Hạn mức chung", "Quota, all", Kind.WHOLE, QUOTA_HINT),
    Word("quota.web", "trực tuyến", "online", Kind.WHOLE),
    Word("quota.kiosk", "ki-ốt", "kiosk", Kind.WHOLE),
    Word("quota.desk", "tại quầy", "desk", Kind.WHOLE),
)
SECTIONS = (
    Section(
        "center",
        "Trung tâm",
        "The center",
        "Tên, dạng số, những lựa chọn của nhân viên quầy.",
        (
            Word("name", "Tên trung tâm", "Name"),
            Word("short", "Tên ngắn", "Short name", optional=True),
            Word("outcomes", "Kết quả giao dịch", "Outcomes of a visit", Kind.LINES, "Mỗi dòng một kết quả"),
            Word("pause_reasons", "Lý do tạm dừng", "Reasons to pause", Kind.LINES, "Mỗi dòng một lý do"),
            Word(
                "kiosk_addresses",
                "Địa chỉ mạng của ki-ốt",
                "Registered kiosk addresses",
                Kind.LINES,
                "Mỗi dòng một địa chỉ (203.0.113.5) hoặc dải mạng (203.0.113.0/29)",
            ),
            Word("number.counter", "Số chữ số của quầy", "Digits of the counter", Kind.WHOLE),
            Word("number.running", "Số chữ số thứ tự", "Digits of the running number", Kind.WHOLE),
            Word(
                "double_press_ms",
                "Bấm đúp (mili giây)",
                "Double press (ms)",
                Kind.WHOLE,
                "Bấm lại trong khoảng này được coi là một lần",
            ),
            Word("cap", "Nhiều nhất trong phòng (người)", "Most people in the room", Kind.WHOLE, CAP_HINT),
            Word(
                "long_wait",
                "Chờ lâu (phút)",
                "A long wait (minutes)",
                Kind.WHOLE,
                "Người điều hành được báo trước",
            ),
            Word(
                "contact_days",
                "Giữ nơi liên hệ (ngày)",
                "Contacts are kept (days)",
                Kind.WHOLE,
                "Tính từ lúc lấy số; sau đó điện thoại và thư của số ấy tự bị xóa",
            ),
            Word("timezone", "Múi giờ", "Time zone"),
        ),
    ),
    Section(
        "zones",
        "Khu vực",
        "Zones",
        "Các tầng hoặc sảnh. Khu vực nghe thấy nhau dùng chung một giọng đọc.",
        rows=Rows(
            "zones",
            "khu vực",
            (
                Word("name", "Tên", "Name"),
                Word("id", "Mã", "Id", hint=CODE, optional=True),
                Word("name_en", "Tên tiếng Anh", "English", optional=True),
                Word("voice", "Chung giọng đọc", "Voice", hint="Để trống: giọng riêng", optional=True),
                Word("cap", "Nhiều nhất (người)", "Most people", Kind.WHOLE, CAP_HINT),
            ),
        ),
    ),
    Section(
        "services",
        "Lĩnh vực",
        "Services",
        "Công dân đến vì việc gì. Số thứ tự mang hai chữ số của quầy chính.",
        rows=Rows(
            "services",
            "lĩnh vực",
            (
                Word("name", "Tên", "Name"),
                Word("id", "Mã", "Id", hint=CODE, optional=True),
                Word("name_en", "Tên tiếng Anh", "English", optional=True),
                Word("zone", "Khu vực", "Zone", Kind.CHOICE, choices="zones"),
                Word("lead", "Quầy chính", "Lead counter", Kind.CHOICE, choices="counters"),
                Word("minutes", "Phút một lượt", "Minutes a visit", Kind.NUMBER),
            ),
        ),
    ),
    Section(
        "counters",
        "Quầy",
        "Counters",
        "Mỗi quầy phục vụ những lĩnh vực nào, ở đâu, bảng LED và bàn phím số mấy.",
        rows=Rows(
            "counters",
            "quầy",
            (
                Word("id", "Số quầy", "Counter"),
                Word("zone", "Khu vực", "Zone", Kind.CHOICE, choices="zones"),
                Word(
                    "board", "Bảng LED", "Board", Kind.WHOLE, "Địa chỉ 1–99, để trống nếu không có", optional=True
                ),
                Word(
                    "keypad",
                    "Bàn phím gọi số",
                    "Keypad",
                    Kind.WHOLE,
                    "Địa chỉ 1–99; cho quầy không có máy tính",
                    optional=True,
                ),
                Word("services", "Phục vụ", "Serves", Kind.TICKS, choices="services"),
            ),
        ),
    ),
    Section(
        "hours",
        "Giờ làm việc",
        "Hours",
        "Khung giờ của cả trung tâm, hạn mức số của mỗi lĩnh vực trong khung, ngày nghỉ.",
        (
            Word("holidays", "Ngày nghỉ", "Holidays", Kind.DATES, "Mỗi dòng một ngày: 30/04/2026"),
            Word(
                "worked_as",
                "Ngày làm bù",
                "Days worked as another",
                Kind.WORKED,
                "Mỗi dòng một ngày và thứ được làm thay: 25/04/2026 = T2",
            ),
        ),
        Rows("windows", "khung giờ", WINDOW),
    ),
    Section(
        "own-hours",
        "Giờ riêng",
        "Own hours",
        "Lĩnh vực có khung giờ riêng thì không theo khung giờ của trung tâm.",
        rows=Rows(
            OWN,
            "khung giờ riêng",
            (Word("service", "Lĩnh vực", "Service", Kind.CHOICE, choices="services"), *WINDOW),
        ),
    ),
    Section(
        "order",
        "Thứ tự gọi",
        "Order of the queue",
        "Ai được gọi trước: theo thứ tự, xen kẽ hoặc tính sớm hơn cho nhóm ưu tiên.",
        (
            Word(
                "order.rule",
                "Cách gọi",
                "Rule",
                Kind.CHOICE,
                choices=(
                    ("first-come", "theo thứ tự đến"),
                    ("interleave", "xen kẽ ưu tiên và thường"),
                    ("head-start", "tính sớm hơn cho ưu tiên"),
                ),
            ),
            Word("order.favoured", "Số ưu tiên mỗi vòng", "Favoured a round", Kind.WHOLE),
            Word("order.ordinary", "Số thường mỗi vòng", "Ordinary a round", Kind.WHOLE),
            Word(
                "order.most_overtaken",
                "Bị vượt nhiều nhất",
                "Most overtaken",
                Kind.WHOLE,
                "Lần, rồi được gọi ngay",
            ),
            Word("order.return_behind", "Trả về sau mấy số", "Return behind", Kind.WHOLE),
            Word("order.slide", "Đến muộn lùi mấy số", "Slide when late", Kind.WHOLE),
        ),
        Rows(
            "order.groups",
            "nhóm ưu tiên",
            (
                Word("name", "Tên", "Name"),
                Word("id", "Mã", "Id", hint=CODE, optional=True),
                Word("name_en", "Tên tiếng Anh", "English", optional=True),
                Word("head_start", "Tính sớm (phút)", "Head start (min)", Kind.NUMBER),
            ),
        ),
    ),
    Section(
        "limits",
        "Giới hạn và có mặt",
        "Limits and check-in",
        "Mỗi người giữ được mấy số, báo có mặt, đến muộn, số cuối ngày.",
        (
            Word("limits.citizen", "Số của một công dân", "Numbers of a citizen", Kind.WHOLE, QUOTA_HINT),
            Word(
                "limits.organisation", "Số của một tổ chức", "Numbers of an organisation", Kind.WHOLE, QUOTA_HINT
            ),
            Word("limits.service", "Số của một người ở một lĩnh vực", "For one service", Kind.WHOLE, QUOTA_HINT),
            Word("limits.across_centers", "Tính chung mọi trung tâm", "Count across centers", Kind.FLAG),
            Word(
                "lead_minutes",
                "Hẹn sớm nhất sau (phút)",
                "Least minutes to arrive",
                Kind.WHOLE,
                "Từ lúc lấy số trực tuyến đến giờ hẹn",
            ),
            Word(
                "check_in",
                "Báo có mặt",
                "Check-in",
                Kind.CHOICE,
                choices=(("required", "bắt buộc"), ("optional", "tùy chọn"), ("off", "không cần")),
            ),
            Word(
                "late",
                "Đến muộn",
                "The late",
                Kind.CHOICE,
                choices=(("expire", "số hết hiệu lực"), ("slide", "lùi lại phía sau")),
            ),
            Word(
                "last_number",
                "Số không kịp phục vụ",
                "Numbers too late to serve",
                Kind.CHOICE,
                choices=(("refuse", "không phát"), ("warn", "phát và báo trước"), ("off", "phát như thường")),
            ),
        ),
    ),
    Section(
        "notices",
        "Tin nhắn",
        "Notices",
        "Công dân được nhắn những gì, và giờ nào không nhắn.",
        (
            Word("sms_sender", "Tên người gửi SMS", "SMS sender", hint="1–11 chữ cái không dấu hoặc chữ số"),
            Word(
                "notices.near",
                "Nhắn khi còn mấy số",
                "Told when so many go before",
                Kind.WHOLE,
                "0 là không nhắn",
            ),
            Word("notices.called", "Nhắn khi gọi số", "Told when called", Kind.FLAG),
            Word(
                "notices.quiet_from",
                "Giờ yên lặng từ",
                "Quiet from",
                Kind.TIME,
                "Trừ tin cần ngay, như số được gọi. Hai giờ bằng nhau: không có giờ yên lặng",
            ),
            Word("notices.quiet_until", "đến", "until", Kind.TIME),
        ),
    ),
    Section(
        "voice",
        "Đọc số",
        "Announcements",
        "Loa đọc số thế nào.",
        (
            Word(
                "announcements.reading",
                "Đọc số",
                "Reading",
                Kind.CHOICE,
                choices=(
                    ("digits", "từng chữ số: tám sáu không không một"),
                    ("groups", "theo nhóm: tám mươi sáu, một"),
                ),
            ),
            Word("announcements.english", "Đọc thêm tiếng Anh", "Also in English", Kind.FLAG),
        ),
    ),
)
_BY_WORD = (
    (re.compile(r"services\[\d+\]\.windows"), "own-hours"),
    (re.compile("zones"), "zones"),
    (re.compile("services"), "services"),
    (re.compile("counters"), "counters"),
    (re.compile("windows|holidays|worked_as"), "hours"),
    (re.compile("order"), "order"),
    (re.compile("limits|lead_minutes|check_in|late|last_number"), "limits"),
    (re.compile("announcements|voice"), "voice"),
    (re.compile("notices|sms_sender"), "notices"),
)


def section_of(path: str) -> str:
    """The id of the section where a fault's path is shown."""
    return next((section for pattern, section in _BY_WORD if pattern.match(path)), "center")


def section(id: str) -> Section | None:
    return next((one for one in SECTIONS if one.id == id), None)
