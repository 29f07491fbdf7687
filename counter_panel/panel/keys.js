// The clerk's keys: one key, one press, on the keyboard or a number pad, whether its NumLock is on or off. A key held
// down is one press; typing in a field presses nothing; the digits of a number begin a call of it.
import { Bursts } from "./bursts.js";
import { PAD, padDigit, padInDialog } from "./pad.js";

const KEYS = {
  " ": "next",
  Enter: "next",
  r: "recall",
  "*": "recall",
  a: "absent",
  "-": "absent",
  s: "start",
  "+": "start",
  f: "finish",
  ".": "finish",
  ",": "finish", // the point of a number pad where decimals have a comma
  z: "undo",
  "/": "undo",
  k: "more",
  x: "outcome",
  c: "transfer",
  g: "park",
  b: "back",
  d: "front",
  v: "why",
  n: "call",
  u: "take-up",
  m: "guest",
  p: "pause",
  h: "hand-over",
  t: "take",
  l: "leave",
  i: "issue",
  e: "there",
  "?": "help",
};

// P resumes while the counter pauses, T moves the work here while it is done elsewhere.
const INSTEAD = { pause: "resume", take: "sit" };

/** @param on { turn(), act(key, typed, turn), finish(nth, turn): with the nth outcome; whether there is one, main(): what the
 *  large key is now, asks: the dialogs } */
export function listenToKeys(on) {
  const bursts = new Bursts((event, turn) => decide(on, event, turn) || late(on, event));
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const key = keyOf(event);
    const acts = key === "Enter" || key === " ";
    // A held key must not click the button that has the focus again and again either.
    if (event.repeat && acts && !typing(target)) return event.preventDefault();
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (acts && bursts.isScanner) event.preventDefault();
    if (event.defaultPrevented) return key === "Enter" && bursts.end();
    const open = on.asks.open;
    if (open && event.code.startsWith("Numpad")) return padInDialog(open, event, (nth) => on.asks.choose(nth));
    if (event.repeat || typing(target)) return;
    if (bursts.holds(event, key, on.turn())) return event.preventDefault();
    // Someone who walks by Tab expects Enter and Space to do what the focused button or link says.
    if (acts && (open || within(target, "button, a, summary"))) return;
    if (decide(on, event)) event.preventDefault();
  });
}

/** Do what a key says as things are now, at the turn it was pressed at; whether it says anything. */
function decide(on, event, turn = on.turn()) {
  const { open } = on.asks;
  const key = keyOf(event);
  if (open && open.id !== "more") return digit(key) && !typing(document.activeElement) && on.asks.choose(Number(key));
  const nth = /^F([1-9])$/.exec(key)?.[1];
  if (nth) return on.finish(Number(nth), turn);
  const [meant, typed] = meaning(event, key, on.main());
  const named = INSTEAD[meant] === on.main() ? on.main() : meant;
  if (named === "more" && open) open.close();
  else if (named) on.act(named, typed, turn);
  return named !== "";
}

/** A key that waited behind a letter, which has opened a dialog meanwhile: it goes where it would have gone. */
function late({ asks }, event) {
  if (!asks.open) return;
  const place = document.activeElement;
  const key = keyOf(event);
  if (key === "Enter" && typing(place)) place.form.requestSubmit();
  else if (key === "Enter" || key === " ") place.click();
  else if (typing(place) && place.setRangeText) place.setRangeText(key, place.selectionStart, place.selectionEnd, "end");
}

/** What a key means, "" for nothing, and what it types of a number. */
function meaning(event, key, main) {
  if (event.code === "NumpadEnter") return [main, ""];
  if (PAD[event.code]) return [PAD[event.code], ""];
  const typed = padDigit(event) ?? (digit(key) ? key : "");
  return typed ? ["call", typed] : [KEYS[key.length === 1 ? key.toLowerCase() : key] ?? "", ""];
}

// An input method for Vietnamese may keep the letter to itself; which key it was is still told.
function keyOf({ key, code }) {
  return key === "Process" || key === "Unidentified" ? code.replace(/^Key/, "").toLowerCase() : key;
}

const digit = (key) => /^[0-9]$/.test(key);

const typing = (target) => within(target, "input, textarea, select, [contenteditable]");

// What was hidden or closed a moment ago may still have the focus.
function within(target, kind) {
  return target instanceof Element && target.closest(kind) !== null && target.checkVisibility();
}
