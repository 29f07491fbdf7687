// The pictures and films beside the counters: one after another, dimmed and hushed while a number is called.
// The fifth of the TV's classic scripts (Chromium 63, ES2017); it goes on with every beat, and keeps no timer of its
// own but that of the next announcement.
(function (tv) {
  "use strict";

  const { el, all } = tv;
  const FADE = 1400; // ms; media.css lets a picture come and go in 1200
  const PATIENCE = 30000; // a file that is not there by then, or a film that stands still for so long, is left out
  const AGAIN = 300000; // and tried again
  const [AHEAD, LOUD] = [300, 0.3]; // hushed so long before an announcement; how loud a film is
  const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const bad = {}; // by address: when a file could not be shown, performance.now()
  let [shown, coming, leaving] = [null, null, null]; // {row, element, since, ready, at, moved}
  let [last, timer] = [-1, 0]; // the place of what was shown last

  const listed = () => all("media").sort((one, other) => one.place - other.place);
  const playable = () => listed().filter((row) => !(row.url in bad) && (moves || !row.film));
  const isHere = (one) => one !== null && listed().some((row) => row.url === one.row.url);

  // ---- one of them: on the page as long as it is seen, and not a moment longer: a decoder and its memory are few.
  // A picture that is still listed is kept beside the page as it came, some hundred KB: loaded anew, it would be another
  // picture to the browser, which holds on to what it has decoded of the last hundred of them.

  const pictures = {}; // by address

  function load(row) {
    const element = pictures[row.url] || document.createElement(row.film ? "video" : "img");
    element.className = "medium";
    el("media").appendChild(element);
    const one = { row, element, since: performance.now(), ready: false, at: 0, moved: performance.now() };
    element.onerror = () => fail(one);
    if (row.film) {
      Object.assign(element, { muted: true, playsInline: true, preload: "auto" });
      element.oncanplay = () => (one.ready = true) && tv.safely(step);
    } else {
      element.alt = "";
      element.onload = () => (one.ready = true) && tv.safely(step);
      one.ready = pictures[row.url] === element;
      pictures[row.url] = element;
    }
    if (!one.ready) element.src = row.url;
    return one;
  }

  function release(one) {
    const { element } = one;
    element.onerror = element.onload = element.oncanplay = null;
    if (one.row.film) element.pause();
    if (one.row.film || !one.ready || !isHere(one)) {
      delete pictures[one.row.url];
      element.removeAttribute("src");
    }
    if (one.row.film) element.load();
    element.parentNode.removeChild(element);
  }

  // What is listed no more is not kept either.
  function forget() {
    const here = listed().map((row) => row.url);
    Object.keys(pictures).filter((url) => here.indexOf(url) < 0).forEach((url) => delete pictures[url]);
  }

  function fail(one) {
    bad[one.row.url] = performance.now();
    one.ready = false;
    release(one);
    if (one === coming) coming = null;
    if (one === shown) shown = null;
    if (one === leaving) leaving = null;
  }

  function enter(one) {
    [leaving, shown, coming] = [shown, one, null];
    if (leaving) fade(leaving);
    one.since = one.moved = performance.now();
    last = one.row.place;
    one.element.offsetWidth; // drawn once as it is, so that it comes slowly
    one.element.classList.add("seen");
    if (one.row.film) play(one);
  }

  function fade(one) {
    one.since = performance.now();
    one.element.classList.remove("seen");
  }

  function play(one) {
    hush();
    one.element.play().catch(() => {
      if (one !== shown) return;
      if (one.element.muted) return fail(one);
      one.element.muted = one.deaf = true; // the browser allows no sound: then without
      one.element.play().catch(() => one === shown && fail(one));
    });
  }

  // ---- what comes next

  function isOver(one, list) {
    const moment = performance.now();
    if (!isHere(one) || (one.row.film && !moves)) return true;
    if (!one.row.film) return list.length > 1 && moment - one.since > one.row.seconds * 1000;
    one.element.loop = list.length === 1;
    if (one.element.currentTime !== one.at) Object.assign(one, { at: one.element.currentTime, moved: moment });
    if (one.element.ended) return true;
    if (moment - one.moved > PATIENCE) fail(one);
    return shown === null;
  }

  function next(list) {
    return list.find((row) => row.place > last) || list[0];
  }

  function step() {
    const moment = performance.now();
    Object.keys(bad).forEach((url) => moment - bad[url] > AGAIN && delete bad[url]);
    if (leaving && moment - leaving.since > FADE) {
      release(leaving);
      leaving = null;
    }
    forget();
    const list = el("media").hidden ? [] : playable();
    if (coming && (!isHere(coming) || !list.length)) {
      release(coming);
      coming = null;
    }
    if (coming && coming.ready) enter(coming);
    else if (coming && moment - coming.since > PATIENCE) fail(coming);
    if (coming || leaving || (shown && !isOver(shown, list))) return;
    const row = next(list);
    // A film has the screen's decoder for itself: what was before is gone before it is loaded, and it before the next.
    if (shown && (!row || shown.row.film || row.film)) {
      leaving = shown;
      shown = null;
      fade(leaving);
    } else if (row && !(shown && shown.row.url === row.url)) {
      coming = load(row);
      if (coming.ready) enter(coming);
    }
  }

  // There is a place for them where there is something to show, and room (fit.js).
  tv.drawMedia = () => {
    const there = playable().length > 0;
    if (document.body.classList.contains("illustrated") !== there) {
      document.body.classList.toggle("illustrated", there);
      tv.fit();
    }
    step();
  };

  tv.media = () => {
    if (!listed().length) return "none";
    if (listed().some((row) => row.url in bad)) return "failed";
    if (!playable().length) return "still";
    return el("media").hidden ? "room" : "on";
  };

  // ---- dimmed with the voice

  const heard = (say) => say.state !== "cancelled" && say.end > tv.now();
  const isCalled = () => tv.known() && tv.says().some((say) => heard(say) && say.start - AHEAD <= tv.now());

  function hush() {
    const one = shown;
    if (!one || !one.row.film) return;
    one.element.muted = !one.row.heard || !tv.isVoice() || one.deaf === true;
    const [target, began] = [isCalled() ? 0 : LOUD, one.element.volume];
    let left = 6; // steps of 50 ms: no click
    const turn = () => {
      left -= 1;
      one.element.volume = target + ((began - target) * left) / 6;
      if (left > 0 && one === shown) setTimeout(turn, 50);
    };
    turn();
  }

  let dimmed = null;
  tv.dim = () => {
    clearTimeout(timer);
    const starts = tv.says().filter(heard).map((say) => say.start - AHEAD - tv.now());
    const wait = Math.min(...starts.filter((ms) => ms > 0), 60000);
    timer = setTimeout(() => tv.safely(tv.dim), wait + 1);
    if (dimmed === isCalled()) return;
    dimmed = isCalled();
    el("media").classList.toggle("dimmed", dimmed);
    hush();
  };
})(window.tv);
