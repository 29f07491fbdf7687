"""A key at a counter does nothing."""

from app.domain.refusals.tree import BadInput, Denied, NotNow, Unknown


class UnknownCounter(Unknown):
    vi = "Trung tâm này không có quầy “{counter}”."
    en = "This center has no counter “{counter}”."


class UnknownKeypad(Unknown):
    vi = "Kế hoạch không có bàn phím số {keypad}."
    en = "The plan has no keypad {keypad}."


class NotAtThisCounter(Denied):
    vi = "Bạn không ngồi ở quầy {counter}."
    en = "You are not at counter {counter}."
    hint_vi = "Nhận quầy trước khi gọi số."
    hint_en = "Take the counter first."


class NumberNotParked(NotNow):
    vi = "Số {number} không nằm trong danh sách tạm gác."
    en = "Number {number} was not put away."


class ServiceLeftAlone(NotNow):
    vi = "Không còn quầy nào phục vụ lĩnh vực {service}."
    en = "No counter would serve {service} any more."
    hint_vi = "Giao lĩnh vực này cho một quầy khác trước."
    hint_en = "Let another counter serve it first."


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


class PanelElsewhere(NotNow):
    vi = "Quầy {counter} đang được làm việc ở một cửa sổ hoặc máy khác, nên phím này không có tác dụng."
    en = "Counter {counter} is being worked from another window or machine, so this key does nothing."
    hint_vi = "Bấm “Làm việc ở đây” nếu muốn chuyển về cửa sổ này."
    hint_en = "Press “Work here” to move it to this window."


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


class UnknownOutcome(BadInput):
    vi = "Kết quả “{outcome}” không có trong kế hoạch."
    en = "The outcome “{outcome}” is not in the plan."
