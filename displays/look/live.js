// Follows topics over the websocket /live: keyed rows, the server's clock, an honest connection state.
// It never gives up by itself; docs/live.md describes the messages.

const ASK_EVERY = 5000; // a clock question every 5 s keeps the offset and proves the connection
const FRESH = 10000; // without an answer for so long the picture may be old
const DEAD = 10000; // a question unanswered for so long: the socket is taken for dead
const SAMPLES = 6;
const FULL = 20000; // a server that has too many sockets is left alone for so long, and as long again by chance
const STAY_AWAY = new Set([1009, 4400, 4401, 4403, 4429]);

/** The JSON a page was painted with (`<script type="application/json" id=…>`). */
export function painted(id = "view") {
  return JSON.parse(document.getElementById(id).textContent);
}

export class Live {
  /**
   * @param topic  what to follow; more with `follow`
   * @param at     the position the rows were painted at ("" asks for the whole view)
   * @param rows   the rows painted, by name
   * @param on     { rows(rows), link({live, since, code}), refused({code, vi, en}) }, each optional
   * @param device the paired device this page is, "" for none
   */
  constructor(topic, at, rows, on, device = "") {
    Object.assign(this, { topic, on });
    this.topics = new Map([[topic, { at, rows: { ...rows }, heard: (now) => on.rows?.(now) }]]);
    this.device = device;
    this.samples = [];
    this.tries = 0;
    this.says = {}; // what is said of this page with every clock question
    this.answered = 0; // performance.now() of the last clock answer
    this.since = Date.now(); // when the connection was lost
    this.state = { live: false, since: this.since, code: 0 };
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    setInterval(() => this.#beat(), 1000);
    this.#open();
  }

  /** The server's time in milliseconds, as well as it is known. */
  now() {
    if (!this.samples.length) return Date.now();
    const best = this.samples.reduce((one, other) => (other.trip < one.trip ? other : one));
    return performance.now() + best.offset;
  }

  /** The position of what the first topic shows. */
  get at() {
    return this.topics.get(this.topic).at;
  }

  /** Follow one more topic: `heard(rows)` is told its rows whenever they change. */
  follow(topic, heard) {
    this.topics.set(topic, { at: "", rows: {}, heard });
    this.#join(topic);
  }

  /** Follow a topic no more. */
  leave(topic) {
    if (this.topics.delete(topic)) this.#send({ leave: topic });
  }

  #join(topic) {
    const { at } = this.topics.get(topic);
    this.#send(at ? { join: topic, have: at } : { join: topic });
  }

  #open() {
    clearTimeout(this.timer);
    this.timer = 0;
    const socket = (this.socket = new WebSocket(this.#address()));
    this.asked = 0;
    this.pending = performance.now(); // since when something is owed to us: the opening, then an answer
    socket.onopen = () => {
      this.pending = 0;
      for (const topic of this.topics.keys()) if (topic !== this.topic) this.#join(topic);
      this.#ask();
    };
    socket.onmessage = (event) => socket === this.socket && this.#take(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.socket && this.#closed(event.code);
  }

  /** The first topic is asked for in the address: its rows come with the answer, without a second round trip. */
  #address() {
    const query = new URLSearchParams({ join: this.topic, have: this.at });
    if (this.device) query.set("device", this.device);
    return `${location.protocol.replace("http", "ws")}//${location.host}/live?${query}`;
  }

  #send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #ask() {
    this.asked = performance.now();
    this.pending ||= this.asked;
    this.#send({ clock: Math.round(this.asked), ...this.says });
  }

  #take(message) {
    if (message.clock !== undefined) return this.#heard(message);
    if (message.refused !== undefined) return this.on.refused?.(message);
    const followed = this.topics.get(message.topic);
    if (!followed) return;
    followed.at = message.at;
    if (message.whole) followed.rows = { ...message.whole };
    else {
      Object.assign(followed.rows, message.rows);
      for (const name of message.gone ?? []) delete followed.rows[name];
    }
    followed.heard(followed.rows);
  }

  #heard({ clock, now }) {
    if (clock !== Math.round(this.asked)) return; // an answer to an older question
    const at = performance.now();
    const trip = at - this.asked;
    this.samples = [...this.samples, { trip, offset: now + trip / 2 - at }].slice(-SAMPLES);
    this.answered = at;
    this.pending = 0;
    this.tries = 0;
    this.#tell({ live: true, since: 0, code: 0 });
  }

  #beat() {
    const at = performance.now();
    if (this.state.live && at - this.answered > FRESH) {
      this.#tell({ live: false, since: Math.round(this.now() - (at - this.answered)), code: 0 });
    }
    if (this.timer || this.stopped) return;
    if (this.asked && at - this.asked >= ASK_EVERY) this.#ask();
    if (this.pending && at - this.pending > DEAD) this.#drop();
  }

  #drop() {
    const socket = this.socket;
    socket.onclose = null;
    socket.close();
    this.#closed(1006);
  }

  #closed(code) {
    // A short cut is mended before the picture is old; the light goes out when no answer came for 10 s.
    if (!this.state.live) this.#tell({ ...this.state, code });
    if (STAY_AWAY.has(code)) {
      this.#tell({ live: false, since: this.state.live ? this.now() : this.state.since, code });
      this.stopped = true;
      return;
    }
    const most = Math.min(5000, 500 * 2 ** this.tries++);
    const restarting = code === 1001 || code === 1012;
    const full = code === 1013;
    const least = restarting ? 0 : full ? FULL : 500;
    const wait = least + Math.random() * (restarting ? 3000 : full ? FULL : most - 500);
    this.timer = setTimeout(() => this.#open(), wait);
  }

  #hurry() {
    if (this.timer) this.#open();
    else if (!this.stopped && this.asked) this.#ask();
  }

  #tell(state) {
    const same = state.live === this.state.live && state.code === this.state.code;
    this.state = { ...state, since: state.live ? 0 : state.since };
    if (!same || !this.told) this.on.link?.(this.state);
    this.told = true;
  }
}
