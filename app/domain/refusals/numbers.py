"""A number cannot be given, or not be dealt with as was asked."""

from app.domain.refusals.tree import BadInput, NotNow, TooMany, Unknown


class UnknownService(Unknown):
    vi = "Trung tâm này không có lĩnh vực “{service}”."
    en = "This center has no service “{service}”."


class UnknownNumber(Unknown):
    vi = "Không tìm thấy số này."
    en = "This number was not found."
    hint_vi = "Kiểm tra lại con số, hoặc đường dẫn trong tin nhắn."
    hint_en = "Check the number, or the link in your message."


class NumberOver(Unknown):
    vi = "Số {number} là của ngày {date}, nay không còn hiệu lực."
    en = "Number {number} was for {date} and is over."
    hint_vi = "Mời bạn lấy số mới."
    hint_en = "Please take a new number."


class DayNotKept(Unknown):
    vi = "Không có nhật ký của ngày {date}."
    en = "There is no journal of {date}."


class UnknownGroup(Unknown):
    vi = "Trung tâm này không có nhóm ưu tiên “{group}”."
    en = "This center has no priority group “{group}”."


class IssueNotOpen(NotNow):
    vi = "Hiện chưa đến giờ lấy số. Mời bạn lấy số từ {time} ngày {date}."
    en = "Numbers are not being issued now. Issuing opens at {time} on {date}."


class IssueStopped(NotNow):
    vi = "Lĩnh vực {service} đang tạm dừng phát số{reason}."
    en = "No numbers of {service} are issued for now{reason}."


class NoWindows(NotNow):
    vi = "Lĩnh vực {service} chưa có lịch lấy số trong thời gian tới."
    en = "No time for taking numbers of {service} is planned."


class DayIsClosed(NotNow):
    vi = "Trung tâm đã kết thúc ngày làm việc."
    en = "The center has closed its day."
    hint_vi = "Mời bạn lấy số vào ngày làm việc sau."
    hint_en = "Please take a number on the next working day."


class AlreadyHeld(NotNow):
    vi = "Bạn đang có số {number} của lĩnh vực này."
    en = "You hold number {number} of this service already."
    hint_vi = "Xem số của bạn trong mục Số của tôi."
    hint_en = "See it under My numbers."


class CheckInIsOff(NotNow):
    vi = "Trung tâm này không cần báo có mặt; mời bạn chờ gọi số."
    en = "This center needs no check-in; please wait to be called."


class NumberBusy(NotNow):
    vi = "Số {number} đang ở quầy {counter}."
    en = "Number {number} is at counter {counter}."


class NumberEnded(NotNow):
    vi = "Số {number} đã kết thúc."
    en = "Number {number} has ended."
    hint_vi = "Nếu cần, mời bạn lấy số mới."
    hint_en = "Take a new number if you need one."


class NumberExpired(NotNow):
    vi = "Số {number} đã quá giờ hẹn và hết hiệu lực."
    en = "Number {number} is past its time and not valid any more."
    hint_vi = "Mời bạn lấy số khác tại trung tâm."
    hint_en = "Please take another number at the center."


class NotInLine(NotNow):
    vi = "Số {number} không đang chờ trong hàng nên không lùi được."
    en = "Number {number} is not waiting in line, so it cannot go further back."


class NobodyBehind(NotNow):
    vi = "Chưa có ai chờ sau số {number} để nhường lượt."
    en = "Nobody waits behind number {number} who could go first."
    hint_vi = "Mời bạn thử lại khi có người lấy số sau bạn."
    hint_en = "Try again once somebody has taken a number after you."


class PostponedEnough(NotNow):
    vi = "Số {number} đã được lùi {most} lần, không lùi thêm được."
    en = "Number {number} was moved back {most} times and cannot be moved further."


class NotServedYet(NotNow):
    vi = "Số {number} không có giao dịch nào đã xong để đánh giá."
    en = "Number {number} has no visit that has ended, so there is none to rate."


class AlreadyRated(NotNow):
    vi = "Số {number} đã được đánh giá. Xin cảm ơn."
    en = "Number {number} was rated already. Thank you."


class PaperNotReserved(NotNow):
    vi = "Số {number} không nằm trong dải số giấy đã giữ hôm nay."
    en = "Number {number} is not in a range kept for paper today."
    hint_vi = "Xem các dải số ở trang Số giấy."
    hint_en = "See the ranges on the page of paper numbers."


class BadPaperCount(BadInput):
    vi = "Mỗi lần giữ được từ 1 đến {most} số giấy."
    en = "From 1 to {most} numbers can be kept for paper at a time."


class BadPaperTime(BadInput):
    vi = "Giờ phát số giấy phải từ {since}, khi dải số được giữ, đến hiện tại."
    en = "The time on paper must be between {since}, when the range was kept, and now."


class BadRating(BadInput):
    vi = "Chọn một trong bốn mức và một lý do trong danh sách."
    en = "Choose one of the four faces, and a reason of the list."


class NumbersUsedUp(TooMany):
    vi = "Quầy {counter} đã phát hết số của ngày hôm nay."
    en = "Counter {counter} has issued all its numbers for today."


class QuotaUsedUp(TooMany):
    vi = "Lĩnh vực {service} đã phát hết số của khung giờ này."
    en = "All numbers of {service} for these hours are given."
    hint_vi = "Mời bạn lấy số ở khung giờ sau hoặc tại trung tâm."
    hint_en = "Please come back at the next hours, or take one at the center."


class TooManyNumbers(TooMany):
    vi = "Bạn đang giữ {most} số, là số lượng nhiều nhất trong ngày."
    en = "You hold {most} numbers, the most there may be on a day."
    hint_vi = "Hủy một số không dùng đến để lấy số khác."
    hint_en = "Give one back that you do not need."


class LastNumberGone(TooMany):
    vi = "Lĩnh vực {service} không kịp phục vụ thêm trước {time}."
    en = "No more people can be served for {service} before {time}."
    hint_vi = "Mời bạn lấy số vào ngày làm việc sau."
    hint_en = "Please take a number on the next working day."
