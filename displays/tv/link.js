// The TV's link to its server: what it was painted with, the rows of its topic, the server's time, what it tells.
// The first of the TV's classic scripts (Chromium 63, ES2017); they share the one name `tv`.
window.tv = (function () {
  "use strict";

  const page = JSON.parse(document.getElementById("view").textContent);
  const tv = { page, rows: page.rows, refused: "", heard: null, told: null, ordered: null, state: () => ({}) };

  tv.el = (id) => document.getElementById(id);
  tv.all = (kind) =>
    Object.keys(tv.rows).filter((name) => name.startsWith(kind + "/")).map((name) => tv.rows[name]);

  // A slip in drawing or speaking must not stop the rest of the page.
  tv.safely = (work) => {
    try {
      work();
    } catch (fault) {
      console.error(fault);
    }
  };

  tv.post = (path, body, tries) => {
    const request = new XMLHttpRequest();
    const again = () => tries > 1 && setTimeout(() => tv.post(path, body, tries - 1), 1000 + Math.random() * 1000);
    request.open("POST", path);
    request.timeout = 5000;
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("Goiso-Device", page.device);
    request.onerror = request.ontimeout = again;
    request.onload = () => request.status >= 500 && again();
    request.send(JSON.stringify(body));
  };

  // ---- the server's time, kept on the monotonic clock of this box: its wall clock is often wrong

  let samples = []; // the last answers: {trip, offset}
  let asked = 0;
  let answered = 0; // when the last answer came, performance.now()
  tv.known = () => samples.length > 0;

  tv.now = () => {
    if (!tv.known()) return Date.now();
    return performance.now() + samples.reduce((one, other) => (other.trip < one.trip ? other : one)).offset;
  };

  function heardClock(message) {
    if (message.clock !== Math.round(asked)) return;
    answered = performance.now();
    owed = tries = 0;
    const trip = answered - asked;
    samples = samples.concat({ trip, offset: message.now + trip / 2 - answered }).slice(-6);
    tv.safely(tv.told);
  }

  // ---- the socket

  const ASK_EVERY = 5000;
  const FRESH = 10000; // older than this, an answer proves nothing; owed for so long, the socket is dead
  let socket = null;
  let [retry, tries] = [0, 0]; // the timer of the next try, how many failed
  let owed = 0; // since when the server owes us something, performance.now()

  tv.quiet = () => performance.now() - answered; // for how long the server has not been heard, ms
  tv.ever = () => answered > 0;
  tv.isLive = () => tv.ever() && tv.quiet() < FRESH && !tv.refused;

  tv.connect = () => {
    clearTimeout(retry);
    retry = asked = 0;
    owed = performance.now();
    const host = `${location.protocol.replace("http", "ws")}//${location.host}`;
    const line = (socket = new WebSocket(`${host}/live?device=${page.device}`));
    line.onopen = () => {
      owed = 0;
      join();
      tv.ask();
      tv.joined();
    };
    line.onmessage = (event) => line === socket && tv.safely(() => take(JSON.parse(event.data)));
    line.onclose = (event) => line === socket && closed(event.code);
  };

  const send = (message) => socket && socket.readyState === 1 && socket.send(JSON.stringify(message));
  const join = () => send(page.position ? { join: page.topic, have: page.position } : { join: page.topic });

  // What time is it? With it goes how this device is, for whoever looks after it.
  tv.ask = () => {
    asked = performance.now();
    owed = owed || asked;
    send({ clock: Math.round(asked), state: tv.state() });
  };

  function take(message) {
    if (message.clock !== undefined) heardClock(message);
    else if (message.order) tv.ordered(message.order);
    else if (message.refused) {
      if (message.code === "not-paired") return location.replace("/tv");
      tv.refused = message.vi;
      setTimeout(join, 10000);
    } else if (message.topic === page.topic) {
      page.position = message.at;
      tv.refused = "";
      tv.rows = message.whole || Object.assign(tv.rows, message.rows);
      (message.gone || []).forEach((name) => delete tv.rows[name]);
      tv.safely(tv.heard);
    }
    tv.pulse();
  }

  function closed(code) {
    socket = null;
    if (code === 4401) return location.replace("/tv");
    // Codes that say "do not come back", or "not now", are tried slowly: nobody stands here to press a key.
    const slow = [1009, 1013, 4400, 4403, 4429].indexOf(code) >= 0;
    const most = Math.min(5000, 500 * Math.pow(2, tries++));
    const wait = code === 1001 || code === 1012 ? Math.random() * 3000 : 500 + Math.random() * (most - 500);
    retry = setTimeout(tv.connect, slow ? 30000 + Math.random() * 30000 : wait);
  }

  tv.beat = () => {
    const at = performance.now();
    if (socket && asked && at - asked >= ASK_EVERY) tv.ask();
    if (socket && owed && at - owed > FRESH) {
      socket.onclose = null;
      socket.close();
      closed(1006);
    }
  };

  window.addEventListener("online", () => retry && tv.connect());
  return tv;
})();
