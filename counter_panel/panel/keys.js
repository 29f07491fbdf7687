// The clerk's keys: one key, one press, on the keyboard or a number pad. A key held down is one press; typing in a
// field presses nothing; the digits of a number begin a call of it.

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
};

/** @param on { act(key, typed), paused(): whether P resumes, asks: the dialogs } */
export function listenToKeys({ act, paused, asks }) {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const acts = key === "Enter" || key === " ";
    // A held key must not click the button that has the focus again and again either.
    if (event.repeat && acts && !typing(target)) return event.preventDefault();
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.repeat || typing(target)) return;
    const open = asks.open;
    if (open && open.id !== "more") return digit(key) && asks.choose(Number(key)) && event.preventDefault();
    // Someone who walks by Tab expects Enter and Space to do what the focused button or link says.
    if (acts && (open || within(target, "button, a, summary"))) return;
    const named = digit(key) ? "call" : KEYS[key.length === 1 ? key.toLowerCase() : key];
    if (!named) return;
    event.preventDefault();
    if (named === "more" && open) return open.close();
    act(named === "pause" && paused() ? "resume" : named, digit(key) ? key : "");
  });
}

const digit = (key) => /^[0-9]$/.test(key);

const typing = (target) => within(target, "input, textarea, select, [contenteditable]");

// What was hidden or closed a moment ago may still have the focus.
function within(target, kind) {
  return target instanceof Element && target.closest(kind) !== null && target.checkVisibility();
}
