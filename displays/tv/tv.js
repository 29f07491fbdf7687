// The TV of a zone, one classic script for old TV boxes (Chromium 63, ES2017): follows its topic, shows calls
// at once, flashes and speaks each in its slot by the server's time, says so to the server, never needs a hand.
(function () {
  "use strict";

  const page = JSON.parse(document.getElementById("view").textContent);
  let rows = page.rows;

  const el = (id) => document.getElementById(id);
  const all = (kind) => Object.keys(rows).filter((name) => name.startsWith(kind + "/")).map((name) => rows[name]);
  const says = () => all("say").sort((one, other) => one.start - other.start);
  const key = (say) => `${say.start}/${say.seq}/${say.number}`; // sequences begin anew with each epoch

  // A slip in drawing or speaking must not stop the rest of the page.
  function safely(work) {
    try {
      work();
    } catch (fault) {
      console.error(fault);
    }
  }

  function post(path, body, tries) {
    const request = new XMLHttpRequest();
    const again = () => tries > 1 && setTimeout(() => post(path, body, tries - 1), 1000 + Math.random() * 1000);
    request.open("POST", path);
    request.timeout = 5000;
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("Goiso-Device", page.device);
    request.onerror = request.ontimeout = again;
    request.onload = () => request.status >= 500 && again();
    request.send(JSON.stringify(body));
  }

  // ---- the server's time, kept on the monotonic clock of this box: its wall clock is often wrong

  let samples = []; // the last answers: {trip, offset}
  let asked = 0;
  let answered = 0; // when the last answer came, performance.now()
  const known = () => samples.length > 0;

  function now() {
    if (!known()) return Date.now();
    return performance.now() + samples.reduce((one, other) => (other.trip < one.trip ? other : one)).offset;
  }

  function heardClock(message) {
    if (message.clock !== Math.round(asked)) return;
    answered = performance.now();
    owed = tries = 0;
    const trip = answered - asked;
    samples = samples.concat({ trip, offset: message.now + trip / 2 - answered }).slice(-6);
    safely(light);
  }

  // ---- the socket

  const ASK_EVERY = 5000;
  const FRESH = 10000; // older than this, an answer proves nothing; owed for so long, the socket is dead
  let socket = null;
  let [retry, tries] = [0, 0]; // the timer of the next try, how many failed
  let owed = 0; // since when the server owes us something, performance.now()
  let lostAt = Date.now();
  let refused = "";

  function connect() {
    clearTimeout(retry);
    retry = asked = 0;
    owed = performance.now();
    const line = (socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/live?device=${page.device}`));
    line.onopen = () => {
      owed = 0;
      join();
      ask();
      offer(true);
    };
    line.onmessage = (event) => line === socket && safely(() => take(JSON.parse(event.data)));
    line.onclose = (event) => line === socket && closed(event.code);
  }

  const send = (message) => socket && socket.readyState === 1 && socket.send(JSON.stringify(message));
  const join = () => send(page.position ? { join: page.topic, have: page.position } : { join: page.topic });

  function ask() {
    asked = performance.now();
    owed = owed || asked;
    send({ clock: Math.round(asked) });
  }

  function take(message) {
    if (message.clock !== undefined) heardClock(message);
    else if (message.refused) {
      if (message.code === "not-paired") return location.replace("/tv");
      refused = message.vi;
      setTimeout(join, 10000);
    } else if (message.topic === page.topic) {
      page.position = message.at;
      refused = "";
      rows = message.whole || Object.assign(rows, message.rows);
      (message.gone || []).forEach((name) => delete rows[name]);
      safely(draw);
    }
    pulse();
  }

  function closed(code) {
    socket = null;
    if (code === 4401) return location.replace("/tv");
    // Codes that say "do not come back", or "not now", are tried slowly: nobody stands here to press a key.
    const slow = [1009, 1013, 4400, 4403, 4429].indexOf(code) >= 0;
    const most = Math.min(5000, 500 * Math.pow(2, tries++));
    const wait = code === 1001 || code === 1012 ? Math.random() * 3000 : 500 + Math.random() * (most - 500);
    retry = setTimeout(connect, slow ? 30000 + Math.random() * 30000 : wait);
  }

  function beat() {
    const at = performance.now();
    if (socket && asked && at - asked >= ASK_EVERY) ask();
    if (socket && owed && at - owed > FRESH) {
      socket.onclose = null;
      socket.close();
      closed(1006);
    }
    [light, clock].forEach(safely);
    offer(false);
    pulse();
  }

  // ---- what is shown

  const DAYS = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];
  const two = (figure) => String(figure).padStart(2, "0");
  // Read by getUTC…: Vietnam has one time zone and no summer time.
  const here = (moment) => new Date(moment + 7 * 3600000);
  const time = (moment) => `${two(here(moment).getUTCHours())}:${two(here(moment).getUTCMinutes())}`;

  const write = (element, text) => element.textContent === text || (element.textContent = text);
  const add = (parent, tag, kind, text) =>
    parent.appendChild(Object.assign(document.createElement(tag), { className: kind, textContent: text }));

  function clock() {
    const day = here(now());
    write(el("clock"), time(now()));
    write(el("date"), `${DAYS[day.getUTCDay()]}, ${[two(day.getUTCDate()), two(day.getUTCMonth() + 1), day.getUTCFullYear()].join("/")}`);
  }

  function light() {
    const quiet = performance.now() - answered;
    const live = answered > 0 && quiet < FRESH && !refused;
    lostAt = live ? 0 : lostAt || now() - quiet;
    const starting = !answered && Date.now() - lostAt < 3000; // a page just opened is not yet a lost one
    el("light").className = live ? "light live" : "light";
    el("bar").className = live || starting ? "bar" : "bar lost";
    const lost = `Mất kết nối từ ${time(lostAt)} — số có thể cũ`;
    write(el("light"), refused || (live ? "Trực tuyến" : starting ? "Đang kết nối…" : lost));
  }

  function draw() {
    write(el("zone"), rows.zone.name);
    write(el("center"), rows.zone.center);
    drawCounters();
    says().forEach(prepare);
  }

  function drawCounters() {
    const counters = all("counter").sort((one, other) => (one.counter < other.counter ? -1 : 1));
    const grid = el("counters");
    const ids = `${counters.map((row) => row.counter).join()} ${longest()}`;
    if (grid.getAttribute("data-ids") !== ids) {
      grid.setAttribute("data-ids", ids);
      grid.textContent = "";
      counters.forEach((row) => {
        const cell = add(grid, "div", "counter", "");
        cell.setAttribute("data-counter", row.counter);
        const head = add(cell, "p", "head", "");
        add(head, "b", "", `Quầy ${row.counter}`);
        add(head, "span", "state", "");
        ["number", "services"].forEach((kind) => add(cell, "p", kind, ""));
      });
      fit();
    }
    counters.forEach((row, at) => drawCounter(grid.children[at], row));
  }

  function drawCounter(cell, row) {
    const word = { closed: "Đóng", paused: "Tạm dừng" }[row.state] || "";
    const inPlace = word !== "" && !row.serving; // nobody is served: the word stands where the number was
    const number = cell.querySelector(".number");
    Object.assign(cell.dataset, { state: row.state, number: row.number });
    cell.className = `counter ${row.state}${row.serving ? "" : " rest"}`;
    write(cell.querySelector(".state"), inPlace ? "" : word);
    write(number, inPlace ? word : row.number || "–");
    number.classList.toggle("word", inPlace);
    write(cell.querySelector(".services"), (row.state === "paused" && row.reason) || row.services.join(" · "));
  }

  // The call shown big is the one being announced in this zone; between announcements, the newest that was not missed.
  function drawNow() {
    const calls = all("call").sort((one, other) => other.at - one.at || other.seq - one.seq);
    const top = says().find((say) => say.state === "planned" && isCalling(say)) || calls.find((call) => !call.missed);
    el("now").classList.toggle("none", !top);
    el("now").setAttribute("data-number", top ? top.number : "");
    write(el("now-number"), top ? top.number : "–");
    write(el("now-counter"), top ? top.counter : "–");
    const others = calls.filter((call) => !top || call.number !== top.number);
    drawCalls(others.filter((call) => !call.missed).slice(0, 6));
    drawMissed(others.filter((call) => call.missed).slice(0, 4));
  }

  function drawCalls(calls) {
    if (el("calls").drawn === JSON.stringify(calls)) return;
    el("calls").drawn = JSON.stringify(calls);
    el("calls").textContent = "";
    calls.forEach((call) => {
      const line = add(el("calls"), "li", "", "");
      add(line, "b", "", call.number);
      add(line, "span", "", `Quầy ${call.counter}`);
      add(line, "span", "when", time(call.at));
    });
  }

  function drawMissed(calls) {
    const missed = el("missed");
    if (missed.drawn === JSON.stringify(calls)) return;
    missed.drawn = JSON.stringify(calls);
    missed.hidden = !calls.length;
    missed.textContent = "";
    add(missed, "span", "", "Đã gọi, chưa đến");
    calls.forEach((call) => add(missed, "b", "", `${call.number} → ${call.counter}`));
  }

  const longest = () => Math.max(5, ...all("counter").concat(all("call")).map((row) => row.number.length));

  // As large as the screen allows, whatever its shape, the number of counters and the font found.
  function fit() {
    const probe = add(document.body, "b", "", "8".repeat(longest()));
    probe.style.cssText = "position:absolute;visibility:hidden;font-size:100px";
    const wide = probe.offsetWidth / 100;
    document.body.removeChild(probe);
    const tall = window.innerHeight;
    const upright = window.innerWidth < tall;
    const grid = el("counters");
    const count = grid.children.length || 1;
    const gap = Math.min(tall, window.innerWidth) * 0.01;
    let best = { size: 0 };
    for (let columns = 1; columns <= count; columns++) {
      const lines = Math.ceil(count / columns);
      const width = (grid.clientWidth - gap * (columns - 1)) / columns;
      const height = (grid.clientHeight - gap * (lines - 1)) / lines - tall * 0.02; // less its padding
      const size = Math.min((width - window.innerWidth * 0.018) / wide, height * 0.58);
      const label = Math.min(height * 0.19, width * 0.13, tall * 0.05);
      if (size > best.size) best = { size, columns, label, roomy: size + label * 3.1 < height };
    }
    grid.classList.toggle("roomy", best.roomy === true);
    const set = (name, value) => document.documentElement.style.setProperty(`--${name}`, value);
    set("columns", best.columns);
    set("cell", `${best.size}px`);
    set("label", `${best.label}px`);
    set("now-number", `${Math.min(tall * (upright ? 0.176 : 0.21), (el("now").clientWidth * 0.92) / wide)}px`);
    set("now-counter", `${tall * (upright ? 0.14 : 0.177)}px`);
  }

  // ---- announcements: flash, sound, acknowledgement

  const toShow = (say) => say.zone === page.zone && say.state !== "cancelled";
  const inSlot = (say) => toShow(say) && known() && say.start <= now() && now() < say.end;
  const retracts = (say) => say.kind === "retract";
  const sameCall = (one, other) => one.number === other.number && one.counter === other.counter;
  const takenBack = (say) => says().some((sorry) => retracts(sorry) && sorry.start > say.start && sameCall(sorry, say));
  const isCalling = (say) => inSlot(say) && !retracts(say) && !takenBack(say);
  const mine = (say) => rows.zone.holder === page.device && say.seq >= rows.zone.since && say.sound !== "";
  let timer = 0;

  // Runs with every frame and at every edge of a slot: what stands big, who flashes, what is spoken, what is told.
  function pulse() {
    clearTimeout(timer);
    const moment = now();
    const edges = says().reduce((list, say) => list.concat(say.start, say.end), [moment + 1000]);
    timer = setTimeout(pulse, Math.min(...edges.filter((edge) => edge > moment)) - moment + 1);
    [drawNow, flash, sorry, speak, acknowledgeShown].forEach(safely);
  }

  function flash() {
    const active = says().filter(isCalling);
    [el("now"), ...el("counters").children].forEach((element) => {
      const { number, counter } = element.dataset;
      const calling = active.some((say) => say.number === number && (!counter || say.counter === counter));
      element.classList.toggle("calling", calling);
    });
  }

  // The line over the last calls while a call is taken back; the heading makes room for it.
  function sorry() {
    const said = says().filter((say) => retracts(say) && inSlot(say)).pop();
    el("sorry").hidden = !said;
    el("calls-title").hidden = !!said;
    write(el("sorry"), said ? `Xin lỗi, số ${said.number} vui lòng chờ` : "");
  }

  const [LATE, BROKEN] = [1000, 3]; // a sound begins at most so late; so many failed in a row: no voice any more
  const sounds = {}; // by key(say): {state: "loading" | "ready" | "failed", buffer}
  const spoken = {}; // by key(say): begun, or let go
  const told = {};
  let [audio, playing, failures] = [null, false, 0];

  function prepare(say) {
    if (!audio || sounds[key(say)] || !say.sound || say.state !== "planned" || say.end < now()) return;
    const sound = (sounds[key(say)] = { state: "loading", buffer: null });
    const done = (buffer) => {
      Object.assign(sound, { state: buffer ? "ready" : "failed", buffer });
      if (buffer && failures >= BROKEN) failures = 0; // the sounds are there again
      speak();
    };
    const request = new XMLHttpRequest();
    request.open("GET", say.sound);
    request.responseType = "arraybuffer";
    request.timeout = 15000;
    request.onerror = request.ontimeout = () => done(null);
    const decode = () => audio.decodeAudioData(request.response, done, () => done(null));
    request.onload = () => (request.status === 200 ? decode() : done(null));
    request.send();
  }

  function speak() {
    if (playing || !known() || !audio || audio.state !== "running") return;
    says().filter((say) => say.state === "planned" && mine(say) && say.start <= now()).forEach((say) => {
      if (playing || spoken[key(say)]) return;
      const sound = sounds[key(say)] || { state: "unknown" };
      const late = now() - say.start > LATE;
      if (sound.state === "ready" && !late) play(say, sound.buffer);
      else if (sound.state === "failed" || late) {
        // Let go, so that the next one is heard; not acknowledged, so that another device takes over.
        spoken[key(say)] = true;
        if (sound.state === "failed" || sound.state === "loading") failures += 1;
      }
    });
  }

  function play(say, buffer) {
    const source = audio.createBufferSource();
    spoken[key(say)] = playing = true;
    const over = (whole) => {
      clearTimeout(watch);
      source.onended = null;
      playing = false;
      failures = whole ? 0 : failures + 1;
      if (whole) tell(say);
      pulse();
    };
    // A sound that never says it has ended (no sound card, say) must not mute the room.
    const watch = setTimeout(() => {
      over(false);
      source.stop();
    }, Math.min(buffer.duration * 1000 + 500, say.end - now() + LATE));
    source.buffer = buffer;
    source.connect(audio.destination);
    source.onended = () => over(true);
    source.start(0);
  }

  function tell(say) {
    if (told[key(say)]) return;
    told[key(say)] = true;
    post("/api/device/told", { voice: rows.zone.voice, seq: say.seq }, 3);
  }

  // Told means: its number, or the line that takes it back, stood here before its slot was over. The device that
  // speaks says so after speaking.
  function acknowledgeShown() {
    const stands = (say) => (retracts(say) ? inSlot(say) : known() && toShow(say) && now() <= say.end);
    says().filter(stands).forEach((say) => {
      if (say.state === "silent" || !mine(say)) tell(say);
    });
  }

  // ---- being a voice: offered once sound may be played, taken back when it fails for good

  let [offered, offeredAt] = [null, 0];
  function offer(again) {
    const ready = audio !== null && audio.state === "running" && failures < BROKEN;
    // Opened anew and still mute, although the server counts on this voice: say so, after the moments sound needs.
    const counted = rows.zone.holder === page.device && performance.now() > 3000;
    if (offered === null && !ready && !counted) return;
    const forgotten = ready && !rows.zone.holder && performance.now() - offeredAt > 10000;
    if (ready === offered && !again && !forgotten) return;
    [offered, offeredAt] = [ready, performance.now()];
    post("/api/device/voice", { voice: rows.zone.voice, ready }, 3);
  }

  function listen() {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) return;
    audio = new Audio();
    const changed = () => {
      el("unlock").hidden = audio.state === "running";
      offer(false);
      says().forEach(prepare);
    };
    audio.onstatechange = changed;
    setTimeout(changed, 600); // one that may play starts within moments
    const unlock = () => audio.state !== "running" && audio.resume();
    ["click", "touchend", "keydown"].forEach((kind) => document.addEventListener(kind, unlock));
  }

  window.addEventListener("resize", () => safely(fit));
  window.addEventListener("online", () => retry && connect());
  [listen, draw, fit, clock, drawNow, connect].forEach(safely);
  setInterval(() => safely(beat), 1000);
  // What was spoken and told is remembered longer than the server keeps an announcement, then forgotten.
  setInterval(() => {
    const old = (name) => parseInt(name, 10) < now() - 600000;
    [sounds, spoken, told].forEach((kept) => Object.keys(kept).filter(old).forEach((name) => delete kept[name]));
  }, 60000);
})();
