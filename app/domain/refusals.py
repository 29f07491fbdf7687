"""Why something was not done: one tree, each leaf with a code, a sentence in Vietnamese and English, a hint.

    Refusal
    ├── Unknown             what was named does not exist
    ├── Denied              who asks may not
    ├── NotNow              the hall does not allow it at this moment
    ├── BadInput            what was sent cannot be read
    ├── TooMany             tries or numbers are used up
    └── Unavailable         the store or a device does not answer

The code is the class name in kebab case; `app.web.answers` maps the branches to HTTP statuses and close codes.
"""

import re
from typing import ClassVar


class Refusal(Exception):
    """The root. Subclasses set `vi`, `en` (with `{name}` places for the data) and perhaps hints."""

    vi: ClassVar[str]
    en: ClassVar[str]
    hint_vi: ClassVar[str] = ""
    hint_en: ClassVar[str] = ""

    def __init__(self, **data: str | int) -> None:
        self.data = data
        super().__init__(self.sentence("en"))

    @property
    def code(self) -> str:
        return code_of(type(self))

    def sentence(self, language: str) -> str:
        """The sentence in `vi` or `en`."""
        return (self.vi if language == "vi" else self.en).format(**self.data)

    def hint(self, language: str) -> str:
        """What to do now, or ""."""
        return (self.hint_vi if language == "vi" else self.hint_en).format(**self.data)


def code_of(refusal: type[Refusal]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", refusal.__name__).lower()


def leaves(branch: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every refusal that can be raised, in the order written."""
    children = branch.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] if children else [branch]


class Unknown(Refusal):
    pass


class UnknownCenter(Unknown):
    vi = "Không có trung tâm “{center}”."
    en = "There is no center “{center}”."
    hint_vi = "Chọn trung tâm trong danh sách."
    hint_en = "Choose a center from the list."


class UnknownZone(Unknown):
    vi = "Trung tâm này không có khu vực “{zone}”."
    en = "This center has no zone “{zone}”."


class UnknownService(Unknown):
    vi = "Trung tâm này không có lĩnh vực “{service}”."
    en = "This center has no service “{service}”."


class UnknownCounter(Unknown):
    vi = "Trung tâm này không có quầy “{counter}”."
    en = "This center has no counter “{counter}”."


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


class UnknownGroup(Unknown):
    vi = "Trung tâm này không có nhóm ưu tiên “{group}”."
    en = "This center has no priority group “{group}”."


class UnknownDevice(Unknown):
    vi = "Không có thiết bị này."
    en = "There is no such device."


class UnknownPage(Unknown):
    vi = "Không có trang này."
    en = "There is no such page."
    hint_vi = "Trở về trang chủ."
    hint_en = "Go back to the home page."


class UnknownTopic(Unknown):
    vi = "Không có kênh “{topic}”."
    en = "There is no topic “{topic}”."


class UnknownCode(Unknown):
    vi = "Mã ghép nối không đúng hoặc đã hết hạn."
    en = "The pairing code is wrong or has expired."
    hint_vi = "Đọc lại sáu chữ số trên màn hình thiết bị; mỗi mã chỉ dùng một lần trong năm phút."
    hint_en = "Read the six digits on the device again; a code works once, for five minutes."


class Denied(Refusal):
    pass


class NotSignedIn(Denied):
    vi = "Bạn cần đăng nhập."
    en = "You need to sign in."


class WrongPassword(Denied):
    vi = "Tài khoản hoặc mật khẩu không đúng."
    en = "The account or the password is wrong."


class NotAllowed(Denied):
    vi = "Bạn không có quyền làm việc này."
    en = "You are not allowed to do this."


class NotPaired(Denied):
    vi = "Thiết bị này chưa được ghép nối hoặc đã bị gỡ."
    en = "This device is not paired, or was removed."
    hint_vi = "Mở trang ghép nối trên thiết bị và đọc mã cho nhân viên."
    hint_en = "Open the pairing page on the device and give its code to staff."


class WrongAddress(Denied):
    vi = "Ki-ốt chỉ hoạt động từ địa chỉ mạng đã đăng ký của trung tâm."
    en = "A kiosk works only from the registered network address of its center."
    hint_vi = "Địa chỉ hiện tại: {address}. Nhờ người quản trị đăng ký."
    hint_en = "The address now: {address}. Ask the operator to register it."


class WrongOrigin(Denied):
    vi = "Yêu cầu này đến từ một trang khác nên bị từ chối."
    en = "This request came from another site and was refused."


class NotAtTheCenter(Denied):
    vi = "Chỉ xác nhận được khi bạn đã có mặt tại trung tâm."
    en = "This can be done at the center only."
    hint_vi = "Đến nơi, mời bạn xác nhận tại ki-ốt hoặc đọc mã xác nhận cho nhân viên ở quầy."
    hint_en = "Once there, use a kiosk, or tell your check code to staff at a counter."


class WrongCheckCode(Denied):
    vi = "Mã xác nhận không đúng với số này. Mời bạn xem lại tin nhắn hoặc phiếu, hay quét mã QR."
    en = "The check code does not belong to this number. See your message or slip, or scan the QR code."


class NotAtThisCounter(Denied):
    vi = "Bạn không ngồi ở quầy {counter}."
    en = "You are not at counter {counter}."
    hint_vi = "Nhận quầy trước khi gọi số."
    hint_en = "Take the counter first."


class NotNow(Refusal):
    pass


class IssueNotOpen(NotNow):
    vi = "Hiện chưa đến giờ lấy số. Mời bạn lấy số từ {time} ngày {date}."
    en = "Numbers are not being issued now. Issuing opens at {time} on {date}."


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


class NumberNotParked(NotNow):
    vi = "Số {number} không nằm trong danh sách tạm gác."
    en = "Number {number} was not put away."


class NotServedYet(NotNow):
    vi = "Số {number} không có giao dịch nào đã xong để đánh giá."
    en = "Number {number} has no visit that has ended, so there is none to rate."


class AlreadyRated(NotNow):
    vi = "Số {number} đã được đánh giá. Xin cảm ơn."
    en = "Number {number} was rated already. Thank you."


class ServedElsewhere(NotNow):
    vi = "Quầy {counter} không phục vụ số {number}."
    en = "Counter {counter} does not serve number {number}."


class TransferToSelf(NotNow):
    vi = "Số này đang ở chính nơi cần chuyển đến."
    en = "The number is where it would be sent to."


class TooLateToUndo(NotNow):
    vi = "Đã quá thời gian hoàn tác, hoặc số đã đổi trạng thái."
    en = "It is too late to undo this, or the number has moved on."


class CounterTaken(NotNow):
    vi = "Quầy {counter} đang có người làm việc."
    en = "Somebody is working at counter {counter}."


class ClerkElsewhere(NotNow):
    vi = "Bạn đang nhận quầy {counter}."
    en = "You hold counter {counter}."
    hint_vi = "Rời quầy đó trước."
    hint_en = "Leave that counter first."


class CounterPaused(NotNow):
    vi = "Quầy {counter} đang tạm dừng."
    en = "Counter {counter} is paused."
    hint_vi = "Bấm “Tiếp tục” trước khi gọi số."
    hint_en = "Press “Resume” before calling."


class NobodyWaiting(NotNow):
    vi = "Không còn ai chờ ở quầy {counter}."
    en = "Nobody is waiting for counter {counter}."


class NobodyCalled(NotNow):
    vi = "Quầy {counter} chưa gọi số nào."
    en = "Counter {counter} has no number at the moment."


class PaperNotReserved(NotNow):
    vi = "Số {number} không nằm trong dải số giấy đã giữ hôm nay."
    en = "Number {number} is not in a range kept for paper today."
    hint_vi = "Xem các dải số ở trang Số giấy."
    hint_en = "See the ranges on the page of paper numbers."


class RequestReused(NotNow):
    vi = "Mã yêu cầu này đã được dùng cho một yêu cầu khác."
    en = "This request id was used for something else."
    hint_vi = "Tải lại trang rồi thử lại."
    hint_en = "Load the page again and retry."


class RequestOver(NotNow):
    vi = "Yêu cầu này đã nhận số {number} ngày {date}; số đó đã hết hiệu lực."
    en = "This request was given number {number} on {date}, which is over."
    hint_vi = "Mời bạn lấy số khác."
    hint_en = "Please take another number."


class PlanInUse(NotNow):
    vi = "Chưa thể đổi kế hoạch: {what} đang được dùng."
    en = "The plan cannot be changed yet: {what} is in use."


class NameTaken(NotNow):
    vi = "Tài khoản này đã tồn tại."
    en = "This account exists already."
    hint_vi = "Hãy đăng nhập."
    hint_en = "Sign in instead."


class MediaFull(NotNow):
    vi = "Danh sách đã đủ {most} ảnh và phim."
    en = "The list is full: {most} pictures and films."
    hint_vi = "Gỡ bớt một tệp rồi thêm lại."
    hint_en = "Remove one, then add this one again."


class BadInput(Refusal):
    pass


class BadRequest(BadInput):
    vi = "Không đọc được yêu cầu: {what}."
    en = "The request cannot be read: {what}."


class WrongMethod(BadInput):
    vi = "Trang này không nhận yêu cầu kiểu này."
    en = "This page does not take this kind of request."


class BadContact(BadInput):
    vi = "Số điện thoại hoặc địa chỉ e-mail không hợp lệ."
    en = "The phone number or e-mail address is not valid."
    hint_vi = "Ví dụ: 0912 345 678 hoặc ten@vidu.vn"
    hint_en = "For example 0912 345 678 or name@example.com"


class BadName(BadInput):
    vi = "Họ tên cần từ 1 đến 80 ký tự."
    en = "A name needs 1 to 80 characters."


class WeakPassword(BadInput):
    vi = "Mật khẩu cần ít nhất {least} ký tự và không quá {most}."
    en = "A password needs at least {least} characters and at most {most}."


class BadPaperCount(BadInput):
    vi = "Mỗi lần giữ được từ 1 đến {most} số giấy."
    en = "From 1 to {most} numbers can be kept for paper at a time."


class BadPaperTime(BadInput):
    vi = "Giờ phát số giấy phải từ {since}, khi dải số được giữ, đến hiện tại."
    en = "The time on paper must be between {since}, when the range was kept, and now."


class BadPeriod(BadInput):
    vi = "Chọn từ ngày trước đến ngày sau, không quá {most} ngày."
    en = "Choose from an earlier day to a later one, {most} days at most."


class BadRating(BadInput):
    vi = "Chọn một trong bốn mức và một lý do trong danh sách."
    en = "Choose one of the four faces, and a reason of the list."


class UnknownOutcome(BadInput):
    vi = "Kết quả “{outcome}” không có trong kế hoạch."
    en = "The outcome “{outcome}” is not in the plan."


class BadPlan(BadInput):
    vi = "Kế hoạch có lỗi: {what}"
    en = "The plan has faults: {what}"


class UnknownMediaKind(BadInput):
    vi = "Tệp “{name}” không phải là ảnh JPEG, PNG, WebP hay phim MP4, WebM."
    en = "The file “{name}” is neither a JPEG, PNG or WebP picture nor an MP4 or WebM film."


class BadPicture(BadInput):
    vi = "Ảnh “{name}” bị hỏng, hoặc lớn hơn {most} triệu điểm ảnh."
    en = "The picture “{name}” is damaged, or has more than {most} million pixels."


class BadFilm(BadInput):
    vi = "Phim “{name}” bị hỏng, hoặc TV không phát được: cần H.264, VP8 hay VP9, không quá 1920 × 1080."
    en = "The film “{name}” is damaged, or TVs cannot play it: H.264, VP8 or VP9 are needed, 1920 × 1080 at most."
    hint_vi = "Xuất lại phim thành MP4 (H.264) rồi thêm lại."
    hint_en = "Export the film again as MP4 (H.264), then add it again."


class MediumTooLarge(BadInput):
    vi = "Tệp “{name}” quá lớn: ảnh tối đa {picture} MB, phim tối đa {film} MB."
    en = "The file “{name}” is too large: {picture} MB for a picture, {film} MB for a film at most."


class TooLarge(BadInput):
    vi = "Yêu cầu quá lớn."
    en = "The request is too large."


class TooMany(Refusal):
    pass


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


class TooManyTries(TooMany):
    vi = "Bạn đã thử quá nhiều lần. Mời thử lại sau {minutes} phút."
    en = "Too many tries. Try again in {minutes} minutes."


class Unavailable(Refusal):
    pass


class StoreAway(Unavailable):
    vi = "Hệ thống tạm thời không trả lời. Chưa rõ yêu cầu đã được ghi hay chưa; mời bạn thử lại."
    en = "The store does not answer at the moment. It is not known whether this was written; please try again."
    hint_vi = "Thử lại với cùng yêu cầu là an toàn."
    hint_en = "Trying again with the same request is safe."


class Broken(Unavailable):
    vi = "Có lỗi trong hệ thống. Lỗi đã được ghi lại."
    en = "Something is broken here. It has been logged."
