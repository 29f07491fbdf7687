"""What each figure of the report is called and means: one sentence in Vietnamese and English, and its formula.
Shown beside the figures, written into the exports, and stated in docs/report.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure: its name and one sentence, both in Vietnamese and English; its formula."""

    id: str
    vi: str
    en: str
    says_vi: str
    says_en: str
    formula: str


MEANINGS = (
    Meaning(
        "issued",
        "Số đã lấy",
        "Numbers taken",
        "Mọi số đã cấp trong các ngày được chọn, qua mọi kênh; số giấy tính khi được nhập.",
        "Every number given on the days chosen, whatever the channel; one on paper once it was entered.",
        "n",
    ),
    Meaning(
        "served",
        "Đã phục vụ",
        "Served",
        "Số có giao dịch kết thúc ở quầy, kể cả giao dịch quên kết thúc trước nửa đêm.",
        "Numbers whose visit ended at a counter, those that somebody forgot to end before midnight among them.",
        "n(finished)",
    ),
    Meaning(
        "absent",
        "Vắng mặt",
        "Absent",
        "Số đã được gọi mà không ai đến, và không được gọi lại sau đó.",
        "Numbers that were called, nobody came, and that were not called again.",
        "n(absent)",
    ),
    Meaning(
        "expired",
        "Hết hiệu lực",
        "Expired",
        "Số quá giờ hẹn mà người giữ số chưa đến, hoặc vẫn còn chờ khi trung tâm đóng cửa.",
        "Numbers whose holder did not come before their time, or that still waited when the center closed.",
        "n(expired)",
    ),
    Meaning(
        "cancelled",
        "Trả lại",
        "Given back",
        "Số mà người giữ đã trả lại.",
        "Numbers that their holders gave back.",
        "n(cancelled)",
    ),
    Meaning(
        "open",
        "Chưa xong",
        "Not over",
        "Số của hôm nay còn chờ, đang ở quầy hoặc được giữ lại.",
        "Numbers of today that wait, are at a counter or were put aside.",
        "n − served − absent − expired − cancelled",
    ),
    Meaning(
        "guests",
        "Khách không số",
        "Without a number",
        "Lượt phục vụ người không có số; không tính vào các số trên.",
        "Visits of people without a number; not counted among the numbers.",
        "stays without a number",
    ),
    Meaning(
        "wait",
        "Thời gian chờ",
        "Wait",
        "Từ lúc lấy số đến lần gọi đầu tiên (lần gọi bị hoàn tác không tính), kể cả lúc chờ ở nhà.",
        "From taking the number to its first call (one that was undone does not count), at home or in the room.",
        "first call − taken",
    ),
    Meaning(
        "room",
        "Chờ tại chỗ",
        "Wait in the room",
        "Phần thời gian chờ ở trung tâm; với số trực tuyến chỉ tính số đã phục vụ, trừ đi phần chờ ở nơi khác.",
        "The part of the wait spent at the center; of online numbers only those served, less the time elsewhere.",
        "wait − away",
    ),
    Meaning(
        "visit",
        "Thời gian giao dịch",
        "Visit",
        "Từ lúc gọi đến lúc kết thúc ở quầy, cộng mọi quầy mà số đã phục vụ đi qua; bỏ lượt quên kết thúc.",
        "From call to end at the counter, all counters of a served number together; forgotten ends left out.",
        "Σ (end − call) of the stays that were served",
    ),
    Meaning(
        "promise",
        "Giữ giờ hẹn",
        "Arrive-before kept",
        "Tỷ lệ số trực tuyến đã đến lượt mà không bị gọi lỡ trước giờ hẹn.",
        "Of the online numbers whose turn came: the share that was not called in vain before its time.",
        "1 − n(set aside before arrive-before) ÷ n(turn came), online numbers",
    ),
    Meaning(
        "range",
        "Đúng khoảng chờ",
        "Called within the range",
        "Tỷ lệ số được gọi lần đầu trong khoảng thời gian đã báo khi lấy số; mục tiêu khoảng 80 %.",
        "The share of numbers first called within the range told when they were taken; about 80 % is meant.",
        "n(low ≤ first call ≤ high) ÷ n(called)",
    ),
    Meaning(
        "overtaken",
        "Bị vượt",
        "Overtaken",
        "Số bị ít nhất một số vào hàng sau gọi trước theo quy tắc ưu tiên; quầy gọi đích danh không tính.",
        "Numbers passed at least once by one that joined their queue later, in turn; calls by name do not count.",
        "n(passed ≥ 1)",
    ),
    Meaning(
        "away",
        "Đỡ chờ trong phòng",
        "Crowd avoided",
        "Tổng giờ mà người lấy số trực tuyến không phải ngồi chờ ở trung tâm: đến khi xác nhận có mặt, "
        "nếu không thì đến giờ hẹn hoặc lúc gọi.",
        "Hours that holders of online numbers did not spend in the room: until they checked in, else until "
        "arrive-before or the call, whichever was first.",
        "Σ (check-in, else min(first arrive-before, first call)) − taken, online numbers served",
    ),
    Meaning(
        "satisfied",
        "Hài lòng",
        "Satisfied",
        "Tỷ lệ đánh giá ở hai mức tốt trong bốn mức; nhóm có dưới 5 đánh giá không được hiện.",
        "The share of ratings with the two good faces of four; where there are fewer than 5, none is shown.",
        "n(face 3 or 4) ÷ n(rated)",
    ),
)
BY_ID = {meaning.id: meaning for meaning in MEANINGS}
