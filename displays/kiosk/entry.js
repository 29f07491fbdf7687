// How a number gets into the kiosk: keys on the screen for the number and its check code, or a scanner that types
// like a keyboard: the link of a ticket's QR, or the text of a citizen card's.

const at = (id) => document.getElementById(id);
const LINK = /\/tickets\/([a-z0-9-]+)\/(\d{4}-\d{2}-\d{2})\/(\d+)\/([\w-]+)/;
// number|old number|name|birth date|sex|address|issue date; newer cards have more fields behind. Scanners set to another
// keyboard spoil the letters, so only the figures are looked at.
const CARD = /(?:^|\D)(\d{12})\|(?:\d{9})?\|[^|]+\|\d{8}\|[^|]+\|[^|]*\|\d{8}/;
const PAUSE = 1000; // letters further apart are not a scanner's
const MOST_BY_HAND = 4; // of one moment; a name on a card stands behind its twelve digits

/** The keys on the screen: `digits` of the number, then the four `letters` of the code; `done(number, code)`. */
export class Entry {
  constructor(digits, letters, done, touched) {
    Object.assign(this, { digits, done, touched });
    this.sets = { number: "123456789·0", code: letters };
    at("keypad").addEventListener("click", ({ target }) => this.#press(target.dataset.key));
    for (const name of ["entry-number", "entry-code"]) at(name).addEventListener("click", () => this.#back(name));
    this.clear();
  }

  clear() {
    this.number = this.code = "";
    this.#draw();
  }

  #press(key) {
    if (!key) return;
    this.touched();
    const part = this.#part();
    if (key === "back") {
      if (this.code) this.code = this.code.slice(0, -1);
      else this.number = this.number.slice(0, -1);
    } else this[part] += key;
    this.#draw();
    if (this.code.length === 4) this.done(this.number, this.code);
  }

  /** A touch on the number corrects the number. */
  #back(name) {
    this.code = "";
    if (name === "entry-number") this.number = "";
    this.#draw();
  }

  #part() {
    return this.number.length < this.digits ? "number" : "code";
  }

  #draw() {
    const part = this.#part();
    this.#boxes("entry-number", this.number, this.digits, part === "number");
    this.#boxes("entry-code", this.code, 4, part === "code");
    if (at("keypad").dataset.part === part) return;
    at("keypad").dataset.part = part;
    const keys = [...this.sets[part]].map((key) => (key === "·" ? this.#key("", "") : this.#key(key, key)));
    const back = this.#key("back", "⌫");
    back.setAttribute("aria-label", "Xóa / Delete");
    at("keypad").replaceChildren(...keys, back);
  }

  #key(key, text) {
    const element = document.createElement(key ? "button" : "span");
    if (key) Object.assign(element, { type: "button", className: key === "back" ? "key back" : "key figure" });
    element.dataset.key = key;
    element.textContent = text;
    return element;
  }

  #boxes(id, typed, length, here) {
    const boxes = Array.from({ length }, (_, place) => {
      const box = document.createElement("span");
      box.textContent = typed[place] ?? "";
      box.classList.toggle("here", here && place === typed.length);
      return box;
    });
    at(id).querySelector(".boxes").replaceChildren(...boxes);
    at(id).querySelector(".typed").textContent = [...typed].join(" ");
  }
}

/** Listen for a scanner: `ticket({center, day, number, seal})` for a ticket's link, `card(number)` for a citizen card,
 * `strange()` for anything else that is not typed into a field. Letters further apart than `pause` ms are not a
 * scanner's. Nothing of a card but its number leaves this function. */
export function listenForScanner({ ticket, card, strange }, pause = PAUSE) {
  let typed = "";
  let last = 0;
  addEventListener("keydown", (event) => {
    if (event.timeStamp - last > pause) typed = "";
    last = event.timeStamp;
    if (event.key.length === 1) typed += event.key;
    const writes = event.target.closest?.("input, textarea");
    if (event.key === " " && typed.length > MOST_BY_HAND && !writes) event.preventDefault(); // of a name: not a press either
    if (event.key !== "Enter" || typed.length < 12) return;
    const [, center, day, number, seal] = LINK.exec(typed) ?? [];
    const citizen = CARD.exec(typed)?.[1];
    typed = "";
    if (!seal && !citizen && writes) return;
    event.preventDefault(); // it is the scanner's, not a press on what has the focus
    if (seal) ticket({ center, day, number, seal });
    else if (citizen) card(citizen);
    else strange();
  }, true);
}
