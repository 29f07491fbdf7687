"""What was asked cannot be read or is not to be had here, or the server cannot answer it."""

from app.domain.refusals.tree import BadInput, Denied, NotNow, Unavailable, Unknown


class UnknownPage(Unknown):
    vi = "Không có trang này."
    en = "There is no such page."
    hint_vi = "Trở về trang chủ."
    hint_en = "Go back to the home page."


class UnknownTopic(Unknown):
    vi = "Không có kênh “{topic}”."
    en = "There is no topic “{topic}”."


class WrongOrigin(Denied):
    vi = "Yêu cầu này đến từ một trang khác nên bị từ chối."
    en = "This request came from another site and was refused."


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


class BadRequest(BadInput):
    vi = "Không đọc được yêu cầu: {what}."
    en = "The request cannot be read: {what}."


class WrongMethod(BadInput):
    vi = "Trang này không nhận yêu cầu kiểu này."
    en = "This page does not take this kind of request."


class TooLarge(BadInput):
    vi = "Yêu cầu quá lớn."
    en = "The request is too large."


class StoreAway(Unavailable):
    vi = "Hệ thống tạm thời không trả lời. Chưa rõ yêu cầu đã được ghi hay chưa; mời bạn thử lại."
    en = "The store does not answer at the moment. It is not known whether this was written; please try again."
    hint_vi = "Thử lại với cùng yêu cầu là an toàn."
    hint_en = "Trying again with the same request is safe."


class Broken(Unavailable):
    vi = "Có lỗi trong hệ thống. Lỗi đã được ghi lại."
    en = "Something is broken here. It has been logged."
