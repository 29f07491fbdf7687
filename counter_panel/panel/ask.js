// Asks what a press needs to know before it is sent: which number, whither, why. The dialogs stand in asks.html.
// A press is sent with the turn of the moment it was asked for, so that it never falls on whoever came meanwhile.

const at = (id) => document.getElementById(id);

function make(tag, more, ...children) {
  const element = Object.assign(document.createElement(tag), more);
  element.append(...children);
  return element;
}

function ready(dialog, name, choices) {
  const list = choices.map(([value, words, about], index) =>
    make(
      "button",
      { className: "button", type: "button", name, value },
      ...(index < 9 ? [make("kbd", { textContent: index + 1 })] : []),
      make("span", { textContent: words }),
      ...(about ? [make("small", { textContent: about })] : []),
    ),
  );
  dialog.querySelector(".ready").replaceChildren(...list);
}

const themselves = (words) => words.map((one) => [one, one, ""]);

// What each dialog lists of the picture.
const FILL = {
  "take-up": (dialog, rows) =>
    ready(
      dialog,
      "number",
      rows.waiting.parked.map((number) => [number, number, rows[`number/${number}`].note]),
    ),
  guest: (dialog, rows) =>
    ready(
      dialog,
      "service",
      Object.keys(rows)
        .filter((name) => name.startsWith("service/"))
        .map((name) => [name.slice("service/".length), rows[name].name, ""]),
    ),
  outcome: (dialog, { choices }) => ready(dialog, "outcome", themselves(choices.outcomes)),
  pause: (dialog, { choices }) => ready(dialog, "reason", themselves(choices.pauses)),
  transfer(dialog, { choices }) {
    const group = (label, name, values, words) =>
      make("optgroup", { label }, ...values.map((value, index) => new Option(words(index), `${name}:${value}`)));
    dialog.querySelector("select").replaceChildren(
      new Option("Chọn nơi đến", ""),
      group("Lĩnh vực", "service", choices.services, (index) => choices.names[index]),
      group("Quầy", "to", choices.counters, (index) => `Quầy ${choices.counters[index]}`),
    );
  },
};

function focusFirst(dialog) {
  const first = dialog.querySelector(".ready button") ?? dialog.querySelector("select, input[name]");
  (first ?? dialog.querySelector("[data-close]")).focus();
}

export class Asks {
  /** @param on { answered(key, verb, fields, turn): what was chosen, at the turn it was asked at, pressed(key): a key
   *  that stands in a dialog, useless(key): whether it is of no use now, which is said then } */
  constructor(on) {
    this.on = on;
    this.turn = 0;
    at("ask-call").addEventListener("keydown", ({ key, target }) => {
      if (key === "Backspace" && target.value === "") at("ask-call").close(); // a number pad has no Escape
    });
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("click", ({ target }) => {
        if (target.closest("[data-close]")) dialog.close();
        else if (dialog.dataset.sends) this.#clicked(dialog, target);
      });
      dialog.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.target.tagName !== "SELECT" || event.defaultPrevented) return;
        event.preventDefault(); // in a list it does nothing by itself
        if (!event.repeat) event.target.form.requestSubmit();
      });
      if (!dialog.dataset.sends) continue; // it asks for itself
      dialog.addEventListener("submit", (event) => {
        event.preventDefault(); // closed by hand, once its fields are read
        this.#chosen(dialog, new FormData(event.target));
      });
    }
  }

  /** Whether there is something to ask before this key is a press. */
  has(key) {
    return at(`ask-${key}`) !== null;
  }

  /** The dialog that is open, or null. */
  get open() {
    return document.querySelector("dialog[open]");
  }

  /** Ask what a key needs to know; `typed` began a number, `turn` is that of the moment the key was pressed: undefined
   *  while a press is under way, for nobody knows yet what it leads to. */
  ask(key, rows, typed, turn) {
    const dialog = at(`ask-${key}`);
    dialog.querySelector("form").reset();
    if (typed) dialog.querySelector("[name=number]").value = typed;
    FILL[key]?.(dialog, rows);
    this.#name(dialog, turn === undefined ? null : rows.counter);
    this.turn = turn;
    dialog.showModal();
    focusFirst(dialog);
  }

  /** No press is under way: what was asked meanwhile is asked of what the picture shows now, at its turn, if that is
   *  of any use there. */
  settled(rows) {
    const dialog = this.open;
    if (this.turn !== undefined || !dialog?.dataset.sends) return;
    this.turn = rows.counter.turn;
    if (this.on.useless(dialog.id.slice("ask-".length))) return dialog.close();
    this.#name(dialog, rows.counter);
    if (dialog.id !== "ask-take-up") return; // only who was put away can be another now
    FILL["take-up"](dialog, rows);
    focusFirst(dialog);
  }

  /** Say whom a dialog is about and whose visit it ends: null for somebody not known yet. */
  #name(dialog, counter) {
    const { number, guest } = counter ?? { number: "", guest: "" };
    const about = ["ask-outcome", "ask-park", "ask-transfer"].includes(dialog.id);
    dialog.querySelector(".about").textContent = !about ? "" : number ? `số ${number}` : counter ? guest && "khách" : "…";
    const ends = dialog.querySelector(".ends");
    if (ends) ends.textContent = number ? `Lượt của số ${number} được ghi là đã xong.` : "";
  }

  /** Choose the nth ready answer of the open dialog, or the key of a pad's digit; whether there is one. */
  choose(nth) {
    const key = this.open.querySelector(`.key[data-pad="0 ${nth}"]`);
    const button = this.open.querySelectorAll(".ready button")[nth - 1];
    if (key) this.on.pressed(key.dataset.verb);
    else button?.click();
    return Boolean(key ?? button);
  }

  #clicked(dialog, target) {
    const button = target.closest(".ready button");
    if (!button) return;
    const fields = new FormData();
    fields.set(button.name, button.value);
    this.#chosen(dialog, fields);
  }

  #chosen(dialog, form) {
    const fields = {};
    for (const [name, value] of form) {
      if (name === "front") fields.front = true;
      else if (name !== "whither") fields[name] = value.trim();
      else fields[value.slice(0, value.indexOf(":"))] = value.slice(value.indexOf(":") + 1);
    }
    dialog.close();
    this.on.answered(dialog.id.slice("ask-".length), dialog.dataset.sends, fields, this.turn);
  }
}
