// Pairs this device: by the key in the address (#key=…) when there is one, else by a six-digit code that staff type.
// Classic script, ES2017: the TVs that pair here may be old.
(function () {
  "use strict";

  const ASK_EVERY = 2000;
  const kind = document.body.getAttribute("data-kind");
  const el = (id) => document.getElementById(id);
  let pairing = null; // {id, code, claim, until} with `until` on this page's own clock

  const later = (length) => new Promise((over) => setTimeout(over, length));

  // Gives {status, body, date}; throws when no answer came or none that can be read.
  function post(path, body) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open("POST", path);
      request.timeout = 8000;
      request.setRequestHeader("Content-Type", "application/json");
      request.onerror = request.ontimeout = () => fail(new Error("no answer"));
      request.onload = () => {
        try {
          const date = Date.parse(request.getResponseHeader("Date"));
          done({ status: request.status, body: JSON.parse(request.responseText), date });
        } catch (fault) {
          fail(fault);
        }
      };
      request.send(JSON.stringify(body));
    });
  }

  function trouble(words) {
    if (el("trouble").textContent !== words) el("trouble").textContent = words;
  }

  function noAnswer() {
    trouble("Máy chủ không trả lời, đang thử lại…");
  }

  async function ask() {
    const answer = await post("/api/pairings", { kind });
    if (answer.body.refusal) {
      trouble(answer.body.refusal.vi);
      return later(10000);
    }
    // The box's own clock may be years off: how long the code is good is told by the server's clock.
    const left = answer.body.expires - (answer.date || Date.now());
    const sane = left > 0 && left < 3600000 ? left : 300000;
    pairing = Object.assign({ until: performance.now() + sane }, answer.body);
    el("code").textContent = "";
    // Two groups of three are easier to read aloud; the gap is drawn, the text stays six digits.
    [pairing.code.slice(0, 3), pairing.code.slice(3)].forEach((half) => {
      el("code").appendChild(document.createElement("span")).textContent = half;
    });
    trouble("");
  }

  async function claim() {
    await later(ASK_EVERY);
    const answer = await post(`/api/pairings/${encodeURIComponent(pairing.id)}/claim`, { claim: pairing.claim });
    if (answer.body.page) return location.replace(answer.body.page + location.search);
    trouble("");
    if (answer.body.refusal) forget(); // used, expired or unknown: a new code
  }

  function forget() {
    pairing = null;
    el("code").textContent = "– – –";
  }

  function count() {
    if (!pairing) {
      el("left").textContent = "Đang xin mã…";
      return;
    }
    const seconds = Math.max(0, Math.ceil((pairing.until - performance.now()) / 1000));
    el("left").textContent = `Mã còn dùng được ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  async function byCode() {
    for (;;) {
      try {
        if (pairing && performance.now() >= pairing.until) forget();
        await (pairing ? claim() : ask());
      } catch (fault) {
        noAnswer();
        await later(ASK_EVERY + Math.random() * 1000);
      }
    }
  }

  async function byKey(key) {
    for (;;) {
      try {
        const answer = await post("/api/device/enter", { kind, key });
        if (answer.body.page) return location.replace(answer.body.page + location.search);
        if (answer.status < 500) return byCode(); // a key that is no good: staff can still pair by code
      } catch (fault) {
        // asked again below
      }
      noAnswer();
      await later(ASK_EVERY);
    }
  }

  setInterval(count, 500);
  const key = /^#key=(.+)$/.exec(location.hash);
  if (key) {
    history.replaceState(null, "", location.pathname + location.search); // a key does not stay in the address bar
    byKey(decodeURIComponent(key[1]));
  } else byCode();
})();
