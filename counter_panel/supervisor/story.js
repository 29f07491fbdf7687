// The story of a number, today's or of an earlier day: what happened, when, who did it and why; and, of today's, what
// can be done with it.
import { clockTime, dateOf } from "../look/time.js";
import { element, fill } from "./fields.js";
import { send } from "./send.js";

const at = (id) => document.getElementById(id);

export async function openStory(acts, number, day) {
  const story = await send(`${acts.base}/tickets/${number}/story${day ? `?day=${day}` : ""}`);
  if (story.refusal) return acts.on.say("bad", story.refusal.vi, story.refusal.hint_vi);
  at("number-title").textContent = `Số ${number}`;
  const date = story.entries.length ? dateOf(story.entries[0].at) : story.day;
  at("number").querySelector(".about").textContent = [date, story.service, story.sentence].filter(Boolean).join(" — ");
  at("story").replaceChildren(...story.entries.map(entry));
  fill(at("number-acts"), story.state ? actsOf(acts, story) : []);
  acts.show("number");
}

function entry({ at: moment, who, what }) {
  const time = element("time", { className: "figure", textContent: clockTime(moment) });
  return element("li", {}, time, element("span", { textContent: what }), element("small", { textContent: who }));
}

function actsOf(acts, story) {
  const { number, state, counter } = story;
  if (state === "called" || state === "serving") return [[`Quầy ${counter}`, () => acts.open("counter", counter)]];
  const found = [];
  if (["waiting", "aside", "parked"].includes(state)) {
    const seen = { day: story.day, changed: story.changed };
    const move = (fields) => acts.post(`/tickets/${number}/move`, { ...seen, ...fields }, `Đã chuyển số ${number}.`);
    const service = acts.page.services.find((one) => one.id === story.service_id);
    found.push(["Lên đầu hàng", () => move({ service: service.id, front: true })]);
    found.push(["Chuyển đến…", () => acts.ask(`Chuyển số ${number}`, "", "Chuyển", [acts.whither(), ["tick", "front", "Lên đầu hàng"]], move)]);
  }
  if (["waiting", "aside", "parked", "absent"].includes(state)) found.push(["Gọi ngay đến quầy…", () => call(acts, story)]);
  if (["waiting", "aside", "parked"].includes(state)) {
    const about = "Số không được gọi nữa. Không hoàn tác được.";
    const end = () => acts.post(`/tickets/${number}/cancel`, { day: story.day }, `Đã kết thúc số ${number}.`);
    found.push(["Kết thúc số này…", () => acts.ask(`Kết thúc số ${number}?`, about, "Kết thúc", [], end)]);
  }
  return found;
}

function call(acts, { number, service_id: service }) {
  const open = Object.values(acts.on.rows()).filter((row) => row.counter && row.state === "open" && row.services?.includes(service));
  if (!open.length) return nowhere(acts, number);
  const choices = open.map((row) => [row.counter, `Quầy ${row.counter}${row.number ? ` (đang có số ${row.number})` : ""}`]);
  const about = "Lượt đang có ở quầy ấy được ghi là đã xong.";
  acts.ask(`Gọi số ${number}`, about, "Gọi", [["select", "counter", "Đến", choices]], (fields) =>
    // The row as it was when it was offered: whoever came there since is not sent away.
    acts.press(open.find((row) => row.counter === fields.counter), "call", { number }, `Đã gọi số ${number} đến quầy ${fields.counter}.`),
  );
}

function nowhere(acts, number) {
  acts.closeAll();
  acts.on.say("bad", `Chưa gọi được số ${number}: không quầy nào ở đây đang mở cho lĩnh vực này.`, "Mở quầy, hoặc chuyển số sang lĩnh vực khác.");
}
