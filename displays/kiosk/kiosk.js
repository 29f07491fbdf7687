// The kiosk's screens: zone, service, group, entry of a number, wait, number, refusal. It shows only what the server gave.
import { Live, painted } from "../look/live.js";
import { ask, newRequest, serverAnswers, servicesNow } from "./ask.js";
import { Entry, listenForScanner } from "./entry.js";
import { fillSlip, picture, printSlip } from "./slip.js";

const IDLE = 30000; // nobody touches: back to the first screen
const SHOW = 12000; // the number stays so long
const WAIT = 60000; // for so long a citizen waits for a server that does not answer
const FRESHEN = 600000; // a kiosk at rest takes up a new plan or a new version so often

const at = (id) => document.getElementById(id);
const { device, center, zones, groups, checks_in: checksIn, digits, letters } = painted();
const titles = {
  enter: ["Báo có mặt", "Check in"],
  checked: ["Đã xác nhận", "Checked in"],
  wait: ["Xin chờ", "Please wait"],
  done: ["Số của bạn", "Your number"],
};
const FAILED = { take: ["Chưa lấy được số", "No number was given"], checkIn: ["Chưa xác nhận được", "Not checked in"] };
const STRANGE = {
  vi: "Đây không phải mã QR của một số thứ tự.",
  hint_vi: "Xin quét mã trên phiếu hoặc trên trang của số.",
  en: "This is not the QR code of a number.",
  hint_en: "Scan the one on the slip or on the number's page.",
};
let screen = "choose";
let idle = 0;
let running = null; // the request under way: {stopped}
let zone = null; // where the citizen looks
let group = null; // of which priority group he is
let loaded = performance.now();

function title([vi, en]) {
  at("ask").textContent = vi;
  at("ask-en").textContent = en;
}

function show(name, focus) {
  screen = name;
  if (titles[name]) title(titles[name]);
  for (const id of ["choose", "enter", "wait", "done", "checked", "refused"]) at(id).hidden = id !== name;
  for (const id of ["there", "priority"]) if (at(id)) at(id).hidden = name !== "choose";
  scrollTo(0, 0);
  at(focus)?.focus({ preventScroll: true });
  rest(name === "done" || name === "checked" ? SHOW : name === "wait" ? WAIT : IDLE);
}

function rest(length) {
  clearInterval(idle);
  const end = performance.now() + length;
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    for (const shown of document.querySelectorAll(".left")) shown.textContent = `(${Math.max(left, 0)})`;
    if (left <= 0) home();
  };
  tick();
  idle = setInterval(tick, 1000);
}

function home() {
  if (running) running.stopped = true;
  running = null;
  choosing(null);
  at("slip").replaceChildren();
  firstScreen();
  clearInterval(idle); // at home there is nothing to go back from
}

function firstScreen() {
  if (zones.length === 1) chooseService(zones[0]);
  else chooseZone();
}

/** Numbers are taken for a priority group from now on, or (null) for none. */
function choosing(one) {
  group = one;
  at("priority")?.setAttribute("aria-pressed", String(Boolean(one)));
  if (at("group")) at("group").textContent = one ? one.name : "Priority";
}

// A trembling finger touches twice: the second touch would take a service nobody has read. Keys do not bounce.
let touch = { time: -Infinity, x: 0, y: 0 };
function bounced({ detail, timeStamp: time, clientX: x, clientY: y }) {
  if (detail === 0) return false;
  const again = time - touch.time < 350 && Math.hypot(x - touch.x, y - touch.y) < 40;
  touch = { time, x, y };
  return again;
}

function choices(items, chosen) {
  const box = at("choices");
  box.replaceChildren(
    ...items.map((item) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = item.name.length > 40 ? "tile long" : "tile";
      button.dataset.id = item.id;
      button.textContent = item.name;
      button.addEventListener("click", (event) => bounced(event) || chosen(item));
      return button;
    }),
  );
  show("choose", "choices");
  arrange();
}

function chooseZone() {
  title(["Chọn khu vực", "Choose a zone"]);
  zone = null;
  at("where").textContent = "";
  at("home").hidden = !group;
  choices(zones, chooseService);
}

function chooseService(here) {
  title(["Chọn lĩnh vực", "Choose a service"]);
  zone = here;
  at("where").textContent = ` · ${zone.name}`;
  at("home").hidden = zones.length === 1 && !group;
  choices(zone.services, take);
  markShut(zone);
}

function chooseGroup() {
  title(["Bạn thuộc diện nào?", "Your priority group"]);
  at("home").hidden = false;
  choices([...groups, { id: "", name: "Không thuộc diện ưu tiên" }], (one) => {
    choosing(one.id ? one : null);
    if (zone) chooseService(zone);
    else firstScreen();
  });
  at("priority").hidden = true;
}

/** Services that give no number now say why; they are asked for once the tiles can be seen. */
async function markShut(here) {
  const now = await servicesNow(device, center);
  if (!now || screen !== "choose" || zone !== here) return;
  for (const { id, refused } of now.services) {
    const tile = at("choices").querySelector(`[data-id="${id}"]`);
    if (!tile || !refused) continue;
    tile.disabled = true;
    const why = document.createElement("small");
    why.textContent = refused.vi;
    tile.append(why);
  }
  arrange();
}

// As few columns as fit the height: wide tiles are easier to read and to hit. 124 px are 20 mm and more.
function arrange() {
  const box = at("choices");
  const count = box.children.length;
  const room = innerHeight - box.getBoundingClientRect().top - 16;
  const most = Math.max(1, Math.floor(innerWidth / 220));
  let columns = innerWidth < innerHeight ? 1 : count <= 3 ? 3 : 2;
  while (columns < most && Math.ceil(count / columns) * 136 > room) columns += 1;
  columns = Math.max(1, Math.min(columns, count));
  const lines = Math.ceil(count / columns);
  box.classList.toggle("few", count <= 6);
  box.style.setProperty("--columns", columns);
  box.style.setProperty("--high", `${Math.max(124, Math.min(300, Math.floor(room / lines) - 12))}px`);
}

/** Ask the server for what the citizen wants; null when he has gone meanwhile. */
async function asked(doing, of, what, body) {
  if (running) return null; // a second touch
  const mine = (running = { stopped: false });
  at("wait-title").textContent = doing;
  at("wait-service").textContent = of;
  at("give-up").hidden = true;
  at("home").hidden = true;
  show("wait", "wait-title");
  const answer = await ask(device, center, what, body, mine, () => {
    at("wait-title").textContent = "Máy chủ chưa trả lời, đang thử lại…";
    at("give-up").hidden = false;
    down(true);
  });
  if (mine.stopped) return null;
  running = null;
  down(false);
  return answer;
}

async function take(service) {
  const body = { service: service.id, request: newRequest(), group: group?.id ?? "" };
  const answer = await asked("Đang lấy số…", service.name, "", body);
  if (answer?.refusal) refused(FAILED.take, answer);
  else if (answer) given(answer.answer);
}

const entry = new Entry(digits, letters, byCode, () => rest(IDLE));

function enter() {
  at("home").hidden = false;
  entry.clear();
  show("enter", "enter-hint");
}

async function byCode(number, code) {
  const now = await servicesNow(device, center);
  if (screen !== "enter") return;
  if (now) checkIn(number, { day: now.day, code });
  else {
    entry.clear();
    down(true);
  }
}

async function checkIn(number, proof) {
  const answer = await asked("Đang xác nhận…", number, `/${encodeURIComponent(number)}/check-in`, proof);
  if (answer?.refusal) return refused(FAILED.checkIn, answer);
  if (!answer) return;
  at("checked-number").textContent = number;
  show("checked", "checked-number");
}

function given({ ticket, may_be_late: mayBeLate }) {
  at("number").textContent = ticket.number;
  at("service").textContent = ticket.service;
  at("go").textContent = `${ticket.zone} · Quầy ${ticket.counters.join(", ")}`;
  at("ahead").textContent = ticket.ahead;
  at("arrive").textContent = ticket.arrive_time;
  at("check").textContent = ticket.check_code;
  at("qr").src = picture(ticket.qr);
  at("slip-hint").textContent = mayBeLate
    ? "Hôm nay đông người: số này có thể chưa được gọi trước giờ đóng cửa."
    : "Xin nhận phiếu đã in. Quét mã để theo dõi số trên điện thoại.";
  at("slip-hint").classList.toggle("warn", mayBeLate);
  choosing(null);
  fillSlip(at("slip"), ticket);
  show("done", "number");
  printSlip();
}

function refused(failed, { refusal, status }) {
  title(failed);
  at("refused-vi").textContent = refusal.vi;
  at("refused-hint").textContent = refusal.hint_vi;
  at("refused-en").textContent = `${refusal.en} ${refusal.hint_en}`;
  show("refused", "refused-vi");
  // Not paired any more: the pairing page shows a code for staff.
  if (status === 401) setTimeout(() => location.replace("/kiosk"), 8000);
}

function down(is) {
  at("down").hidden = !is;
  document.body.classList.toggle("is-down", is);
  if (screen === "choose") arrange();
}

async function watch() {
  const answers = await serverAnswers();
  if (screen === "choose") down(!answers);
  const resting = screen === "choose" && at("home").hidden;
  if (answers && resting && performance.now() - loaded > FRESHEN) {
    loaded = performance.now();
    // Only a page that can be had right now is worth leaving this one for.
    const page = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (page?.ok && !page.redirected && !running) location.reload();
  }
  setTimeout(watch, answers ? 15000 : 3000);
}

// The socket shows staff that this kiosk is there, and ends at once when they shut it out.
new Live(`services/${center}/${zones[0].id}`, "", {}, { link: ({ code }) => code === 4401 && location.replace("/kiosk") }, device);

for (const id of ["home", "finish", "give-up", "understood", "checked-end"]) at(id).addEventListener("click", home);
at("there")?.addEventListener("click", enter);
at("priority")?.addEventListener("click", chooseGroup);
if (checksIn) {
  listenForScanner(
    ({ day, number, seal }) => running || checkIn(number, { day, seal }),
    () => running || refused(FAILED.checkIn, { refusal: STRANGE }),
  );
}
at("again").addEventListener("click", () => {
  printSlip();
  rest(SHOW);
});
addEventListener("pointerdown", () => (screen === "choose" || screen === "enter") && rest(IDLE));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") home();
  else if (screen === "choose") rest(IDLE);
});
addEventListener("resize", arrange);
addEventListener("contextmenu", (event) => event.preventDefault());
document.fonts?.ready.then(arrange);
home();
watch();
