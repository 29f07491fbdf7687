// The sentences of the supervisor's page: states, why no numbers are given, what needs a hand.
import { clockTime } from "../look/time.js";
import { nameOf } from "./people.js";

export const STATES = { open: "Mở", paused: "Tạm dừng", closed: "Đóng" };

/** "12 phút", "1 giờ 05": how long since a moment, in whole minutes; "" for none. */
export function lasted(moment, now) {
  if (!moment) return "";
  const minutes = Math.max(0, Math.floor((now - moment) / 60000));
  return minutes < 60 ? `${minutes} phút` : `${Math.floor(minutes / 60)} giờ ${String(minutes % 60).padStart(2, "0")}`;
}

/** What a counter does: "Gọi", "Phục vụ", "Trống", or its state. */
export function doing({ state, number, guest, started, reason }) {
  if (state === "paused") return `Tạm dừng${reason ? `: ${reason}` : ""}`;
  if (state === "closed") return "Đóng";
  if (number) return started ? "Phục vụ" : "Đã gọi";
  return guest ? "Phục vụ khách" : "Trống";
}

/** Whether numbers of a service are given, and why not. */
export function issuing(row, now) {
  switch (row.issuing) {
    case "":
      if (row.closes && now >= row.closes) return `Hết giờ từ ${clockTime(row.closes)}`;
      if (row.may_be_late) return "Sắp hết số hôm nay";
      return row.closes ? `Đến\u00a0${clockTime(row.closes)}` : "Đang mở";
    case "issue-stopped":
      return `Dừng từ ${clockTime(row.stopped)}${row.reason ? `: ${row.reason}` : ""}`;
    case "issue-not-open":
      return row.opens && now >= row.opens ? "Đang mở" : `Chưa mở${row.opens ? `, từ ${clockTime(row.opens)}` : ""}`;
    case "day-is-closed":
      return "Đã kết thúc ngày";
    case "quota-used-up":
      return "Hết số của khung giờ";
    case "last-number-gone":
      return "Hết số hôm nay";
    case "numbers-used-up":
      return "Hết dải số";
    default:
      return "Chưa có lịch";
  }
}

/** What an alert says, what it asks for, and what it opens: { words, hint, opens: [kind, id] }. */
export function alertWords(name, row, now) {
  const id = name.slice(name.lastIndexOf("/") + 1);
  switch (row.kind) {
    case "wait":
      return say(
        row.when
          ? `${row.name}: sẽ chờ quá ${row.limit} phút vào khoảng ${clockTime(row.when)}`
          : `${row.name}: lấy số bây giờ chờ khoảng ${row.expected} phút, gần mức ${row.limit} phút`,
        more(row),
        "service",
        id,
      );
    case "long":
      return say(`${row.name}: ai lấy số bây giờ sẽ chờ quá ${row.limit} phút`, more(row), "service", id);
    case "last":
      return say(`${row.name}: số cuối của ngày vào khoảng ${clockTime(row.when)}`, "Sau đó không kịp phục vụ trước giờ đóng cửa.", "service", id);
    case "pause":
      return say(
        `Quầy ${row.counter} tạm dừng quá ${row.usual} phút${row.reason ? ` (${row.reason})` : ""}`,
        `${nameOf(row.clerk)}, đã ${lasted(row.at - row.usual * 60000, now)}`,
        "counter",
        row.counter,
      );
    case "nobody":
      return say(`Số ${row.number} được gọi ${row.calls} lần đến quầy ${row.counter}, chưa ai đến`, nameOf(row.clerk), "counter", row.counter);
    case "visit":
      return say(
        row.number ? `Số ${row.number} ở quầy ${row.counter} đã ${lasted(row.began, now)}` : `Khách ở quầy ${row.counter} đã ${lasted(row.began, now)}`,
        `Lâu hơn hẳn bình thường; ${nameOf(row.clerk)}`,
        "counter",
        row.counter,
      );
    case "room":
      return say(
        `${row.name}: ${row.present} người, giới hạn ${row.cap}`,
        row.present >= row.cap ? "Đã đầy: mời người đến sau chờ bên ngoài." : "Sắp đầy.",
      );
    case "voice":
      return say(`${row.name}: không thiết bị nào đang đọc`, "Số được gọi chỉ hiện trên màn hình.", "devices");
    case "away":
      return say(`${row.name}: mất kết nối${row.seen ? ` từ ${clockTime(row.seen)}` : ""}`, "Thiết bị không trả lời.", "devices");
    case "mute":
      return say(`${row.name}: không có tiếng`, "Ra xem màn hình hoặc loa.", "devices");
    default:
      return say(row.kind, "");
  }
}

function say(words, hint, kind = "", id = "") {
  return { words, hint, opens: [kind, id] };
}

function more({ more: counters }) {
  return counters ? `Mở thêm ${counters} quầy phục vụ lĩnh vực này thì tránh được.` : "Mở thêm ba quầy vẫn chưa đủ.";
}
