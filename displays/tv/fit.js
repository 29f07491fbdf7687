// Sizes: as large as the screen allows, whatever its shape, the number of counters and the font found; nothing scrolls.
// The bulletin, one calm line after another; and the picture moves a little now and then, so that nothing burns in.
// The third of the TV's classic scripts (Chromium 63, ES2017).
(function (tv) {
  "use strict";

  const { el, all, add, write } = tv;
  const GAP = 0.014; // of the screen's height, between counters and pictures
  const LEAST = { wide: 0.02, upright: 0.0125 }; // no text is smaller than this part of the screen's height
  const set = (name, value) => document.documentElement.style.setProperty(`--${name}`, value);
  const isUpright = () => window.innerWidth < window.innerHeight;

  tv.callsShown = 6;
  tv.missedShown = 3;
  tv.longest = () =>
    Math.max(5, ...all("counter").concat(all("call"), all("missed")).map((row) => row.number.length));

  // How wide a number is, in its own height.
  function widthOfNumber() {
    const probe = add(document.body, "b", "", "8".repeat(tv.longest()));
    probe.style.cssText = "position:absolute;visibility:hidden;font-size:100px";
    const wide = probe.offsetWidth / 100;
    document.body.removeChild(probe);
    return wide;
  }

  // The grid in which the numbers of the counters are largest.
  function bestGrid(grid, count, wide, least) {
    const tall = window.innerHeight;
    const gap = Math.min(tall, window.innerWidth) * 0.01;
    let best = { size: 0, columns: 1, label: least };
    for (let columns = 1; columns <= count; columns++) {
      const lines = Math.ceil(count / columns);
      const width = (grid.clientWidth - gap * (columns - 1)) / columns;
      const height = (grid.clientHeight - gap * (lines - 1)) / lines - tall * 0.02; // less its padding
      const label = Math.max(least, Math.min(height * 0.19, width * 0.13, tall * 0.05));
      const below = Math.max(least, label * 0.76);
      const dense = height < label * 1.2 + below * 1.3 + least * 2.6;
      const left = height - label * 1.2 - (dense ? 0 : below * 1.35);
      const size = Math.min((width - window.innerWidth * 0.018) / wide, left * 0.92, tall * 0.24);
      const roomy = size + label * 1.2 + below * 2.7 < height;
      if (size > best.size) best = { size, columns, label, below, dense, roomy };
    }
    return best;
  }

  // How high pictures and films may be under the counters, px: as high as leaves the numbers large, else as high as
  // leaves them as large as on a TV full of counters; 0 where there is no room.
  function heightOfMedia(upright, count, wide, least) {
    const box = el("counters").parentNode;
    const tall = window.innerHeight;
    const most = Math.min((box.clientWidth * 9) / 16, box.clientHeight * 0.64);
    for (const enough of upright ? [0.045, 0.025] : [0.085, 0.055]) {
      for (let high = most; high >= tall * (upright ? 0.13 : 0.24); high -= tall * 0.01) {
        const grid = { clientWidth: box.clientWidth, clientHeight: box.clientHeight - high - tall * GAP };
        if (bestGrid(grid, count, wide, least).size >= tall * enough) return high;
      }
    }
    return 0;
  }

  // The call is as large as leaves room for two of the last ones under it.
  function fitNow(upright, tall, count, wide, illustrated) {
    const room = el("now").clientWidth * 0.92;
    let big = upright ? (count <= 3 ? 0.2 : count <= 24 ? 0.16 : 0.1) : count <= 3 ? 0.3 : count <= 24 ? 0.21 : 0.2;
    if (upright && illustrated) big = count <= 3 ? 0.16 : 0.115;
    do {
      set("now-number", `${Math.min(tall * big, room / wide)}px`);
      set("now-counter", `${tall * big * 0.8}px`);
      big *= 0.94;
    } while (!upright && big > 0.1 && el("calls").clientHeight < tall * 0.108);
  }

  // The call, and the height that is left for pictures and films, 0 without them. Few counters leave room for the call;
  // many take it.
  function fitBoth(upright, count, wide, least, illustrated) {
    const some = illustrated ? "46vw" : "42vw";
    set("side", count <= 3 ? "54vw" : count <= 12 ? some : count <= 24 ? "37vw" : "32vw");
    fitNow(upright, window.innerHeight, count, wide, illustrated);
    return illustrated ? heightOfMedia(upright, count, wide, least) : 0;
  }

  tv.fit = () => {
    const [upright, tall, wide] = [isUpright(), window.innerHeight, widthOfNumber()];
    const least = Math.ceil(tall * LEAST[upright ? "upright" : "wide"]);
    const count = el("counters").children.length || 1;
    const illustrated = document.body.classList.contains("illustrated");
    const high = (illustrated && fitBoth(upright, count, wide, least, true)) || fitBoth(upright, count, wide, least, false);
    set("tall", tall);
    set("least", `${least}px`);
    el("media").hidden = high === 0;
    set("media", `${high}px`);
    const best = bestGrid(el("counters"), count, wide, least);
    el("counters").classList.toggle("roomy", best.roomy === true);
    el("counters").classList.toggle("dense", best.dense === true);
    set("columns", best.columns);
    set("cell", `${best.size}px`);
    set("word", `${Math.max(least, best.size * 0.42)}px`);
    set("label", `${best.label}px`);
    set("below", `${best.below}px`);
    tv.callsShown = Math.max(2, Math.min(8, Math.floor(el("calls").clientHeight / (tall * 0.054))));
    if (upright) tv.callsShown = 6;
    tv.missedShown = upright ? 4 : 3;
    set("lines", tv.callsShown);
    fitBulletin();
  };

  // ---- the bulletin: each line stands long enough to be read twice, then gives way to the next

  let [line, until] = [-1, 0];

  function fitBulletin() {
    const [box, text] = [el("bulletin"), el("bulletin-text")];
    if (box.hidden) return;
    const least = window.innerHeight * LEAST[isUpright() ? "upright" : "wide"];
    let size = least * 1.4;
    do {
      text.style.fontSize = `${size}px`;
      size -= 1;
    } while (size > least && text.offsetHeight > box.clientHeight);
  }

  tv.drawBulletin = () => {
    const lines = (tv.rows.center && tv.rows.center.bulletin) || [];
    if (el("bulletin").hidden === lines.length > 0) {
      el("bulletin").hidden = lines.length === 0;
      document.body.classList.toggle("informed", lines.length > 0);
      tv.fit();
    }
    const shown = el("bulletin-text").textContent;
    const moment = performance.now();
    if (!lines.length || (moment < until && lines.indexOf(shown) >= 0)) return;
    line = (line + 1) % lines.length;
    until = moment + Math.max(10000, lines[line].length * 130);
    if (shown === lines[line]) return;
    write(el("bulletin-text"), lines[line]);
    fitBulletin();
  };

  // ---- against burning in: a few pixels every two minutes, back and forth over a small field

  const STEPS = 5;
  tv.shift = () => {
    const at = Math.floor(performance.now() / 120000);
    const back = (figure) => Math.abs((figure % (2 * STEPS)) - STEPS) / STEPS - 0.5; // -½ … ½ and back
    const reach = Math.min(window.innerWidth, window.innerHeight) * 0.008;
    const [x, y] = [back(at) * reach, back(Math.floor(at / STEPS)) * reach];
    document.body.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  };

  window.addEventListener("resize", () => tv.safely(tv.fit));
})(window.tv);
