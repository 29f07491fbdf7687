// The kiosk's screens: zone, service, wait, number, refusal. It shows only numbers the server gave.
import { Live, painted } from "../look/live.js";
import { issue, newRequest, serverAnswers } from "./issue.js";
import { fillSlip, picture, printSlip } from "./slip.js";

const IDLE = 30000; // nobody touches: back to the first screen
const SHOW = 12000; // the number stays so long
const WAIT = 60000; // for so long a citizen waits for a server that does not answer
const FRESHEN = 600000; // a kiosk at rest takes up a new plan or a new version so often

const at = (id) => document.getElementById(id);
const { device, center, zones } = painted();
const titles = {
  wait: ["Xin chờ", "Please wait"],
  done: ["Số của bạn", "Your number"],
  refused: ["Chưa lấy được số", "No number was given"],
};
let screen = "choose";
let idle = 0;
let running = null; // the request under way: {stopped}
let loaded = performance.now();

function title([vi, en]) {
  at("ask").textContent = vi;
  at("ask-en").textContent = en;
}

function show(name, focus) {
  screen = name;
  if (titles[name]) title(titles[name]);
  for (const id of ["choose", "wait", "done", "refused"]) at(id).hidden = id !== name;
  scrollTo(0, 0);
  at(focus)?.focus({ preventScroll: true });
  rest(name === "done" ? SHOW : name === "wait" ? WAIT : IDLE);
}

function rest(length) {
  clearInterval(idle);
  const end = performance.now() + length;
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    at("left").textContent = `(${Math.max(left, 0)})`;
    if (left <= 0) home();
  };
  tick();
  idle = setInterval(tick, 1000);
}

function home() {
  if (running) running.stopped = true;
  running = null;
  at("slip").replaceChildren();
  if (zones.length === 1) chooseService(zones[0], true);
  else chooseZone();
  clearInterval(idle); // at home there is nothing to go back from
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
  at("where").textContent = "";
  at("home").hidden = true;
  choices(zones, (zone) => chooseService(zone, false));
}

function chooseService(zone, first) {
  title(["Chọn lĩnh vực", "Choose a service"]);
  at("where").textContent = ` · ${zone.name}`;
  at("home").hidden = first;
  choices(zone.services, take);
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

async function take(service) {
  if (running) return; // a second touch
  const mine = (running = { stopped: false });
  at("wait-title").textContent = "Đang lấy số…";
  at("wait-service").textContent = service.name;
  at("give-up").hidden = true;
  at("home").hidden = true;
  show("wait", "wait-title");
  const answer = await issue(device, center, service.id, newRequest(), mine, () => {
    at("wait-title").textContent = "Máy chủ chưa trả lời, đang thử lại…";
    at("give-up").hidden = false;
    down(true);
  });
  if (mine.stopped) return;
  running = null;
  down(false);
  if (answer.refusal) refused(answer);
  else given(answer.ticket);
}

function given(ticket) {
  at("number").textContent = ticket.number;
  at("service").textContent = ticket.service;
  at("go").textContent = `${ticket.zone} · Quầy ${ticket.counters.join(", ")}`;
  at("ahead").textContent = ticket.ahead;
  at("arrive").textContent = ticket.arrive_time;
  at("check").textContent = ticket.check_code;
  at("qr").src = picture(ticket.qr);
  fillSlip(at("slip"), ticket);
  show("done", "number");
  printSlip();
}

function refused({ refusal, status }) {
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
  const resting = screen === "choose" && (zones.length === 1 || at("home").hidden);
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

for (const id of ["home", "finish", "give-up", "understood"]) at(id).addEventListener("click", home);
at("again").addEventListener("click", () => {
  printSlip();
  rest(SHOW);
});
addEventListener("pointerdown", () => screen === "choose" && rest(IDLE));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") home();
  else if (screen === "choose") rest(IDLE);
});
addEventListener("resize", arrange);
addEventListener("contextmenu", (event) => event.preventDefault());
document.fonts?.ready.then(arrange);
home();
watch();
