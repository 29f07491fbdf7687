// Who has carried out the present call: TVs, the board, the voice. The picture says that something was carried out; which
// devices and of how many is asked then, and once more when everybody should have answered.
import { once } from "./once.js";

const SOON = 150; // ms; devices answer in a bunch
const LATE = 3000; // ms after the start: a board answers within a second, unless it cannot

export class Carried {
  /** @param base the counter's address; @param on { position(): what the answer must know of, changed(): draw again } */
  constructor(base, on) {
    Object.assign(this, { base, on, now: null, seen: "", timers: [] });
  }

  /** The picture is new; `now` is the server's time. */
  picture({ told }, now) {
    const seen = told ? `${told.seq}/${told.devices}` : "";
    if (seen === this.seen) return;
    if (!told || !this.seen.startsWith(`${told.seq}/`)) this.now = null;
    this.seen = seen;
    this.timers.forEach(clearTimeout);
    if (!told) return;
    const moments = [SOON, told.start + LATE - now, told.end + LATE - now].filter((wait) => wait >= SOON);
    this.timers = moments.map((wait) => setTimeout(() => this.#ask(), wait));
  }

  async #ask() {
    const { seen } = this;
    const answer = await once(`${this.base}/told?at_least=${encodeURIComponent(this.on.position())}`);
    if (answer?.refusal || !answer?.number || seen !== this.seen) return;
    this.now = answer;
    this.on.changed();
  }
}

/** [what to say of it, good, late or ""] */
export function toldWords({ told, voice }, carried, now) {
  if (!told) return voice.holder ? ["", ""] : ["Khu vực này chưa có loa nào đọc số.", "late"];
  const late = now >= told.start + LATE;
  const parts = [spokenWords(told, voice, now), ...(carried ? shownWords(carried, late) : [])];
  const missing = parts.some(({ isMissing }) => isMissing);
  const good = told.spoken && !missing;
  return [parts.map(({ words }) => words).join(" · "), missing ? "late" : good ? "good" : ""];
}

function shownWords({ tvs, of_tvs: of, board }, late) {
  const tv = of ? `hiện trên ${tvs} trên ${of} TV` : "không có TV nào";
  const shown = [{ words: tv, isMissing: late && tvs < Math.max(1, of) }];
  if (board !== "–") shown.push({ words: board === "✓" ? "bảng ✓" : late ? "bảng CHƯA" : "bảng …", isMissing: late && board !== "✓" });
  return shown;
}

function spokenWords({ start, end, spoken, silent }, { holder }, now) {
  if (spoken) return { words: `đã đọc ✓ (${holder})` };
  if (silent) return { words: "không đọc vì đã trễ", isMissing: true };
  if (!holder) return { words: "KHÔNG có loa nào đọc", isMissing: true };
  if (now < start) return { words: `sẽ đọc sau ${Math.ceil((start - now) / 1000)} giây` };
  if (now < end + 2000) return { words: "đang đọc…" };
  return { words: `loa CHƯA trả lời (${holder})`, isMissing: true };
}
