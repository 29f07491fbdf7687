"""*Hướng dẫn lấy số trực tuyến*: the steps, said once, for the page, the slides, the clip and the loudspeakers.

The pictures beside them are of the running product (`make guide`).
"""

from dataclasses import dataclass
from pathlib import Path

TITLE = "Hướng dẫn lấy số trực tuyến"
PICTURES = Path(__file__).resolve().parents[1] / "displays" / "guide" / "pictures"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its picture's name, a title, what to do in a sentence or two, the same in English, and as it is
    spoken (no signs, numbers as words)."""

    name: str
    title: str
    text: str
    en: str
    spoken: str


STEPS = (
    Step(
        "home",
        "Mở trang lấy số",
        "Trên điện thoại hoặc máy tính, mở trang lấy số của tỉnh. Trang dùng được ngay, không phải cài đặt gì.",
        "Open the province's page for numbers on a phone or a computer.",
        "Bước một. Mở trang lấy số của tỉnh trên điện thoại hoặc máy tính.",
    ),
    Step(
        "sign-in",
        "Đăng nhập",
        "Nhập số điện thoại hoặc thư điện tử và mật khẩu. Chưa có tài khoản thì chọn Đăng ký; mã xác nhận được "
        "gửi đến ngay.",
        "Sign in, or register: a code is sent to your phone or e-mail.",
        "Bước hai. Đăng nhập. Nếu chưa có tài khoản, chọn Đăng ký và nhập mã được gửi đến.",
    ),
    Step(
        "centers",
        "Chọn trung tâm",
        "Bấm Lấy số trực tuyến, rồi chọn trung tâm hành chính công mà bạn sẽ đến.",
        "Choose the center you will go to.",
        "Bước ba. Chọn Lấy số trực tuyến, rồi chọn trung tâm hành chính công.",
    ),
    Step(
        "zones",
        "Chọn khu vực",
        "Chọn tầng, hay khu vực, có lĩnh vực bạn cần.",
        "Choose the floor.",
        "Bước bốn. Chọn khu vực, là tầng có lĩnh vực bạn cần.",
    ),
    Step(
        "services",
        "Chọn lĩnh vực",
        "Mỗi ô cho biết số mới nhất, số đang giao dịch, bao nhiêu người chờ và chờ khoảng bao lâu. Bấm vào ô là "
        "lấy số.",
        "Each tile shows the latest number, the one being served and the wait. A touch takes a number.",
        "Bước năm. Chọn lĩnh vực cần giao dịch. Bấm một lần là có số.",
    ),
    Step(
        "ticket",
        "Nhận số và đến đúng giờ",
        "Số của bạn hiện ra và được gửi vào điện thoại hoặc thư điện tử. Đến trước giờ ghi trong đó, mang theo "
        "tin nhắn, và báo có mặt tại ki-ốt hoặc với nhân viên.",
        "Your number is shown and sent to you. Be there before the time it says, with the message, and check in.",
        "Bước sáu. Số của bạn hiện ra và được gửi vào điện thoại. Xin đến trước giờ ghi trong tin nhắn, mang theo "
        "tin nhắn, và báo có mặt khi đến nơi.",
    ),
)
OPENING = (
    "Thông báo của trung tâm phục vụ hành chính công. Mời bà con lấy số thứ tự trước qua mạng, để không phải chờ "
    "đông người tại trung tâm. Cách làm gồm sáu bước."
)
CLOSING = "Bà con không có điện thoại thông minh vẫn lấy số tại trung tâm như trước. Xin cảm ơn."


def spoken() -> tuple[str, ...]:
    """What is read aloud, a passage at a time: an opening, each step, a closing."""
    return (OPENING, *(step.spoken for step in STEPS), CLOSING)
