// A scanner types like a keyboard, and the letters of a ticket's link are keys of the panel. So a letter is held for a
// moment that no hand notices: what comes faster than a hand is a scanner's and presses nothing; what was a hand's is
// pressed, each key in its order. Space, Enter, digits and the number pad never wait, unless a letter does.

/** Letters further apart (ms) are a hand's; scanners send theirs 1 to 20 ms apart. */
export const HOLD = 35;
const MOST_BY_HAND = 3; // two hands can meet in one moment, a link is longer

export class Bursts {
  /** @param press called with each event held and its turn, once it is known to be a hand's */
  constructor(press) {
    Object.assign(this, { press, held: [], timer: 0 });
  }

  /** Hold a key, if it has to wait, with the turn it was pressed at; whether it does. */
  holds(event, key, turn) {
    const waits = /^[a-z]$/i.test(key) || (this.held.length > 0 && (key.length === 1 || key === "Enter"));
    if (!waits) return false;
    this.held.push([event, turn]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#over(), HOLD);
    return true;
  }

  /** Whether what is held can only be a scanner's. */
  get isScanner() {
    return this.held.length > MOST_BY_HAND;
  }

  /** The scanner has ended: what it typed is forgotten. */
  end() {
    clearTimeout(this.timer);
    this.held = [];
  }

  #over() {
    const pressed = this.isScanner ? [] : this.held;
    this.held = [];
    for (const [event, turn] of pressed) this.press(event, turn);
  }
}
