// One press at a time: a press carries the turn of the picture, is repeated with the same turn until it is
// answered, and is over when the picture shows what it did. Nothing is shown before the feed shows it.

const PATIENCE = 8000; // one try waits so long for its answer
const PICTURE = 3000; // after an answer, so long for the picture before another press is allowed

const NONE = { kind: "", words: "", hint: "" };
const silence = { kind: "bad", words: "Chưa có trả lời từ máy chủ — đang gửi lại…", hint: "Lần bấm này chỉ được tính một lần." };

export class Presses {
  /** @param base the counter's address; @param on { turn(): the picture's turn, changed(): draw again } */
  constructor(base, on) {
    Object.assign(this, { base, on, busy: "", answer: NONE, awaited: 0 });
  }

  /** Ask for a verb at a turn; ignored while another press is under way. `done` is said once it is done. */
  async press(verb, more, turn, done = "") {
    if (this.busy) return;
    this.#set(verb, NONE);
    const answer = await this.#untilAnswered(verb, JSON.stringify({ turn, ...more }), turn);
    if (answer.refusal) {
      const { vi, hint_vi: hint } = answer.refusal;
      return this.#set("", { kind: "bad", words: vi, hint, signIn: answer.status === 401 });
    }
    // "Unchanged" after a repeat says only that an earlier try was carried out and its answer got lost.
    const unchanged = answer.outcome === "unchanged" && answer.tries === 0;
    const good = done ? { kind: "good", words: done, hint: "" } : NONE;
    this.answer = unchanged ? { kind: "know", words: "Quầy đã đổi trước đó, lần bấm này không làm gì.", hint: "" } : good;
    this.awaited = answer.turn ?? 0;
    if (this.on.turn() >= this.awaited) return this.#set("", this.answer);
    this.timer = setTimeout(() => this.#set("", this.answer), PICTURE);
    this.on.changed();
  }

  /** Say something that was asked, in the place of answers; a press under way has its own to say. */
  say(words) {
    if (!this.busy) this.#set("", { kind: "know", words, hint: "" });
  }

  /** The picture is new: a press that it shows is over. */
  picture() {
    if (this.busy && this.awaited && this.on.turn() >= this.awaited) this.#set("", this.answer, false);
  }

  #set(busy, answer, draw = true) {
    clearTimeout(this.timer);
    Object.assign(this, { busy, answer, awaited: 0 });
    if (draw) this.on.changed();
  }

  async #untilAnswered(verb, body, turn) {
    for (let tries = 0; ; tries++) {
      const answer = await this.#once(verb, body);
      if (answer) return { ...answer, tries };
      // The counter has moved on from this turn: whatever became of the press, repeating it would do nothing.
      if (this.on.turn() > turn) return { outcome: "done", turn: this.on.turn() };
      this.answer = silence;
      this.on.changed();
      await new Promise((over) => setTimeout(over, Math.min(5000, 500 * 2 ** tries) * (0.75 + Math.random() / 2)));
    }
  }

  async #once(verb, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(`${this.base}/${verb}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
        signal: stop.signal,
      });
      const answer = await response.json();
      return answer.outcome || answer.refusal ? { ...answer, status: response.status } : null;
    } catch {
      return null; // no answer, or a proxy's page instead of one
    } finally {
      clearTimeout(timer);
    }
  }
}
