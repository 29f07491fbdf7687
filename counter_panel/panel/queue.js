// Draws who waits: the next numbers with what is known of them, those put away, those kept for holders on the way.
import { waitWords } from "../look/time.js";

const at = (id) => document.getElementById(id);

function make(tag, className, textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}

/** Draw the lists. `callable`: whether a number put away or kept can be called now. */
export function drawQueue(rows, callable) {
  const { waiting } = rows;
  at("count").textContent = waiting.count;
  const services = Object.keys(rows).filter((name) => name.startsWith("service/"));
  at("services").textContent =
    services.length > 1 ? services.map((name) => `${rows[name].name}: ${rows[name].waiting}`).join(" · ") : "";
  const lines = waiting.next.map((number) => line(number, rows[`number/${number}`], services.length > 1));
  at("next-why").textContent = waiting.next.length ? `Tiếp theo ${waiting.next[0]}: ${waiting.why}` : "";
  const others = waiting.count - waiting.next.length;
  at("upcoming").replaceChildren(...lines, ...(others > 0 ? [make("li", "others", `và ${others} số nữa`)] : []));
  for (const kind of ["parked", "aside"]) drawKept(at(kind), waiting[kind], rows, callable);
}

function line(number, row, several) {
  const item = make("li", "");
  const about = make("span", "about", [...marks(row), several || row.sent ? row.service : ""].filter(Boolean).join(" · "));
  about.title = about.textContent;
  const wait = make("span", "wait figure");
  wait.dataset.issued = row.issued;
  item.append(make("b", "figure", number), about, wait);
  return item;
}

function marks({ group, sent, awaited, note }) {
  return [group, sent ? "được chuyển đến" : "", awaited ? "chưa xác nhận đến" : "", note];
}

function drawKept(place, numbers, rows, callable) {
  place.hidden = numbers.length === 0;
  const titles = numbers.map((number) => {
    const { service, note } = rows[`number/${number}`];
    return [service, note].filter(Boolean).join(" · ");
  });
  const shown = JSON.stringify([numbers, titles, callable]);
  if (place.dataset.shown === shown) return; // a chip that is touched or has the focus stays the same one
  place.dataset.shown = shown;
  const chips = numbers.map((number, index) => {
    const button = make("button", "chip figure", number);
    Object.assign(button, { type: "button", disabled: !callable, title: titles[index] });
    button.dataset.number = number;
    const item = make("li", "");
    item.append(button);
    return item;
  });
  place.querySelector("ul").replaceChildren(...chips);
}

/** What moves with the clock: how long each has waited. */
export function tickQueue({ waiting }, now) {
  at("oldest").textContent = waiting.count ? `Chờ lâu nhất: ${waitWords(now - waiting.oldest)}` : "Không có ai đang chờ";
  for (const wait of at("upcoming").querySelectorAll(".wait")) {
    const words = waitWords(now - Number(wait.dataset.issued));
    if (wait.textContent !== words) wait.textContent = words;
  }
}
