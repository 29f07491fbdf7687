// The kiosk's screens: zone, service, group, entry of a number, wait, number, refusal. It shows only what the server gave.
import { Live, painted } from "../look/live.js";
import { Aids } from "./aids.js";
import { ask, newRequest, serverAnswers, servicesNow } from "./ask.js";
import { arrange, bounced, fill, shut } from "./choices.js";
import { Entry, listenForScanner } from "./entry.js";
import { Given } from "./given.js";
import { Pressed } from "./pressed.js";
import { Printer } from "./printing.js";
import { Resting } from "./resting.js";
import * as SAYS from "./sentences.js";
import { say } from "./words.js";

const IDLE = 30000; // nobody touches: back to the first screen
const SHOW = 12000; // what is done stays so long
const WAIT = 60000; // for so long a citizen waits for a server that does not answer
const FRESHEN = 600000; // a kiosk at rest takes up a new plan or a new version so often

const at = (id) => document.getElementById(id);
const { device, center, zones, groups, checks_in: checksIn, digits, letters, printer: address } = painted();
const SCREENS = ["choose", "enter", "wait", "paperless", "done", "checked", "rate", "rated", "refused"];
const printer = new Printer(address);
const pressed = new Pressed(device);
const resting = new Resting(nextPerson);
let screen = "choose";
let running = null; // the request under way: {stopped}
let zone = null; // where the citizen looks
let group = null; // of which priority group he is
let card = ""; // the number of the citizen card that was scanned
let loaded = performance.now();

const title = ([vi, en]) => say(at("ask"), vi, en);
const aids = new Aids(() => {
  arrange();
  read();
  rest(IDLE);
}, () => [at("ask"), ...document.querySelectorAll("main > section:not([hidden])")]);
const read = () => aids.aloud();

function show(name, focus) {
  screen = document.body.dataset.screen = name;
  if (SAYS.TITLES[name]) title(SAYS.TITLES[name]);
  for (const id of SCREENS) at(id).hidden = id !== name;
  for (const id of ["there", "priority"]) if (at(id)) at(id).hidden = name !== "choose";
  at("home").hidden = name === "choose" ? atStart() : name !== "enter";
  scrollTo(0, 0);
  at(focus)?.focus({ preventScroll: true });
  rest(name === "checked" || name === "rated" ? SHOW : name === "wait" ? WAIT : IDLE);
  read();
}

function rest(length) {
  if (screen === "choose" && at("home").hidden && !aids.used) resting.stop(); // at home there is nothing to go back from
  else resting.begin(length);
}

/** Whoever comes next finds nothing of who was here. */
function nextPerson() {
  aids.reset();
  home();
}

function home() {
  if (running) running.stopped = true;
  running = null;
  pressed.forget();
  knows("");
  choosing(null);
  at("slip").replaceChildren();
  firstScreen();
  askPrinter();
}

function firstScreen() {
  if (zones.length === 1) chooseService(zones[0]);
  else chooseZone();
}

/** Numbers are taken for a priority group from now on, or (null) for none. */
function choosing(one) {
  group = one;
  at("priority")?.setAttribute("aria-pressed", String(Boolean(one)));
  const key = at("priority");
  if (key) {
    say(key, one?.name ?? "Ưu tiên", one?.name_en ?? "Priority");
    key.classList.toggle("both", !one); // the name of a group is long: in the chosen language alone
    key.classList.toggle("one", Boolean(one));
  }
  for (const key of document.querySelectorAll("[data-group]")) {
    key.setAttribute("aria-pressed", String(key.dataset.group === one?.id));
  }
  if (screen === "choose") at("home").hidden = atStart();
}

/** Whether a citizen has not begun yet. */
const atStart = () => screen === "choose" && !group && !card && (!zone || zones.length === 1);

function choices(items, taken) {
  fill(items, taken);
  if (at("groups")) at("groups").hidden = items !== zones && zones.length > 1;
  show("choose", "choices");
  if (at("groups")) at("priority").hidden = !at("groups").hidden;
  arrange();
  rest(IDLE);
}

function chooseZone() {
  title(SAYS.ZONES);
  zone = null;
  say(at("where"), "", "");
  choices(zones, chooseService);
}

function chooseService(here) {
  title(SAYS.SERVICES);
  zone = here;
  say(at("where"), ` · ${zone.name}`, ` · ${zone.name_en}`);
  choices(zone.services, take);
  markShut(zone);
}

function chooseGroup() {
  title(SAYS.GROUPS);
  choices([...groups, SAYS.NO_GROUP], (one) => {
    choosing(one.id ? one : null);
    chooseService(zone);
  });
  at("priority").hidden = true;
  at("home").hidden = false;
}

/** Services that give no number now are asked for once the tiles can be seen. */
async function markShut(here) {
  const now = await servicesNow(device, center);
  if (now && screen === "choose" && zone === here) shut(now.services);
}

/** How the printer is, said before anybody takes a number, and to whoever looks after the kiosk. */
async function askPrinter() {
  const now = await printer.ask();
  live.says = { state: { size: `${innerWidth}x${innerHeight}`, printer: now.state } };
  say(at("paper"), ...SAYS.paperBar(now));
  at("paper").hidden = !now.vi;
  if (screen === "choose") arrange();
  return now.prints;
}

/** Ask the server for what the citizen wants; null when he has gone meanwhile. */
async function asked(doing, of, what, body) {
  if (running) return null; // a second touch
  const mine = (running = { stopped: false });
  say(at("wait-title"), ...doing);
  at("wait-service").textContent = of;
  at("give-up").hidden = true;
  show("wait", "wait-title");
  const answer = await ask(device, center, what, body, mine, () => {
    say(at("wait-title"), ...SAYS.STILL_TRYING);
    at("give-up").hidden = false;
    down(true);
  });
  if (mine.stopped) return null;
  running = null;
  down(false);
  return answer;
}

/** A service was touched. The printer is asked first: who was not told yet that there is no paper, is told now. */
async function take(service) {
  if (running) return;
  const told = !at("paper").hidden;
  const wanted = { service: service.id, request: newRequest(), group: group?.id ?? "" };
  const mine = (running = { stopped: false });
  const prints = await askPrinter();
  if (mine.stopped) return;
  running = null;
  if (prints || told) return request(wanted, service.name);
  say(at("paperless-why"), printer.known.vi, printer.known.en);
  at("without-paper").onclick = () => request(wanted, service.name);
  show("paperless", "paperless-why");
}

/** The press itself: kept until it is answered, so that it is answered once. */
async function request(wanted, name) {
  pressed.keep(wanted, name);
  const answer = await asked(SAYS.TAKING, name, "", card ? { ...wanted, identity: card } : wanted);
  if (!answer) return;
  if (answer.refusal) {
    pressed.forget();
    refused(SAYS.NOT_TAKEN, answer);
  } else if (answer.answer) {
    const given = answer.answer;
    choosing(null);
    show("done", "number");
    numbers.show(given.ticket, given.may_be_late, wanted.request);
  }
}

const numbers = new Given(printer, (length) => screen === "done" && (rest(length), read()));
const entry = new Entry(digits, letters, byCode, () => rest(IDLE));

function enter() {
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
  const path = `/${encodeURIComponent(number)}/check-in`;
  const answer = await asked(SAYS.CHECKING, number, path, proof);
  if (answer?.refusal?.code === "number-ended") return rate(number, proof); // who leaves shows the slip again
  if (answer?.refusal) return refused(SAYS.NOT_CHECKED, answer);
  if (!answer?.answer) return;
  at("checked-number").textContent = number;
  show("checked", "checked-number");
}

/** The faces for a number whose visit has ended; one touch. */
function rate(number, proof) {
  for (const key of document.querySelectorAll("[data-face]")) {
    key.onclick = async () => {
      const body = { ...proof, face: Number(key.dataset.face) };
      const answer = await asked(SAYS.RATING, number, `/${encodeURIComponent(number)}/rate`, body);
      if (answer?.refusal) refused(SAYS.NOT_RATED, answer);
      else if (answer?.answer) show("rated", "rated-thanks");
    };
  }
  show("rate", "rate-ask");
}

/** A citizen card was scanned ("": none): numbers are taken for whoever it is, until he goes. */
function knows(number) {
  card = number;
  at("known").hidden = !number;
  say(at("known"), ...SAYS.cardBar(number.slice(-4)));
}

function cardRead(number) {
  if (running || screen === "done") return;
  if (screen !== "choose") firstScreen();
  knows(number);
  at("home").hidden = false;
  arrange();
  rest(IDLE);
}

function refused(failed, { refusal, status }) {
  title(failed);
  say(at("refused-why"), refusal.vi, refusal.en);
  say(at("refused-hint"), refusal.hint_vi, refusal.hint_en);
  show("refused", "refused-why");
  // Not paired any more: the pairing page shows a code for staff.
  if (status === 401) setTimeout(() => location.replace(`/kiosk${location.search}`), 8000);
}

function down(is) {
  at("down").hidden = !is;
  document.body.classList.toggle("is-down", is);
  if (screen === "choose") arrange();
}

async function watch() {
  const answers = await serverAnswers();
  if (screen === "choose") down(!answers);
  const alone = screen === "choose" && at("home").hidden && !aids.used;
  if (alone) askPrinter();
  if (answers && alone && performance.now() - loaded > FRESHEN) {
    loaded = performance.now();
    // Only a page that can be had right now is worth leaving this one for.
    const page = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (page?.ok && !page.redirected && !running) location.reload();
  }
  setTimeout(watch, answers ? 15000 : 3000);
}

// The socket shows staff that this kiosk is there, and ends at once when they shut it out.
const shutOut = ({ code }) => code === 4401 && location.replace(`/kiosk${location.search}`);
const live = new Live(`services/${center}/${zones[0].id}`, "", {}, { link: shutOut }, device);

for (const id of ["home", "give-up", "understood", "no-number"]) at(id).addEventListener("click", home);
for (const id of ["finish", "checked-end", "rated-end"]) at(id).addEventListener("click", nextPerson);
at("there")?.addEventListener("click", enter);
at("priority")?.addEventListener("click", chooseGroup);
for (const key of document.querySelectorAll("[data-group]")) {
  key.addEventListener("click", (event) => {
    const one = groups.find(({ id }) => id === key.dataset.group);
    if (!bounced(event)) choosing(one === group ? null : one);
    rest(IDLE);
  });
}
listenForScanner({
  ticket: ({ day, number, seal }) => checksIn && !running && checkIn(number, { day, seal }),
  card: cardRead,
  strange: () => running || refused(SAYS.NOT_CHECKED, { refusal: SAYS.STRANGE }),
});
addEventListener("pointerdown", () => (screen === "choose" || screen === "enter") && rest(IDLE));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") home();
  else if (screen === "choose") rest(IDLE);
});
addEventListener("resize", arrange);
addEventListener("contextmenu", (event) => event.preventDefault());
document.fonts?.ready.then(arrange);
const unanswered = pressed.find();
home();
if (unanswered) request(unanswered.body, unanswered.name);
watch();
