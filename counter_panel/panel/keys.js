// The clerk's keys: one key, one press. A key held down is one press; typing in a field presses nothing.

const KEYS = {
  " ": "next",
  Enter: "next",
  "+": "next",
  r: "recall",
  a: "absent",
  f: "finish",
  p: "pause",
  t: "take",
  l: "leave",
};

/** @param on { press(verb), paused(): whether P resumes, reasons: the dialog whose ready reasons have digits } */
export function listenToKeys({ press, paused, reasons }) {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const acts = key === "Enter" || key === " ";
    // A held key must not click the button that has the focus again and again either.
    if (event.repeat && acts && !typing(target)) return event.preventDefault();
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (reasons.open) return digit(event, reasons);
    if (event.repeat || typing(target) || document.querySelector("dialog[open]")) return;
    // Someone who walks by Tab expects Enter and Space to do what the focused button or link says.
    if (acts && target.closest("button, a, summary")) return;
    const verb = KEYS[key.length === 1 ? key.toLowerCase() : key];
    if (!verb) return;
    event.preventDefault();
    press(verb === "pause" && paused() ? "resume" : verb);
  });
}

function digit(event, reasons) {
  if (typing(event.target) || event.repeat) return;
  const ready = reasons.querySelectorAll(".ready button")[Number(event.key) - 1];
  if (!ready) return;
  event.preventDefault();
  reasons.close(ready.value);
}

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
