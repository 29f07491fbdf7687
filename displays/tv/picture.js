// What stands on the TV: clock and light, every counter, the call shown big, the last calls, the missed numbers.
// The second of the TV's classic scripts (Chromium 63, ES2017).
(function (tv) {
  "use strict";

  const { el, all } = tv;
  const DAYS = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];
  const two = (figure) => String(figure).padStart(2, "0");
  // Read by getUTC…: Vietnam has one time zone and no summer time.
  const here = (moment) => new Date(moment + 7 * 3600000);
  const time = (moment) => `${two(here(moment).getUTCHours())}:${two(here(moment).getUTCMinutes())}`;

  const write = (element, text) => element.textContent === text || (element.textContent = text);
  const add = (parent, tag, kind, text) =>
    parent.appendChild(Object.assign(document.createElement(tag), { className: kind, textContent: text }));
  const english = (parent, text) => (add(parent, "span", "en", text).lang = "en");
  Object.assign(tv, { write, add });

  tv.zones = () => all("zone").sort((one, other) => one.place - other.place);
  tv.counters = () =>
    all("counter").sort((one, other) =>
      one.zone === other.zone ? (one.counter < other.counter ? -1 : 1) : place(one.zone) - place(other.zone)
    );
  const zone = (id) => tv.rows[`zone/${id}`] || { name: "", place: 0 };
  const place = (id) => zone(id).place;

  tv.drawClock = () => {
    const day = here(tv.now());
    const date = [two(day.getUTCDate()), two(day.getUTCMonth() + 1), day.getUTCFullYear()].join("/");
    write(el("clock"), time(tv.now()));
    write(el("date"), `${DAYS[day.getUTCDay()]}, ${date}`);
  };

  let lostAt = Date.now();
  tv.drawLight = () => {
    const live = tv.isLive();
    lostAt = live ? 0 : lostAt || tv.now() - tv.quiet();
    const starting = !tv.ever() && Date.now() - lostAt < 3000; // a page just opened is not yet a lost one
    el("light").className = live ? "light live" : "light";
    el("bar").className = live || starting ? "bar" : "bar lost";
    const lost = `Mất kết nối từ ${time(lostAt)} — số có thể cũ`;
    write(el("light"), tv.refused || (live ? "Trực tuyến" : starting ? "Đang kết nối…" : lost));
  };

  tv.draw = () => {
    const names = tv.zones().map((row) => row.name);
    write(el("zone"), names.join(" · ") || "Gọi Số");
    write(el("center"), tv.rows.center ? tv.rows.center.name : "");
    document.body.classList.toggle("several", names.length > 1);
    drawMissed(); // they take room from the counters of a TV on end
    drawCounters();
  };

  function drawCounters() {
    const counters = tv.counters();
    const grid = el("counters");
    const ids = `${counters.map((row) => row.counter).join()} ${tv.longest()}`;
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
      tv.fit();
    }
    counters.forEach((row, at) => drawCounter(grid.children[at], row));
  }

  const STATES = { closed: ["Đóng", "Closed"], paused: ["Tạm dừng", "Paused"] };

  function drawCounter(cell, row) {
    const [word, en] = STATES[row.state] || ["", ""];
    const inPlace = word !== "" && !row.serving; // nobody is served: the word stands where the number was
    const number = cell.querySelector(".number");
    Object.assign(cell.dataset, { state: row.state, number: row.number });
    cell.classList.remove("open", "paused", "closed");
    cell.classList.add(row.state);
    cell.classList.toggle("rest", !row.serving);
    cell.classList.toggle("worded", inPlace);
    write(cell.querySelector(".state"), inPlace ? "" : word);
    number.classList.toggle("word", inPlace);
    if (number.drawn !== word + inPlace + row.number) {
      number.drawn = word + inPlace + row.number;
      number.textContent = inPlace ? word : row.number || "–";
      if (inPlace) english(number, en);
    }
    const floor = tv.zones().length > 1 ? `${zone(row.zone).name} · ` : "";
    const below = (row.state === "paused" && row.reason) || row.services.join(" · ");
    write(cell.querySelector(".services"), floor + below);
  }

  // The call shown big is the one being announced here; between announcements, the newest that was not missed.
  tv.drawNow = () => {
    const calls = all("call").sort((one, other) => other.at - one.at || other.seq - one.seq);
    const active = tv.says().filter((say) => say.state === "planned" && tv.isCalling(say));
    const missed = (call) => tv.rows[`missed/${call.number}`] !== undefined;
    const top = active.pop() || calls.find((call) => !missed(call));
    el("now").classList.toggle("none", !top);
    el("now").setAttribute("data-number", top ? top.number : "");
    write(el("now-number"), top ? top.number : "–");
    write(el("now-counter"), top ? top.counter : "–");
    write(el("now-zone"), top && tv.zones().length > 1 ? zone(top.zone).name : "");
    const others = calls.filter((call) => !missed(call) && (!top || call.number !== top.number));
    list(el("calls"), others.slice(0, tv.callsShown), (line, call) => {
      add(line, "b", "", call.number);
      add(line, "span", "at", `Quầy ${call.counter}`);
      add(line, "span", "when", time(call.at));
    });
  };

  function drawMissed() {
    const missed = all("missed").sort((one, other) => other.at - one.at);
    if (el("missed").hidden === missed.length > 0) {
      el("missed").hidden = missed.length === 0;
      tv.fit();
    }
    list(el("missed-numbers"), missed.slice(0, tv.missedShown), (line, call) => {
      add(line, "b", "", call.number);
      add(line, "span", "", `Quầy ${call.counter}`);
    });
  }

  // Lines are made anew only when what they say is other: a list that stands costs nothing.
  function list(element, rows, fill) {
    const text = JSON.stringify(rows);
    if (element.drawn === text) return;
    element.drawn = text;
    element.textContent = "";
    rows.forEach((row) => fill(add(element, "li", "", ""), row));
  }
})(window.tv);
