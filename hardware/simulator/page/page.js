// Draws what is simulated from whole views (see view.py), sent by /events; hands and faults go by POST.

const SVG = "http://www.w3.org/2000/svg";
// Segments a to g in a box of 60 by 100, clockwise from the top, then the middle.
const POLYGONS = {
  a: "12,5 48,5 53,10 48,15 12,15 7,10",
  b: "54,11 59,16 59,44 54,49 49,44 49,16",
  c: "54,51 59,56 59,84 54,89 49,84 49,56",
  d: "12,85 48,85 53,90 48,95 12,95 7,90",
  e: "6,51 11,56 11,84 6,89 1,84 1,56",
  f: "6,11 11,16 11,44 6,49 1,44 1,16",
  g: "12,45 48,45 53,50 48,55 12,55 7,50",
};
const SEGMENTS = {
  0: "abcdef", 1: "bc", 2: "abged", 3: "abgcd", 4: "fgbc", 5: "afgcd",
  6: "afgedc", 7: "abc", 8: "abcdefg", 9: "abcdfg", "-": "g", " ": "",
};
const MODES = { steady: "sáng đều", blink: "nhấp nháy", test: "kiểm tra đèn" };
const KEYS = { next: "gọi tiếp", recall: "gọi lại", absent: "vắng mặt", pause: "dừng / tiếp", transfer: "chuyển" };
const LAMPS = { "": "", taken: "đã nhận phím", refused: "không nhận phím" };
const FAULTS = ["noise", "drop", "late"];
const FATES = { delivered: "đã tới máy", trying: "đang gửi", failed: "không tới" };

const byId = (id) => document.getElementById(id);
const boards = new Map();
const keypads = new Map();
const beside = {};
let view = null;

function post(path) {
  fetch(path, { method: "POST" }).catch(() => {});
}

function cloned(id, into) {
  const article = byId(id).content.firstElementChild.cloneNode(true);
  byId(into).append(article);
  byId(into).hidden = false;
  return article;
}

function drawCells(svg) {
  for (let cell = 0; cell < 5; cell += 1) {
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("transform", `translate(${16 + cell * 68} 6) skewX(-5)`);
    for (const [name, points] of Object.entries(POLYGONS)) {
      const polygon = document.createElementNS(SVG, "polygon");
      polygon.setAttribute("points", points);
      polygon.dataset.segment = name;
      group.append(polygon);
    }
    svg.append(group);
  }
}

function lightCells(svg, cells) {
  [...svg.children].forEach((group, i) => {
    for (const polygon of group.children) {
      polygon.classList.toggle("on", SEGMENTS[cells[i]].includes(polygon.dataset.segment));
    }
  });
}

function make(kind, thing, known) {
  const article = cloned(kind, `${kind}s`);
  const parts = { article, last: thing, picture: "" };
  for (const part of ["cells", "spoken", "small", "power", "mute", "waiting"]) {
    parts[part] = article.querySelector(`.${part}`);
  }
  drawCells(parts.cells);
  article.querySelector("h2").textContent = thing.label;
  const path = `${kind}s/${thing.address}`;
  parts.power.addEventListener("click", () => post(`${path}/power-${parts.last.powered ? "off" : "on"}`));
  parts.mute.addEventListener("click", () => post(`${path}/${parts.last.muted ? "unmute" : "mute"}`));
  for (const key of article.querySelectorAll("[data-key]")) {
    key.addEventListener("click", () => {
      const typed = article.querySelector("input").value.replace(/\D/g, "");
      post(`${path}/${key.dataset.key}${key.dataset.key === "transfer" ? `?to=${typed || 0}` : ""}`);
    });
  }
  known.set(thing.address, parts);
  return parts;
}

function tellSmall(parts, thing, state) {
  const when = thing.last_frame_at
    ? new Date(thing.last_frame_at * 1000).toLocaleTimeString("vi-VN", { hour12: false })
    : "chưa có";
  const bold = document.createElement("b");
  bold.textContent = state;
  parts.small.replaceChildren(
    bold, document.createElement("br"), `khung cuối ${when} · ${thing.frames} khung · ${thing.errors} lỗi`,
  );
  parts.power.setAttribute("aria-pressed", String(!thing.powered));
  parts.mute.setAttribute("aria-pressed", String(thing.muted));
  parts.article.classList.toggle("away", !thing.powered);
}

function paintBoard(board) {
  const parts = boards.get(board.address) ?? make("board", board, boards);
  parts.last = board;
  const picture = `${board.cells}${board.mode}${board.powered}`;
  if (picture !== parts.picture) {
    const cells = !board.powered ? "     " : board.mode === "test" ? "88888" : board.cells;
    lightCells(parts.cells, cells);
    // Boards that blink do it together: one phase for all, taken from the clock.
    parts.article.style.setProperty("--phase", `-${Date.now() % 1000}ms`);
    parts.article.classList.toggle("blink", board.powered && board.mode === "blink");
    parts.spoken.textContent = board.powered ? `${cells.trim() || "trống"}, ${MODES[board.mode]}` : "mất nguồn";
  }
  parts.picture = picture;
  const blank = board.mode !== "test" && !board.cells.trim();
  const state = !board.powered ? "mất nguồn" : board.muted ? "không trả lời" : blank ? "trống" : MODES[board.mode];
  tellSmall(parts, board, state);
}

function paintKeypad(keypad) {
  const parts = keypads.get(keypad.address) ?? make("keypad", keypad, keypads);
  parts.last = keypad;
  lightCells(parts.cells, keypad.powered ? keypad.cells : "     ");
  parts.waiting.textContent = keypad.powered && keypad.told ? `${keypad.waiting} chờ` : "";
  parts.spoken.textContent = keypad.powered ? `${keypad.cells.trim() || "trống"}, ${keypad.waiting} người chờ` : "";
  parts.article.dataset.lamp = keypad.powered ? keypad.lamp : "";
  const waits = keypad.waits ? `phím “${KEYS[keypad.waits]}” đang chờ` : LAMPS[keypad.lamp];
  const state = !keypad.powered ? "mất nguồn" : waits || (keypad.told ? "sẵn sàng" : "chưa biết quầy");
  tellSmall(parts, keypad, state);
}

function makeBeside(name) {
  const article = cloned(name, "beside");
  const parts = { article, small: article.querySelector(".small") };
  for (const button of article.querySelectorAll("[data-on]")) {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") === "true";
      post(`${name}/${on ? button.dataset.off : button.dataset.on}`);
    });
  }
  return parts;
}

function press(parts, states) {
  for (const [name, on] of Object.entries(states)) {
    parts.article.querySelector(`[data-on="${name}"]`).setAttribute("aria-pressed", String(Boolean(on)));
  }
}

function paintPrinter(printer) {
  const parts = beside.printer ??= makeBeside("printer");
  press(parts, {
    unplug: !printer.plugged, open: printer.cover_open, empty: printer.empty, low: printer.low, mute: printer.muted,
  });
  parts.small.textContent = `${printer.port} · ${printer.printed} phiếu`;
  if (parts.printed === printer.printed) return;
  parts.printed = printer.printed;
  const slip = document.createElement("img");
  slip.alt = `Phiếu thứ ${printer.printed}`;
  slip.src = `slips/${printer.printed}.png`;
  parts.article.querySelector(".paper").replaceChildren(...(printer.kept ? [slip] : []));
}

function paintModem(modem) {
  const parts = beside.modem ??= makeBeside("modem");
  press(parts, {
    unplug: !modem.plugged, "network-off": !modem.registered, refuse: modem.refuse !== null, lose: modem.lost,
    fail: modem.fate === "failed", mute: modem.muted,
  });
  const network = modem.registered ? `${modem.operator} ${modem.dbm} dBm` : "không có mạng";
  parts.small.textContent = `${modem.port} · ${network} · ${modem.sent.length} tin · ${modem.refused} bị từ chối`;
  const items = modem.sent.slice(-5).reverse().map((sms) => {
    const item = document.createElement("li");
    const to = document.createElement("b");
    to.textContent = sms.to;
    item.append(to, ` ${sms.fate ? `(${FATES[sms.fate]}) ` : ""}${sms.text}`);
    return item;
  });
  parts.article.querySelector(".sent").replaceChildren(...items);
}

function paint(next) {
  view = next;
  document.body.className = view.plugged ? "plugged" : "unplugged";
  byId("line").textContent = `${view.port} · ${view.baud} baud · ${view.plugged ? "đang cắm" : "đã rút cáp"}`;
  byId("plug").textContent = view.plugged ? "Rút cáp" : "Cắm cáp";
  byId("plug").disabled = false;
  for (const fault of FAULTS) {
    byId(fault).disabled = false;
    if (document.activeElement !== byId(fault)) byId(fault).value = String(view[fault]);
  }
  byId("boards").classList.toggle("one", view.boards.length === 1);
  view.boards.forEach(paintBoard);
  view.keypads.forEach(paintKeypad);
  if (view.printer) paintPrinter(view.printer);
  if (view.modem) paintModem(view.modem);
}

byId("plug").addEventListener("click", () => post(view.plugged ? "line/unplug" : "line/plug"));
for (const fault of FAULTS) {
  byId(fault).addEventListener("change", (event) => post(`line/faults?${fault}=${event.target.value}`));
}

const events = new EventSource("events");
events.addEventListener("message", (event) => paint(JSON.parse(event.data)));
events.addEventListener("error", () => {
  document.body.className = "";
  byId("line").textContent = "Mất kết nối với bộ mô phỏng, đang thử lại…";
});
