// The clerk's panel: follows its topic, turns keys and buttons into presses, shows the picture and the answer.
import { Live, painted } from "../look/live.js";
import { clockTime } from "../look/time.js";
import { Asks } from "./ask.js";
import { Carried } from "./carried.js";
import { drawHelp } from "./help.js";
import { Holders } from "./holders.js";
import { listenToKeys } from "./keys.js";
import { OUTCOME_KEYS, draw, tick } from "./picture.js";
import { Presses } from "./press.js";
import { ownSeat, whereOf } from "./seat.js";
import { Story } from "./story.js";
import { whyNot } from "./usable.js";
import { doneWords, keyWords } from "./words.js";

const SENDS = { back: ["return", { front: false }], front: ["return", { front: true }] };

const page = painted();
const at = (id) => document.getElementById(id);
let rows = page.rows;
let worked = ""; // where the counter was worked from, by the last picture
let isLost = false; // whether the picture is known to be old

const seat = await ownSeat();
const closed = page.elsewhere ? "" : rows.counter.seat; // a panel that was not open any more when this one was painted
const base = `/api/centers/${page.center}/counters/${page.counter}`;
const presses = new Presses(base, {
  turn: () => rows.counter.turn,
  lost: () => isLost,
  name: (verb) => keyWords(keyOf(verb)),
  useless: (verb) => whyNot(keyOf(verb).dataset.verb, rows, where()),
  changed: drawAll,
});

const asks = new Asks({
  answered: (key, verb, fields, turn) => send(verb, fields, turn),
  pressed: (key) => act(key),
  useless: (key) => saidUseless(key, document.querySelector(`[data-verb="${key}"]`)),
});

const live = new Live(page.topic, page.position, rows, {
  rows(now) {
    rows = now;
    presses.picture();
    carried.picture(rows, live.now());
    drawAll();
    sitDown();
    tellMoved();
  },
  link: showLost,
  refused: (refusal) => showLost({ live: false, words: refusal.vi }),
});

presses.seat = live.says.seat = seat;
const carried = new Carried(base, { position: () => live.at, changed: drawAll });
const holders = new Holders(page.center, { rows: () => rows, say: (...said) => presses.say(...said) });
const story = new Story(page.center, { position: () => live.at });

function view() {
  return { where: where(), busy: presses.busy, now: live.now(), carried: carried.now };
}

function drawAll() {
  draw(rows, view());
  if (!presses.busy) asks.settled(rows);
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

// Honest: while no clock answer comes, what is shown may be old, and what is pressed then is refused.
function showLost({ live: isLive, since, code, words }) {
  if (code === 4401) return location.replace(signInPage());
  isLost = !isLive;
  if (isLive) presses.hurry();
  at("lost").hidden = isLive;
  at("panel").classList.toggle("old", !isLive);
  at("lost").textContent = isLive
    ? ""
    : (words ?? `Mất kết nối từ ${clockTime(since)} — hình có thể cũ. Đang nối lại…`);
}

/** The key on the page that sends a verb. */
function keyOf(verb) {
  return document.querySelector(`[data-verb="${verb === "return" ? "back" : verb}"]`);
}

/** The turn a key is pressed at; while a press is under way, undefined: the one it will lead to. */
function turn() {
  return presses.busy ? undefined : rows.counter.turn;
}

function send(verb, fields, turn) {
  presses.press(verb, fields, turn, doneWords(verb, fields, rows.counter, rows.choices));
}

/** Do what a key says: a press, or first what must be asked for it; `typed` began a number, `pressedAt` is its turn. */
function act(key, typed = "", pressedAt = turn()) {
  const button = document.querySelector(`[data-verb="${key}"]`);
  const settled = !presses.busy; // what a press under way leads to is not on the picture yet
  at("more").close();
  if (settled && (button.hidden || button.disabled) && saidUseless(key, button)) return;
  if (key === "more") at("more").showModal();
  else if (key === "help") drawHelp();
  else if (key === "issue") holders.askIssue();
  else if (key === "there") holders.askThere();
  else if (key === "why") story.open(rows.counter.number);
  else if (asks.has(key)) asks.ask(key, rows, typed, pressedAt);
  else send(...(SENDS[key] ?? [key, {}]), pressedAt);
}

/** A key that does nothing says why; whether it did. */
function saidUseless(key, button) {
  const reason = whyNot(key, rows, where());
  if (reason) presses.say(`“${keyWords(button)}”: ${reason}`);
  return reason !== "";
}

/** Finish with the nth outcome; whether there is such a key. */
function finish(nth, pressedAt = turn()) {
  const outcome = nth <= OUTCOME_KEYS && rows.choices.outcomes[nth - 1];
  const reason = presses.busy ? "" : whyNot("outcome", rows, where());
  if (outcome && reason) presses.say(`“${outcome}”: ${reason}`);
  else if (outcome) send("finish", { outcome }, pressedAt);
  return Boolean(outcome);
}

/** What the large key is now: next, resume or take. */
function main() {
  const shown = [...document.querySelectorAll(".next-key")].find((button) => !button.hidden);
  return shown?.dataset.verb ?? "next";
}

function where() {
  return whereOf(rows.counter, page.login, seat, closed);
}

/** The work was moved to another window: whoever sits at this one is told. */
function tellMoved() {
  const before = worked;
  worked = where();
  if (before === "here" && worked === "elsewhere") presses.say("Quầy vừa được chuyển sang làm việc ở cửa sổ khác.", "bad");
}

/** The clerk's own counter, which no other panel works: work it from here. */
function sitDown() {
  if (where() === "free" && !presses.busy && !isLost) presses.press("sit", {}, turn());
}

for (const button of document.querySelectorAll("[data-verb]")) {
  button.addEventListener("click", () => act(button.dataset.verb));
  // A clicked button does not keep the focus: the next Space means "next", whatever was clicked before.
  button.addEventListener("mousedown", (event) => event.preventDefault());
}
at("outcomes").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-outcome]");
  if (button) send("finish", { outcome: button.dataset.outcome }, turn());
});
at("outcomes").addEventListener("mousedown", (event) => event.preventDefault());
for (const list of document.querySelectorAll(".chips")) {
  list.addEventListener("click", ({ target }) => target.dataset.number && act("call", target.dataset.number));
}
listenToKeys({ turn, act, finish, main, asks });
carried.picture(rows, live.now());
drawAll();
sitDown();
tellMoved();
setInterval(() => tick(rows, view()), 250);
