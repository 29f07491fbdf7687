"""A center's plan, devices or pictures cannot be as was asked."""

from app.domain.refusals.tree import BadInput, NotNow, Unknown


class UnknownCenter(Unknown):
    vi = "Không có trung tâm “{center}”."
    en = "There is no center “{center}”."
    hint_vi = "Chọn trung tâm trong danh sách."
    hint_en = "Choose a center from the list."


class UnknownZone(Unknown):
    vi = "Trung tâm này không có khu vực “{zone}”."
    en = "This center has no zone “{zone}”."


class UnknownDevice(Unknown):
    vi = "Không có thiết bị này."
    en = "There is no such device."


class PlanInUse(NotNow):
    vi = "Chưa thể đổi kế hoạch: {what} đang được dùng."
    en = "The plan cannot be changed yet: {what} is in use."


class PlanMoved(NotNow):
    vi = "Kế hoạch đã được người khác đổi trong lúc bạn sửa."
    en = "The plan was changed by somebody else while you edited it."
    hint_vi = "Xem thay đổi của người kia, rồi gộp bản của bạn vào."
    hint_en = "See what the other changed, then merge yours into it."


class DraftMoved(NotNow):
    vi = "Bản nháp đã đổi từ lúc bạn xem trước."
    en = "The draft has changed since you saw the preview."
    hint_vi = "Xem lại bên dưới, rồi áp dụng."
    hint_en = "Look at it again below, then put it in force."


class MediaFull(NotNow):
    vi = "Danh sách đã đủ {most} ảnh và phim."
    en = "The list is full: {most} pictures and films."
    hint_vi = "Gỡ bớt một tệp rồi thêm lại."
    hint_en = "Remove one, then add this one again."


class BadPlan(BadInput):
    vi = "Kế hoạch có lỗi: {what}"
    en = "The plan has faults: {what}"


class BadPeriod(BadInput):
    vi = "Chọn từ ngày trước đến ngày sau, không quá {most} ngày."
    en = "Choose from an earlier day to a later one, {most} days at most."


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
