// One press at a time: a press carries the turn of the picture, is repeated with the same turn until it is
// answered, and is over when the picture shows what it did. Nothing is shown before the feed shows it.
//
// No key is swallowed. Pressed while another press is under way, a key waits for it, for a moment: what that leads to is
// what the hand reckoned with. Pressed while the picture is known to be old, it is refused at once with a sentence: what
// one does not see, one cannot mean. A press that was sent and never answered is repeated for a minute, since nobody
// can know whether it arrived and its turn lets it count once; after that nobody waits for it any more.
import { once } from "./once.js";

const PICTURE = 3000; // ms after an answer, so long for the picture before another press is allowed
const SOON = 1000; // a press this long under way is not what the next key reckoned with
const GIVEN_UP = 60000;

const NONE = { kind: "", words: "", hint: "" };
const SILENCE = "Chưa có trả lời từ máy chủ — đang gửi lại…";
const COUNTED_ONCE = "Lần bấm này chỉ được tính một lần.";

export class Presses {
  /** @param base the counter's address; @param on { turn(): the picture's turn, lost(): whether the picture is old,
   *  name(verb): what the key is called, useless(verb): why it is of no use now, changed(): draw again } */
  constructor(base, on) {
    Object.assign(this, { base, on, seat: "", busy: "", answer: NONE, awaited: 0, began: 0, next: null, said: null });
  }

  /** Ask for a verb at a turn (undefined: the present one, or the one that the press under way leads to). `done` is
   *  said once it is done. */
  async press(verb, more, turn, done = "") {
    if (this.busy) return this.#behind(verb, more, done);
    if (this.on.lost()) {
      const words = `Mất kết nối: “${this.on.name(verb)}” KHÔNG được gửi.`;
      return this.#set("", { kind: "bad", words, hint: "Bấm lại khi đã nối lại và hình đã mới." });
    }
    this.#set(verb, NONE);
    this.began = performance.now();
    const asked = turn ?? this.on.turn();
    const answer = await this.#untilAnswered(verb, { turn: asked, seat: this.seat, ...more }, asked);
    if (answer.refusal) {
      const { vi, hint_vi: hint } = answer.refusal;
      return this.#over({ kind: "bad", words: vi, hint, signIn: answer.status === 401 });
    }
    // "Unchanged" after a repeat says only that an earlier try was carried out and its answer got lost.
    const unchanged = answer.outcome === "unchanged" && answer.tries === 0;
    const good = done ? { kind: "good", words: done, hint: "" } : NONE;
    this.answer = unchanged ? { kind: "know", words: "Quầy đã đổi trước đó, lần bấm này không làm gì.", hint: "" } : good;
    this.awaited = answer.turn ?? 0;
    if (this.on.turn() >= this.awaited) return this.#over(this.answer, !unchanged);
    this.timer = setTimeout(() => this.#over(this.answer, false), PICTURE);
    this.on.changed();
  }

  /** Say something that was asked, in the place of answers; behind what a press under way has to say. */
  say(words, kind = "know", hint = "") {
    if (this.busy) this.said = { kind, words, hint };
    else this.#set("", { kind, words, hint });
  }

  /** The picture is new: a press that it shows is over. */
  picture() {
    if (this.busy && this.awaited && this.on.turn() >= this.awaited) this.#over(this.answer, this.answer.kind !== "know");
  }

  /** The network may be back: what was not answered is asked again now. */
  hurry() {
    this.wake?.();
  }

  /** A key pressed while another press is under way: the same one is the same finger, another waits for a moment. */
  #behind(verb, more, done) {
    if (verb === this.busy) return;
    if (performance.now() - this.began < SOON && !this.next) this.next = { verb, more, done };
    else this.#drop(verb);
  }

  #drop(verb) {
    const hint = `“${this.on.name(verb)}” KHÔNG được gửi: lần bấm trước chưa xong.`;
    const waiting = { kind: "know", words: "Đang chờ trả lời cho lần bấm trước." };
    this.answer = { ...(this.answer.words ? this.answer : waiting), hint };
    this.on.changed();
  }

  /** A press is over; what waited behind it is sent if it went as it should and is of use now: with the turn that the
   *  press led to, so that it does nothing if the counter has gone further than the hand could see. */
  #over(answer, isGood = false) {
    const { next, began, awaited } = this;
    const inTime = performance.now() - began < SOON;
    this.next = null;
    this.#set("", answer, false);
    const useless = next && this.on.useless(next.verb);
    if (next && isGood && inTime && !useless) return this.press(next.verb, next.more, awaited || undefined, next.done);
    if (next) {
      const words = isGood && useless ? "" : answer.words || "Lần bấm trước chậm được trả lời.";
      const hint = `“${this.on.name(next.verb)}” KHÔNG được gửi${useless ? `: ${useless}` : "."}`;
      this.answer = { ...answer, kind: answer.kind || "know", words, hint };
    }
    if (this.said) this.answer = both(this.answer, this.said);
    this.said = null;
    this.on.changed();
  }

  #set(busy, answer, draw = true) {
    clearTimeout(this.timer);
    Object.assign(this, { busy, answer, awaited: 0 });
    if (draw) this.on.changed();
  }

  async #untilAnswered(verb, body, turn) {
    for (let tries = 0; ; tries++) {
      const answer = await once(`${this.base}/${verb}`, body);
      if (answer) return { ...answer, tries };
      // The counter has moved on from this turn: whatever became of the press, repeating it would do nothing.
      if (this.on.turn() > turn) return { outcome: "done", turn: this.on.turn() };
      if (performance.now() - this.began > GIVEN_UP) return { refusal: givenUp(this.on.name(verb)) };
      this.answer = { kind: "bad", words: SILENCE, hint: COUNTED_ONCE };
      this.on.changed();
      const wait = Math.min(5000, 500 * 2 ** tries) * (0.75 + Math.random() / 2);
      await new Promise((over) => setTimeout((this.wake = over), wait));
    }
  }
}

function both(answer, said) {
  if (!answer.words && !answer.hint) return said;
  return { ...answer, hint: [answer.hint, said.words, said.hint].filter(Boolean).join(" ") };
}

function givenUp(name) {
  const vi = `“${name}” không có trả lời trong một phút, nên không được gửi nữa.`;
  return { vi, hint_vi: "Khi nối lại được, hình cho biết quầy đang thế nào; bấm lại nếu còn cần." };
}
