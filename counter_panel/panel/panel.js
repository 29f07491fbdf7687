// The clerk's panel: follows its topic, turns keys and buttons into presses, shows the picture and the answer.
import { Live, painted } from "../look/live.js";
import { clockTime } from "../look/time.js";
import { listenToKeys } from "./keys.js";
import { draw, tick } from "./picture.js";
import { Presses } from "./press.js";

const page = painted();
const at = (id) => document.getElementById(id);
let rows = page.rows;

const presses = new Presses(`/api/centers/${page.center}/counters/${page.counter}`, {
  turn: () => rows.counter.turn,
  changed: drawAll,
});

const live = new Live(page.topic, page.position, rows, {
  rows(now) {
    rows = now;
    presses.picture();
    drawAll();
  },
  link: showLost,
  refused: (refusal) => showLost({ live: false, words: refusal.vi }),
});

function drawAll() {
  draw(rows, { login: page.login, busy: presses.busy, now: live?.now() ?? Date.now() });
  drawAnswer(presses.answer);
}

function drawAnswer({ kind, words, hint, signIn }) {
  const box = at("answer");
  box.className = `answer ${kind}`;
  const line = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  box.replaceChildren(...(words ? [line("strong", words)] : []), ...(hint ? [line("span", hint)] : []));
  if (signIn) box.append(Object.assign(line("a", "Đăng nhập lại"), { href: signInPage() }));
}

function signInPage() {
  return `/panel/sign-in?next=${encodeURIComponent(location.pathname)}`;
}

// Honest: while no clock answer comes, what is shown may be old. Presses still go out and are safe to repeat.
function showLost({ live: isLive, since, code, words }) {
  if (code === 4401) return location.replace(signInPage());
  at("lost").hidden = isLive;
  at("lost").textContent = isLive
    ? ""
    : (words ?? `Mất kết nối từ ${clockTime(since)} — hình có thể cũ. Đang nối lại…`);
}

function press(verb) {
  const button = document.querySelector(`[data-verb="${verb}"]`);
  if (button.hidden || button.disabled) return;
  if (verb === "pause") return at("reasons").showModal();
  if (verb === "leave") {
    const number = rows.counter.number;
    at("leaving-number").textContent = number ? `Lượt của số ${number} được ghi là đã xong.` : "";
    return at("leaving").showModal();
  }
  presses.press(verb);
}

at("reasons").addEventListener("close", ({ target }) => {
  const choice = target.returnValue;
  const reason = choice === "typed" ? at("reason").value.trim() : choice;
  target.returnValue = "";
  at("reason").value = "";
  if (choice && choice !== "cancel") presses.press("pause", { reason });
});

// Enter in the free text pauses with it, not with the first ready reason.
at("reason").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (!event.repeat) at("reasons").close("typed");
});

at("leaving").addEventListener("close", ({ target }) => {
  if (target.returnValue === "leave") presses.press("leave");
  target.returnValue = "";
});

for (const button of document.querySelectorAll("[data-verb]")) {
  button.addEventListener("click", () => press(button.dataset.verb));
  // A clicked button does not keep the focus: the next Space means "next", whatever was clicked before.
  button.addEventListener("mousedown", (event) => event.preventDefault());
}
listenToKeys({ press, paused: () => rows.counter.state === "paused", reasons: at("reasons") });
drawAll();
setInterval(() => tick(rows, live.now()), 1000);
