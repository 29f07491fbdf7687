// Draws the boards from whole views (see view.py), sent by /events; buttons ask for faults by POST.

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

const byId = (id) => document.getElementById(id);
const boards = new Map();
let view = null;

function post(path) {
  fetch(path, { method: "POST" }).catch(() => {});
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

function makeBoard(board) {
  const article = byId("board").content.firstElementChild.cloneNode(true);
  const name = (selector) => article.querySelector(selector);
  drawCells(name(".cells"));
  name("h2").textContent = board.label;
  name(".power").addEventListener("click", () => {
    post(`boards/${board.address}/power-${boards.get(board.address).last.powered ? "off" : "on"}`);
  });
  name(".mute").addEventListener("click", () => {
    post(`boards/${board.address}/${boards.get(board.address).last.muted ? "unmute" : "mute"}`);
  });
  byId("boards").append(article);
  const parts = { article, last: null, picture: "" };
  for (const part of ["cells", "spoken", "small", "power", "mute"]) parts[part] = name(`.${part}`);
  boards.set(board.address, parts);
  return parts;
}

function paintPicture(parts, board) {
  const cells = !board.powered ? "     " : board.mode === "test" ? "88888" : board.cells;
  [...parts.cells.children].forEach((group, i) => {
    for (const polygon of group.children) {
      polygon.classList.toggle("on", SEGMENTS[cells[i]].includes(polygon.dataset.segment));
    }
  });
  // Boards that blink do it together: one phase for all, taken from the clock.
  parts.article.style.setProperty("--phase", `-${Date.now() % 1000}ms`);
  parts.article.classList.toggle("blink", board.powered && board.mode === "blink");
  parts.spoken.textContent = board.powered ? `${cells.trim() || "trống"}, ${MODES[board.mode]}` : "mất nguồn";
}

function paintSmall(parts, board) {
  const when = board.last_frame_at
    ? new Date(board.last_frame_at * 1000).toLocaleTimeString("vi-VN", { hour12: false })
    : "chưa có";
  const blank = board.mode !== "test" && !board.cells.trim();
  const state = !board.powered ? "mất nguồn" : board.muted ? "không trả lời" : blank ? "trống" : MODES[board.mode];
  const bold = document.createElement("b");
  bold.textContent = state;
  parts.small.replaceChildren(
    bold, document.createElement("br"), `khung cuối ${when} · ${board.frames} khung · ${board.errors} lỗi`,
  );
  parts.power.setAttribute("aria-pressed", String(!board.powered));
  parts.mute.setAttribute("aria-pressed", String(board.muted));
}

function paint(next) {
  view = next;
  document.body.className = view.plugged ? "plugged" : "unplugged";
  byId("line").textContent = `${view.port} · ${view.baud} baud · ${view.plugged ? "đang cắm" : "đã rút cáp"}`;
  byId("plug").textContent = view.plugged ? "Rút cáp" : "Cắm cáp";
  byId("plug").disabled = byId("noise").disabled = false;
  if (document.activeElement !== byId("noise")) byId("noise").value = String(view.noise);
  byId("boards").classList.toggle("one", view.boards.length === 1);
  for (const board of view.boards) {
    const parts = boards.get(board.address) ?? makeBoard(board);
    parts.last = board;
    const picture = `${board.cells}${board.mode}${board.powered}`;
    if (picture !== parts.picture) paintPicture(parts, board);
    parts.picture = picture;
    parts.article.classList.toggle("away", !board.powered);
    paintSmall(parts, board);
  }
}

byId("plug").addEventListener("click", () => post(view.plugged ? "line/unplug" : "line/plug"));
byId("noise").addEventListener("change", (event) => post(`line/faults?noise=${event.target.value}`));

const events = new EventSource("events");
events.addEventListener("message", (event) => paint(JSON.parse(event.data)));
events.addEventListener("error", () => {
  document.body.className = "";
  byId("line").textContent = "Mất kết nối với bộ mô phỏng, đang thử lại…";
});
