// Draws the live page. A row of the tables is touched only where what it says is other now; the order changes only
// when something came to need a hand, or does not any more.
import { nameOf } from "./people.js";
import { alertWords, doing, issuing, lasted } from "./words.js";

const at = (id) => document.getElementById(id);
const kept = new Map(); // row name -> { element, cells }
const RANKS = ["nobody", "visit", "pause", "long", "wait", "last"];

function write(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

function element(tag, name, text = "") {
  return Object.assign(document.createElement(tag), { className: name, textContent: text });
}

/** Draw everything that differs. `devices` are alerts of the devices, by name; `now` is the server's time; `order`
    the names of all rows in the order of the plan. */
export function draw(rows, devices, now, order) {
  const held = document.activeElement;
  const due = dueAlerts(rows, devices, now);
  drawAlerts(due, now);
  drawRooms(rows);
  const ranks = new Map();
  for (const [name, row] of due) if (row.counter || name.startsWith("alert/")) rank(ranks, name, row);
  table("services", rows, order, "service/", ranks, (row) => serviceCells(row, now), serviceRank);
  table("counters", rows, order, "counter/", ranks, (row) => counterCells(row, now), (row) => counterRank(row, rows));
  // A row that moves keeps the focus.
  if (held !== document.activeElement && held.isConnected) held.focus({ preventScroll: true });
}

function dueAlerts(rows, devices, now) {
  const all = Object.entries({ ...devices, ...rows }).filter(([name, row]) => name.startsWith("alert/") && row.at <= now);
  const order = ["room", "nobody", "visit", "long", "wait", "voice", "last", "pause", "away", "mute"];
  return all.sort(([one, a], [other, b]) => order.indexOf(a.kind) - order.indexOf(b.kind) || (one < other ? -1 : 1));
}

function rank(ranks, name, row) {
  const place = RANKS.indexOf(row.kind);
  if (place < 0) return;
  const [, , id] = name.split("/");
  const of = row.counter ? `counter/${id}` : `service/${id}`;
  ranks.set(of, Math.min(place, ranks.get(of) ?? place));
}

function drawAlerts(due, now) {
  const list = at("alerts");
  const wanted = new Map(due.map(([name, row]) => [name, alertWords(name, row, now)]));
  for (const item of [...list.children]) if (!wanted.has(item.dataset.alert)) item.remove();
  let place = 0;
  for (const [name, { words, hint, opens }] of wanted) {
    let item = list.querySelector(`[data-alert="${name}"]`);
    if (!item) {
      item = element("li", "alert");
      item.dataset.alert = name;
      const button = element("button", "");
      Object.assign(button, { type: "button" });
      button.append(element("b", ""), element("span", ""));
      item.append(button);
    }
    const [button] = item.children;
    write(button.children[0], words);
    write(button.children[1], hint);
    [button.dataset.opens, button.dataset.id] = opens;
    item.className = `alert ${name.split("/")[1]}`;
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
    place += 1;
  }
  write(at("alerts-count"), wanted.size || "");
  at("calm").hidden = wanted.size > 0;
}

function drawRooms(rows) {
  const zones = Object.entries(rows).filter(([name]) => name.startsWith("zone/"));
  const people = (name, { present, cap }) => ({
    words: `${name}: ${present}${cap ? ` / ${cap}` : ""} người`,
    kind: cap && present >= cap ? "full" : "",
  });
  const parts = zones.map(([, zone]) => people(zone.name, zone));
  if (zones.length > 1 || rows.center.cap) parts.push(people("Cả trung tâm", rows.center));
  if (at("rooms").textContent === parts.map(({ words }) => words).join("")) return;
  at("rooms").replaceChildren(...parts.map(({ words, kind }) => element("li", kind, words)));
}

// What is said of a row: one text for each cell, the class of the row. The first cell is the button.
function serviceCells(row, now) {
  const stopped = row.issuing === "issue-stopped" ? "stopped" : "";
  return {
    kind: row.waiting && !row.open ? "alone" : stopped,
    cells: [
      row.name,
      row.waiting || "–",
      row.waiting ? lasted(row.oldest, now) : "",
      row.open ? row.wait || "quá lâu" : "chưa mở quầy",
      row.today || "–",
      `${row.open} / ${row.counters.length}`,
      issuing(row, now),
    ],
  };
}

function counterCells(row, now) {
  const visit = row.started || row.began; // 0 at a free counter
  const since = row.state === "open" && visit ? visit : row.since;
  const number = row.number || (row.guest ? "khách" : "");
  return {
    kind: row.state,
    cells: [
      row.moved ? `${row.counter} ⇄` : row.counter,
      nameOf(row.clerk) || "–",
      doing(row),
      row.clerk ? lasted(since, now) : "",
      number && since !== visit ? `${number} · ${lasted(visit, now)}` : number,
    ],
  };
}

function serviceRank(row) {
  if (row.waiting && !row.open) return 6;
  if (row.issuing === "issue-stopped") return 7;
  return row.waiting ? 8 : 9;
}

function counterRank(row, rows) {
  const waits = row.services.some((service) => rows[`service/${service}`]?.waiting);
  if (row.state === "open" && !row.number && !row.guest && waits) return 6; // free, and somebody waits
  return { paused: 7, open: 8, closed: waits ? 9 : 10 }[row.state];
}

function table(id, rows, order, prefix, ranks, say, plain) {
  const body = at(id);
  const names = Object.keys(rows).filter((name) => name.startsWith(prefix));
  const place = (name) => order.get(name) ?? order.size;
  const ranked = (name) => ranks.get(name) ?? plain(rows[name]);
  names.sort((one, other) => ranked(one) - ranked(other) || place(one) - place(other));
  for (const [name, { element: row }] of kept) {
    if (name.startsWith(prefix) && !(name in rows)) {
      row.remove();
      kept.delete(name);
    }
  }
  names.forEach((name, index) => {
    const row = kept.get(name) ?? make(name);
    const { kind, cells } = say(rows[name]);
    cells.forEach((text, cell) => write(row.cells[cell], text));
    const wanted = `${kind} ${ranks.has(name) ? "due" : ""}`.trim();
    if (row.element.className !== wanted) row.element.className = wanted;
    if (body.children[index] !== row.element) body.insertBefore(row.element, body.children[index] ?? null);
  });
}

function make(name) {
  const [kind, id] = name.split("/");
  const row = document.createElement("tr");
  const head = element("th", "");
  head.scope = "row";
  const button = Object.assign(element("button", "figure"), { type: "button" });
  [button.dataset.opens, button.dataset.id] = [kind, id];
  head.append(button);
  const count = at(kind === "counter" ? "counters" : "services").parentElement.querySelectorAll("th[scope=col]").length;
  const cells = Array.from({ length: count - 1 }, () => element("td", "figure"));
  row.append(head, ...cells);
  const made = { element: row, cells: [button, ...cells] };
  kept.set(name, made);
  return made;
}
