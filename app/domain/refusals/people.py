"""Who asks is not known, may not, or has given what no account can have."""

from app.domain.refusals.tree import BadInput, Denied, NotNow, TooMany, Unavailable, Unknown


class UnknownAccount(Unknown):
    vi = "Không có tài khoản “{login}”."
    en = "There is no account “{login}”."


class UnknownCode(Unknown):
    vi = "Mã ghép nối không đúng hoặc đã hết hạn."
    en = "The pairing code is wrong or has expired."
    hint_vi = "Đọc lại sáu chữ số trên màn hình thiết bị; mỗi mã chỉ dùng một lần trong năm phút."
    hint_en = "Read the six digits on the device again; a code works once, for five minutes."


class NotSignedIn(Denied):
    vi = "Bạn cần đăng nhập."
    en = "You need to sign in."


class WrongPassword(Denied):
    vi = "Tài khoản hoặc mật khẩu không đúng."
    en = "The account or the password is wrong."


class PortalRefused(Denied):
    vi = "Đăng nhập qua cổng khác không thành công."
    en = "Signing in at the other portal did not succeed."
    hint_vi = "Mời bạn thử lại từ trang đăng nhập."
    hint_en = "Try again from the page to sign in."


class NotAllowed(Denied):
    vi = "Bạn không có quyền làm việc này."
    en = "You are not allowed to do this."


class NotOverThem(Denied):
    vi = "Tài khoản này còn làm việc ở trung tâm bạn không quản trị."
    en = "This account also works in a center where you are no operator."
    hint_vi = "Người quản trị của cả hai trung tâm mới làm được việc này."
    hint_en = "Only an operator of all its centers may do this."


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


class NotAtTheCenter(Denied):
    vi = "Chỉ xác nhận được khi bạn đã có mặt tại trung tâm."
    en = "This can be done at the center only."
    hint_vi = "Đến nơi, mời bạn xác nhận tại ki-ốt hoặc đọc mã xác nhận cho nhân viên ở quầy."
    hint_en = "Once there, use a kiosk, or tell your check code to staff at a counter."


class WrongCheckCode(Denied):
    vi = "Mã xác nhận không đúng với số này. Mời bạn xem lại tin nhắn hoặc phiếu, hay quét mã QR."
    en = "The check code does not belong to this number. See your message or slip, or scan the QR code."


class LastOperator(NotNow):
    vi = "Đây là người quản trị cuối cùng của trung tâm “{center}”."
    en = "This is the last operator of the center “{center}”."
    hint_vi = "Giao quyền quản trị cho người khác trước."
    hint_en = "Make somebody else an operator first."


class NameTaken(NotNow):
    vi = "Tài khoản này đã tồn tại."
    en = "This account exists already."
    hint_vi = "Hãy đăng nhập. Nếu quên mật khẩu, chọn “Quên mật khẩu?” ở trang đăng nhập."
    hint_en = "Sign in instead. If the password is forgotten, choose “Quên mật khẩu?” there."


class CodeOver(NotNow):
    vi = "Mã này đã hết hạn, đã được dùng hoặc đã nhập sai quá nhiều lần."
    en = "This code has expired, was used, or was typed wrong too often."
    hint_vi = "Mời bạn làm lại từ đầu để nhận mã mới."
    hint_en = "Begin again to get another code."


class BadContact(BadInput):
    vi = "Số điện thoại hoặc địa chỉ e-mail không hợp lệ."
    en = "The phone number or e-mail address is not valid."
    hint_vi = "Ví dụ: 0912 345 678 hoặc ten@vidu.vn"
    hint_en = "For example 0912 345 678 or name@example.com"


class OldPhone(BadInput):
    vi = "Số {old} là số 11 chữ số đã đổi đầu số từ năm 2018; số mới là {new}."
    en = "The number {old} has eleven digits and changed its prefix in 2018; it is now {new}."
    hint_vi = "Mời bạn nhập số mới."
    hint_en = "Type the new number."


class NoSms(BadInput):
    vi = "Số {phone} không phải là số di động nên không nhận được tin nhắn."
    en = "The number {phone} is not a mobile number, so no message reaches it."
    hint_vi = "Mời bạn dùng số di động hoặc địa chỉ e-mail."
    hint_en = "Use a mobile number or an e-mail address."


class WrongCode(BadInput):
    vi = "Mã gồm sáu chữ số này không đúng. Bạn còn nhập được {left} lần."
    en = "This code of six digits is wrong. Tries left: {left}."
    hint_vi = "Xem lại tin nhắn mới nhất; mã cũ không dùng được nữa khi đã gửi mã mới."
    hint_en = "See the latest message; an earlier code does not work any more once another was sent."


class BadName(BadInput):
    vi = "Họ tên cần từ 1 đến 80 ký tự."
    en = "A name needs 1 to 80 characters."


class WeakPassword(BadInput):
    vi = "Mật khẩu cần ít nhất {least} ký tự và không quá {most}."
    en = "A password needs at least {least} characters and at most {most}."


class CommonPassword(BadInput):
    vi = "Mật khẩu này quá phổ biến hoặc giống tên của bạn, nên dễ bị đoán."
    en = "This password is a common one or your own name, and would be guessed soon."
    hint_vi = "Ba bốn từ không liên quan là một mật khẩu tốt."
    hint_en = "Three or four unrelated words make a good one."


class SamePassword(BadInput):
    vi = "Mật khẩu mới phải khác mật khẩu cũ."
    en = "The new password must be another than the old one."


class TooManyTries(TooMany):
    vi = "Bạn đã thử quá nhiều lần. Mời thử lại sau {minutes} phút."
    en = "Too many tries. Try again in {minutes} minutes."


class TooSoon(TooMany):
    vi = "Mã vừa được gửi. Xin đợi {seconds} giây rồi hãy gửi lại."
    en = "The code was just sent. Wait {seconds} seconds before sending it again."
    hint_vi = "Tin nhắn có khi đến chậm một hai phút."
    hint_en = "A message may take a minute or two."


class PortalAway(Unavailable):
    vi = "Cổng đăng nhập kia không trả lời."
    en = "The other portal does not answer."
    hint_vi = "Mời bạn thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu."
    hint_en = "Try again in some minutes, or sign in with a password."
