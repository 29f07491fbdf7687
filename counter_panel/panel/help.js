// Every key of the panel on one sheet, read from the keys themselves: what they are called, on a keyboard, on a pad.
import { keyWords } from "./words.js";

const at = (id) => document.getElementById(id);

function make(tag, className, ...children) {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
}

function line(words, key, pad) {
  const named = (className, names) => make("span", className, ...names.split(" ").filter(Boolean).map(one));
  return make("li", "", make("span", "words", words), named("", key), named("on-pad", pad));
}

const one = (name) => make("kbd", "", name);

/** Show the sheet, or put it away. */
export function drawHelp() {
  const dialog = at("help");
  if (dialog.open) return dialog.close();
  const keys = [...document.querySelectorAll(".key[data-verb]")].map((button) =>
    line(keyWords(button), button.dataset.key, button.dataset.pad),
  );
  const undo = line("Hoàn tác", "Z", "/");
  const outcomes = line("Xong với kết quả 1–4", "F1 F2 F3 F4", "");
  at("help-keys").replaceChildren(...keys, undo, outcomes);
  dialog.showModal();
}
