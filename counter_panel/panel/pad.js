// The number pad. Its keys are known by their place, so that NumLock may be on or off. Outside a dialog they are keys of
// the panel; in a dialog digits choose or type, + and − move on and back, * ticks, the point closes, Enter does it.

/** What the keys of a pad do, by their place. 0 opens the other keys; 1 to 9 begin a number. */
export const PAD = {
  NumpadMultiply: "recall",
  NumpadSubtract: "absent",
  NumpadAdd: "start",
  NumpadDecimal: "finish",
  NumpadComma: "finish",
  NumpadDivide: "undo",
  Numpad0: "more",
};

/** The digit on a key of the pad, or undefined. */
export function padDigit({ code }) {
  return /^Numpad([0-9])$/.exec(code)?.[1];
}

/** A key of the pad while a dialog is open; `choose` chooses the nth of what is ready, if there is such a one. */
export function padInDialog(dialog, event, choose) {
  const { target, code } = event;
  const field = target.closest?.("input:not([type=checkbox]), textarea");
  const digit = padDigit(event);
  if (field && digit) return typeDigit(field, digit, event);
  if (field && field.value && code !== "NumpadEnter") return; // words are typed, whichever the key
  if (event.repeat && code === "NumpadEnter") return event.preventDefault();
  if (code === "NumpadEnter") return;
  event.preventDefault();
  if (digit && target.tagName === "SELECT") chooseCounter(target, digit, event.timeStamp);
  else if (digit) choose(Number(digit));
  else if (code === "NumpadAdd") move(dialog, target, 1);
  else if (code === "NumpadSubtract") move(dialog, target, -1);
  else if (code === "NumpadMultiply") dialog.querySelector("[type=checkbox]")?.click();
  else if (code === "NumpadDecimal" || code === "NumpadComma") dialog.close();
}

function typeDigit(field, digit, event) {
  if (event.key === digit) return; // NumLock is on: the browser types it
  event.preventDefault();
  field.setRangeText(digit, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** On to the next thing that can be touched, or the next line of a list. */
function move(dialog, target, step) {
  if (target.tagName === "SELECT" && target.options[target.selectedIndex + step]) {
    target.selectedIndex += step;
    return target.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const all = [...dialog.querySelectorAll("button, input, select, a[href]")].filter(
    (one) => !one.disabled && one.offsetParent !== null,
  );
  all[(all.indexOf(target) + step + all.length) % all.length]?.focus();
}

let typed = "";
let last = 0;

/** In a list of places the digits of a counter choose it. */
function chooseCounter(list, digit, at) {
  typed = at - last < 1500 ? typed + digit : digit;
  last = at;
  const found = [...list.options].find(({ value }) => value.startsWith("to:") && value.slice(3).startsWith(typed));
  if (found) list.value = found.value;
}
