// The supervisor's page: follows the center or a zone, asks for the devices, opens what can be done.
import { Live, painted } from "../look/live.js";
import { clockTime } from "../look/time.js";
import { Acts } from "./acts.js";
import { listenToKeys } from "./keys.js";
import { draw } from "./picture.js";
import { send } from "./send.js";

const DEVICES_EVERY = 15000;
const CLOCK_EVERY = 1000; // looks whether a minute is over; nothing is drawn before

const page = painted();
const at = (id) => document.getElementById(id);
const names = [...page.services.map(({ id }) => `service/${id}`), ...page.counters.map(({ id }) => `counter/${id}`)];
const order = new Map(names.map((name, index) => [name, index]));
let rows = page.rows;
let devices = {};
let minute = 0;

const live = new Live(page.topic, page.position, rows, {
  rows(now) {
    rows = now;
    drawAll();
    acts.picture();
  },
  link: showLost,
  refused: (refusal) => showLost({ live: false, words: refusal.vi }),
});
const acts = new Acts(page, { rows: () => rows, at: () => live.at, say });

function drawAll() {
  draw(rows, devices, live.now(), order);
}

function tick() {
  const now = Math.floor(live.now() / 15000); // alerts are due by the quarter minute
  if (now === minute) return;
  minute = now;
  drawAll();
}

function say(kind, words, hint = "") {
  const box = at("answer");
  box.className = `answer ${kind}`;
  const line = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  box.replaceChildren(...(words ? [line("strong", words)] : []), ...(hint ? [line("span", hint)] : []));
}

function showLost({ live: isLive, since, code, words }) {
  if (code === 4401) return location.replace(`/panel/sign-in?next=${encodeURIComponent(location.pathname)}`);
  at("lost").hidden = isLive;
  document.body.classList.toggle("old", !isLive);
  at("lost").textContent = isLive
    ? ""
    : (words ?? `Mất kết nối từ ${clockTime(since)} — hình có thể cũ. Đang nối lại…`);
}

async function lookAtDevices() {
  const answer = await send(`/api/centers/${page.center}/presence`);
  const here = ({ zones }) => page.zone === "all" || zones.length === 0 || zones.includes(page.zone);
  devices = {};
  for (const device of (answer.devices ?? []).filter(here)) {
    const silent = device.kind === "kiosk"; // it opens no socket: nobody knows
    const kind = !device.online && !silent ? "away" : device.mute ? "mute" : "";
    if (kind) devices[`alert/${kind}/${device.id}`] = { kind, name: device.name, seen: device.seen, at: 0 };
  }
  drawAll();
  setTimeout(lookAtDevices, DEVICES_EVERY);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-opens]");
  if (!button) return;
  const { opens, id } = button.dataset;
  if (opens === "devices") location.assign(`/admin/${page.center}/devices`);
  else if (opens) acts.open(opens, id);
});
at("issuing").addEventListener("click", () => acts.open("issuing", ""));
at("find").addEventListener("submit", (event) => {
  event.preventDefault();
  document.activeElement.blur(); // the keys of the page are at hand again
  acts.find(at("wanted").value.trim(), at("day").value);
});
listenToKeys(acts);
drawAll();
setInterval(tick, CLOCK_EVERY);
lookAtDevices();
