// Keeps one number's page current, and makes the call unmistakable: a big notice, a flash, the title, a buzz.
import { Live, painted } from "../look/live.js";
import { showLink } from "../look/light.js";
import { clockTime, dateOf, waitWords } from "../look/time.js";
import { Bell } from "./bell.js";
import { offerToShare } from "./share.js";
import { offerToTell } from "./told.js";

const at = (id) => document.getElementById(id);
const page = at("ticket");
const titleBefore = document.title;
const words = painted("words"); // what to say of each state, and what to do in it
const FRESHEN = 60000; // the expected time moves with the clock, not with events: it is looked up so often
const COUNT = 5000; // ms between two looks at the clock
let shown = painted().ticket;
let queue = ""; // the topic of all who wait for the same

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
  for (const part of document.querySelectorAll("[data-state]")) part.dataset.state = ticket.state;
  page.dataset.presence = ticket.presence;
  write("state", ticket.state === "called" ? `${words.state.called} ${ticket.counter}` : words.state[ticket.state]);
  write("advice", words.advice[ticket.state]);
  write("arrive-time", clockTime(ticket.arrive_before));
  write("arrive-date", `ngày ${dateOf(ticket.arrive_before)}`);
  countDown();
  write("place", ticket.zone);
  write("counters", `Quầy ${ticket.counters.join(", ")}`);
  if (ticket.state !== "called") at("called").replaceChildren();
  else if (calledNow || moved) callHere(ticket);
  title(ticket);
  if (calledNow) alarm();
  followQueue(ticket);
}

/** How long it still is until the time to be there. */
function countDown() {
  const left = shown.arrive_before - live.now();
  at("left").hidden = !["waiting", "aside"].includes(shown.state);
  write("left", left > 0 ? `còn ${waitWords(left)}` : "đã đến giờ");
}

/** How many go before it is told to all who wait for the service at once. */
function followQueue(ticket) {
  const topic = page.dataset.queues + ticket.queue;
  if (topic === queue) return;
  if (queue) live.leave(queue);
  queue = topic;
  live.follow(topic, showQueue);
}

function showQueue(rows) {
  if (!rows.queue) return;
  const mine = rows[`number/${shown.number}`];
  write("current", rows.queue.current);
  write("ahead", mine ? mine.place - rows.queue.gone : 0);
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
  bell.ring();
}

/** Look up when the number is likely to be called: one line of this page as it would be painted now. */
async function freshen() {
  if (document.hidden || shown.state !== "waiting") return;
  const answer = await fetch(page.dataset.here, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("expected");
  write("expected", fresh.textContent);
  at("expected").parentElement.hidden = !fresh.textContent;
}

const bell = new Bell(at("bell"));
offerToShare(at("share"), at("own-link").href, shown.number, (words) => write("shared", words));
navigator.serviceWorker?.register("/worker.js").catch(() => undefined); // in a private window there may be none
offerToTell(at("tell"), page.dataset.here, page.dataset.push, (words) => write("told", words));
title(shown);
setInterval(freshen, FRESHEN);
setInterval(countDown, COUNT);
const live = new Live(page.dataset.topic, page.dataset.position, { ticket: shown }, {
  rows: show,
  link: (state) => showLink(at("light"), state),
});
live.since = Math.min(live.since, Number(page.dataset.now)); // a page kept on the phone is as old as its painting
countDown();
followQueue(shown);
