// The clerk's panel: follows its topic, turns keys and buttons into presses, shows the picture and the answer.
import { Live, painted } from "../look/live.js";
import { clockTime } from "../look/time.js";
import { Asks } from "./ask.js";
import { listenToKeys } from "./keys.js";
import { draw, tick } from "./picture.js";
import { Presses } from "./press.js";
import { doneWords } from "./words.js";

const SENDS = { back: ["return", { front: false }], front: ["return", { front: true }] };

const page = painted();
const at = (id) => document.getElementById(id);
let rows = page.rows;

const presses = new Presses(`/api/centers/${page.center}/counters/${page.counter}`, {
  turn: () => rows.counter.turn,
  changed: drawAll,
});

const asks = new Asks({
  turn: () => (presses.busy ? undefined : rows.counter.turn), // while one is under way: the turn it will lead to
  answered: (key, verb, fields, turn) => send(verb, fields, turn),
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

function view() {
  return { login: page.login, busy: presses.busy, now: live?.now() ?? Date.now() };
}

function drawAll() {
  draw(rows, view());
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
  at("panel").classList.toggle("old", !isLive);
  at("lost").textContent = isLive
    ? ""
    : (words ?? `Mất kết nối từ ${clockTime(since)} — hình có thể cũ. Đang nối lại…`);
}

function send(verb, fields = {}, turn = rows.counter.turn) {
  presses.press(verb, fields, turn, doneWords(verb, fields, rows.counter, rows.choices));
}

/** Do what a key says: a press, or first what must be asked for it; `typed` began a number. */
function act(key, typed = "") {
  const button = document.querySelector(`[data-verb="${key}"]`);
  if (button.hidden || button.disabled) return;
  at("more").close();
  if (key === "more") at("more").showModal();
  else if (key === "why") tellWhy();
  else if (asks.has(key)) asks.ask(key, rows, typed);
  else send(...(SENDS[key] ?? [key]));
}

async function tellWhy() {
  const { number } = rows.counter;
  const address = `/api/centers/${page.center}/tickets/${number}/why?lang=vi&at_least=${encodeURIComponent(live.at)}`;
  const answer = await fetch(address).then((response) => response.json(), () => ({}));
  if (answer.sentence && number === rows.counter.number) presses.say(answer.sentence);
  else if (answer.refusal) presses.say(answer.refusal.vi);
}

for (const button of document.querySelectorAll("[data-verb]")) {
  button.addEventListener("click", () => act(button.dataset.verb));
  // A clicked button does not keep the focus: the next Space means "next", whatever was clicked before.
  button.addEventListener("mousedown", (event) => event.preventDefault());
}
for (const list of document.querySelectorAll(".chips")) {
  list.addEventListener("click", ({ target }) => target.dataset.number && act("call", target.dataset.number));
}
listenToKeys({ act, paused: () => rows.counter.state === "paused", asks });
drawAll();
setInterval(() => tick(rows, view()), 250);
