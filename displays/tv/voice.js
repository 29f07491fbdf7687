// Announcements on the TV: who flashes, what is spoken, what the server is told; the test tone.
// The fourth of the TV's classic scripts (Chromium 63, ES2017).
(function (tv) {
  "use strict";

  const { el, all, page, write } = tv;
  const own = () => tv.rows[`zone/${page.zone}`] || { voice: "", holder: "", since: 0 };
  // A slot may still move up, what was called when does not; sequences begin anew with each epoch.
  const key = (say) => `${say.at}/${say.voice}/${say.seq}/${say.number}`;

  tv.says = () => all("say").sort((one, other) => one.start - other.start);
  tv.isVoice = () => own().holder === page.device;
  const toShow = (say) => tv.rows[`zone/${say.zone}`] !== undefined && say.state !== "cancelled";
  const inSlot = (say) => toShow(say) && tv.known() && say.start <= tv.now() && tv.now() < say.end;
  const retracts = (say) => say.kind === "retract";
  const sameCall = (one, other) => one.number === other.number && one.counter === other.counter;
  const takenBack = (say) => tv.says().some((sorry) => retracts(sorry) && sorry.start > say.start && sameCall(sorry, say));
  tv.isCalling = (say) => inSlot(say) && !retracts(say) && !takenBack(say);
  const mine = (say) =>
    say.voice === own().voice && tv.isVoice() && say.seq >= own().since && say.sound !== "";
  let timer = 0;

  // Runs with every frame and at every edge of a slot: what stands big, who flashes, what is spoken, what is told.
  tv.pulse = () => {
    clearTimeout(timer);
    const moment = tv.now();
    const edges = tv.says().reduce((list, say) => list.concat(say.start, say.end), [moment + 1000]);
    timer = setTimeout(tv.pulse, Math.min(...edges.filter((edge) => edge > moment)) - moment + 1);
    [tv.drawNow, flash, sorry, tv.dim, speak, acknowledgeShown].forEach(tv.safely);
  };

  function flash() {
    const active = tv.says().filter(tv.isCalling);
    [el("now"), ...el("counters").children].forEach((element) => {
      const { number, counter } = element.dataset;
      const calling = active.some((say) => say.number === number && (!counter || say.counter === counter));
      element.classList.toggle("calling", calling);
    });
  }

  // The line over the last calls while a call is taken back; the heading makes room for it.
  function sorry() {
    const said = tv.says().filter((say) => retracts(say) && inSlot(say)).pop();
    el("sorry").hidden = !said;
    el("calls-title").hidden = !!said;
    write(el("sorry"), said ? `Xin lỗi, số ${said.number} vui lòng chờ` : "");
  }

  const [LATE, BROKEN] = [1000, 3]; // a sound begins at most so late; so many failed in a row: no voice any more
  const sounds = {}; // by key(say): {state: "loading" | "ready" | "failed", buffer}
  const spoken = {}; // by key(say): begun, or let go
  const told = {};
  let [audio, playing, failures, starting] = [null, false, 0, true];
  tv.played = []; // the last sounds as they were really played: {number, from, to} in the server's time

  function prepare(say) {
    if (!audio || sounds[key(say)] || !say.sound || say.state !== "planned" || say.end < tv.now()) return;
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

  // A sound is a megabyte of memory: kept until its slot is over, no longer.
  tv.prepare = () => {
    const coming = tv.says().filter((say) => say.voice === own().voice && say.end > tv.now() - LATE);
    const names = coming.map(key);
    Object.keys(sounds).filter((name) => names.indexOf(name) < 0).forEach((name) => delete sounds[name]);
    coming.forEach(prepare);
  };

  function speak() {
    if (playing || !tv.known() || !audio || audio.state !== "running") return;
    tv.says().filter((say) => say.state === "planned" && mine(say) && say.start <= tv.now()).forEach((say) => {
      if (playing || spoken[key(say)]) return;
      const sound = sounds[key(say)] || { state: "unknown" };
      const late = tv.now() - say.start > LATE;
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
    const from = tv.now();
    spoken[key(say)] = playing = true;
    const over = (whole) => {
      clearTimeout(watch);
      source.onended = null;
      playing = false;
      failures = whole ? 0 : failures + 1;
      tv.played = tv.played.concat({ number: say.number, from, to: tv.now() }).slice(-50);
      if (whole) tell(say);
      tv.pulse();
    };
    // A sound that never says it has ended (no sound card, say) must not mute the room.
    const watch = setTimeout(() => {
      over(false);
      source.stop();
    }, Math.min(buffer.duration * 1000 + 500, say.end - tv.now() + LATE));
    source.buffer = buffer;
    source.connect(audio.destination);
    source.onended = () => over(true);
    source.start(0);
  }

  function tell(say) {
    if (told[key(say)]) return;
    told[key(say)] = true;
    tv.post("/api/device/told", { voice: say.voice, seq: say.seq }, 3);
  }

  // Told means: its number, or the line that takes it back, stood here before its slot was over. The device that
  // speaks says so after speaking.
  function acknowledgeShown() {
    const stands = (say) => (retracts(say) ? inSlot(say) : tv.known() && toShow(say) && tv.now() <= say.end);
    tv.says().filter(stands).forEach((say) => {
      if (say.state === "silent" || !mine(say)) tell(say);
    });
  }

  // ---- being a voice: offered once sound may be played, taken back when it fails for good

  const running = () => audio !== null && audio.state === "running";
  tv.sound = () => (!audio ? "none" : running() ? (failures < BROKEN ? "on" : "broken") : starting ? "" : "refused");

  let [offered, offeredAt] = [null, 0];
  tv.offer = (again) => {
    if (!page.zone) return; // a TV of the whole center stands in no zone: it shows, and speaks for nobody
    const ready = tv.sound() === "on";
    // Opened anew and still mute, although the server counts on this voice: say so, after the moments sound needs.
    const counted = tv.isVoice() && performance.now() > 3000;
    if (offered === null && !ready && !counted) return;
    const forgotten = ready && !own().holder && performance.now() - offeredAt > 10000;
    if (ready === offered && !again && !forgotten) return;
    [offered, offeredAt] = [ready, performance.now()];
    tv.post("/api/device/voice", { voice: own().voice, ready }, 3);
  };

  // A room whose voice is another device does not need this one's sound; every other is told that it is missing.
  tv.drawMute = () => {
    const other = own().holder !== "" && own().holder !== page.device;
    const mute = ["refused", "broken", "none"].indexOf(tv.sound()) >= 0 && page.zone !== "" && !other;
    el("mute").hidden = !mute;
    const words = { refused: "Trình duyệt chưa cho phát tiếng", broken: "Tiếng bị lỗi", none: "Máy này không phát được tiếng" };
    write(el("mute-why"), words[tv.sound()] || "");
    el("unlock").hidden = tv.sound() !== "refused";
  };

  tv.listen = () => {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) return;
    audio = new Audio();
    const changed = () => {
      [tv.drawMute, () => tv.offer(false), tv.prepare].forEach(tv.safely);
    };
    audio.onstatechange = changed;
    setTimeout(() => {
      starting = false; // one that may play starts within moments
      changed();
    }, 600);
    const unlock = () => audio.state !== "running" && audio.resume();
    ["click", "touchend", "keydown"].forEach((kind) => document.addEventListener(kind, unlock));
  };

  // Two soft notes, for whoever stands in the hall and listens; `done(how)` is told what became of them.
  tv.tone = (done) => {
    if (!running()) return done(tv.sound() || "refused");
    const [from, notes] = [audio.currentTime + 0.05, [659, 523, 659]];
    notes.forEach((pitch, at) => {
      const [source, loud, start] = [audio.createOscillator(), audio.createGain(), from + at * 0.6];
      source.frequency.value = pitch;
      loud.gain.setValueAtTime(0, start);
      loud.gain.linearRampToValueAtTime(0.5, start + 0.03);
      loud.gain.linearRampToValueAtTime(0, start + 0.55);
      source.connect(loud).connect(audio.destination);
      if (at === notes.length - 1) source.onended = () => done("played");
      source.start(start);
      source.stop(start + 0.6);
    });
  };

  setInterval(() => {
    tv.safely(tv.prepare);
    // What was spoken and told is remembered longer than the server keeps an announcement, then forgotten.
    const old = (name) => parseInt(name, 10) < tv.now() - 600000;
    [spoken, told].forEach((kept) => Object.keys(kept).filter(old).forEach((name) => delete kept[name]));
  }, 60000);
})(window.tv);
