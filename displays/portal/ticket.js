// Keeps one number's page current, and makes the call unmistakable: a big notice, a flash, the title, a buzz.
import { Live, painted } from "../look/live.js";
import { showLink } from "../look/light.js";
import { clockTime, dateOf } from "../look/time.js";

const at = (id) => document.getElementById(id);
const page = at("ticket");
const titleBefore = document.title;
const words = {
  waiting: "Đang chờ",
  aside: "Được giữ lại",
  called: "Mời đến quầy",
  serving: "Đang được phục vụ",
  parked: "Tạm gác",
  finished: "Đã xong",
  absent: "Vắng mặt",
  cancelled: "Đã trả lại",
  expired: "Hết hiệu lực",
};
const advice = {
  waiting: "",
  called: "",
  finished: "Giao dịch đã kết thúc. Cảm ơn bạn.",
  aside: "Số đã đến lượt khi bạn chưa có mặt và được giữ lại. Xin đến trước giờ hẹn; số sẽ được gọi lại.",
  serving: "Bạn đang được phục vụ.",
  parked: "Quầy sẽ gọi lại số này. Xin đợi gần quầy.",
  cancelled: "Số này đã được trả lại.",
  expired: "Số này đã hết hiệu lực. Xin lấy số khác tại trung tâm.",
  absent: "Số này đã được gọi nhưng không có người đến. Xin hỏi nhân viên tại trung tâm hoặc lấy số khác.",
};
let shown = painted().ticket;

function write(id, text) {
  const element = at(id);
  if (element.textContent !== String(text)) element.textContent = text; // unchanged text is not read out again
}

function span(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function show(rows) {
  const ticket = rows.ticket;
  if (!ticket) return;
  const calledNow = ticket.state === "called" && (shown.state !== "called" || ticket.calls > shown.calls);
  const moved = ticket.counter !== shown.counter || ticket.state !== shown.state;
  shown = ticket;
  page.dataset.state = ticket.state;
  write("state", ticket.state === "called" ? `${words.called} ${ticket.counter}` : words[ticket.state]);
  write("advice", advice[ticket.state]);
  write("ahead", ticket.ahead);
  write("current", ticket.current);
  write("arrive-time", clockTime(ticket.arrive_before));
  write("arrive-date", `ngày ${dateOf(ticket.arrive_before)}`);
  write("place", ticket.zone);
  write("counters", `Quầy ${ticket.counters.join(", ")}`);
  if (ticket.state !== "called") at("called").replaceChildren();
  else if (calledNow || moved) callHere(ticket);
  title(ticket);
  if (calledNow) alarm();
}

function callHere(ticket) {
  const counter = span("b", `Quầy ${ticket.counter}`);
  counter.className = "figure";
  at("called").replaceChildren(span("span", "Mời bạn đến"), counter, span("span", ticket.zone));
}

function title(ticket) {
  document.title = ticket.state === "called" ? `Mời đến quầy ${ticket.counter} · ${ticket.number}` : titleBefore;
}

function alarm() {
  document.body.classList.remove("alarm");
  void document.body.offsetWidth; // a call repeated flashes again
  document.body.classList.add("alarm");
  at("taken")?.remove(); // what was good news a while ago must not push the call off a small screen
  page.scrollIntoView({ block: "start" });
  navigator.vibrate?.([400, 200, 400, 200, 800]);
}

title(shown);
if (page.dataset.topic) {
  new Live(page.dataset.topic, page.dataset.position, { ticket: shown }, {
    rows: show,
    link: (state) => showLink(at("light"), state),
  });
}
