// What the kiosk says on its own: titles of its screens and of what failed, and of a code that it cannot use. [vi, en]

export const TITLES = {
  enter: ["Báo có mặt", "Check in"],
  checked: ["Đã xác nhận", "Checked in"],
  rate: ["Đánh giá", "Rate your visit"],
  rated: ["Đánh giá", "Rate your visit"],
  wait: ["Xin chờ", "Please wait"],
  paperless: ["Không in được phiếu", "No slip can be printed"],
  done: ["Số của bạn", "Your number"],
};

export const ZONES = ["Chọn khu vực", "Choose a zone"];
export const SERVICES = ["Chọn lĩnh vực", "Choose a service"];
export const GROUPS = ["Bạn thuộc diện nào?", "Your priority group"];
export const NO_GROUP = { id: "", name: "Không thuộc diện ưu tiên", name_en: "No priority group" };

export const TAKING = ["Đang lấy số…", "Taking a number…"];
export const CHECKING = ["Đang xác nhận…", "Checking in…"];
export const RATING = ["Đang ghi đánh giá…", "Keeping your rating…"];
export const STILL_TRYING = ["Máy chủ chưa trả lời, đang thử lại…", "The server does not answer yet, trying again…"];

export const NOT_TAKEN = ["Chưa lấy được số", "No number was given"];
export const NOT_RATED = ["Chưa đánh giá được", "Not rated"];
export const NOT_CHECKED = ["Chưa xác nhận được", "Not checked in"];

export const STRANGE = {
  vi: "Đây không phải mã QR của một số thứ tự.",
  hint_vi: "Xin quét mã trên phiếu, trên trang của số, hoặc trên thẻ căn cước.",
  en: "This is not the QR code of a number.",
  hint_en: "Scan the one on the slip, on the number's page, or on your citizen card.",
};

export const paperBar = ({ vi, en, prints }) =>
  prints ? [vi, en] : [`${vi} Số sẽ hiện trên màn hình kèm mã QR.`, `${en} Your number will be shown with a QR code.`];

export const cardBar = (end) => [
  `Đã đọc thẻ căn cước ••••${end}. Số thẻ không được lưu. Mời chọn lĩnh vực.`,
  `Citizen card ••••${end} was read; its number is not kept. Choose a service.`,
];
