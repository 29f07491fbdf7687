// Where slips come out: the printer on this machine (`goiso printer`, if the page's address names its port), else the
// browser's own printing. Nothing is printed that the server has not stored.
import { printSlip } from "./slip.js";

const ASKED = 2500; // how long the printer may take to say how it is
const PRINTED = 25000; // and to bring a slip out
const AWAY = { state: "away", prints: false, vi: "Máy in không trả lời.", en: "The printer does not answer." };
const BY_BROWSER = { state: "browser", prints: true, vi: "", en: "" };

async function within(length, path, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), length);
  try {
    const response = await fetch(path, { ...options, signal: stop.signal, cache: "no-store", credentials: "omit" });
    return await response.json();
  } catch {
    return AWAY; // it may be started anew at this moment: whoever wants it asks again
  } finally {
    clearTimeout(timer);
  }
}

export class Printer {
  /** `address` of the printer's process, "" for the browser's printing. */
  constructor(address) {
    this.address = address;
    this.known = BY_BROWSER;
  }

  /** How the printer is now: {state, prints, vi, en}. */
  async ask() {
    if (this.address) this.known = await within(ASKED, `${this.address}/state`, {});
    return this.known;
  }

  /** Print a slip as `job`, an id of its own for each time it shall come out; null when it did, else how the printer is. */
  async print(job, slip) {
    if (!this.address) {
      printSlip();
      return null;
    }
    const body = JSON.stringify({ job, slip });
    const answer = await within(PRINTED, `${this.address}/slips`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    if (answer.printed) return null;
    this.known = answer.state ? answer : AWAY;
    return this.known;
  }
}
