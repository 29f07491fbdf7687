// Draws the panel's rows: the present number, which keys make sense, what can be taken back, who was told.
import { running, waitWords } from "../look/time.js";
import { toldWords } from "./carried.js";
import { drawQueue, tickQueue } from "./queue.js";
import { isHidden, whyNot } from "./usable.js";
import { undoWords } from "./words.js";

const at = (id) => document.getElementById(id);
export const OUTCOME_KEYS = 4; // F1 to F4; all others stand in the dialog of X
const channels = { web: "lấy qua mạng", kiosk: "lấy tại ki-ốt", desk: "lấy tại quầy" };

function write(id, text) {
  const element = at(id);
  if (element.textContent !== String(text)) element.textContent = text;
}

/** Draw everything. `view` is { where: the counter is worked from, busy: the verb under way or "", now: the server's
 *  time, carried: who has carried the call out }. */
export function draw(rows, view) {
  const { counter } = rows;
  const mine = view.where === "here" || view.where === "free";
  drawPresent(counter, mine);
  drawState(counter, view.where);
  drawQueue(rows, mine && counter.state === "open");
  drawKeys(rows, view.where, view.busy);
  drawOutcomes(rows, mine);
  tick(rows, view);
}

function drawPresent(counter, mine) {
  const { number, guest } = counter;
  write("now-title", !number && !guest ? "Số ở quầy" : number && !counter.started ? "Đang gọi" : "Đang phục vụ");
  write("number", number || (guest ? "Khách" : "–"));
  write("service", number ? counter.service : guest || idleWords(counter, mine));
  write("group", counter.group);
  write("more-number", number);
  write("note", counter.note ? `Ghi chú: ${counter.note}` : "");
  at("number").classList.toggle("none", !number);
  at("number").classList.toggle("word", guest !== "");
}

function idleWords({ state }, mine) {
  if (state === "closed") return "Quầy đang đóng";
  return mine && state === "open" ? "Chưa gọi ai" : "";
}

function drawState(counter, where) {
  const note = at("state-note");
  const others = counter.clerk && where === "";
  note.hidden = !others && where !== "elsewhere" && counter.state !== "paused";
  const reason = counter.reason ? `: ${counter.reason}` : "";
  if (others) note.textContent = `Quầy do ${counter.clerk} phụ trách.`;
  else if (where === "elsewhere") note.textContent = "Quầy này đang được làm việc ở một cửa sổ hoặc máy khác.";
  else note.textContent = `Đang tạm dừng${reason}`;
}

function drawKeys(rows, where, busy) {
  for (const button of document.querySelectorAll("[data-verb]")) {
    const { verb } = button.dataset;
    if (verb !== "undo") {
      button.hidden = isHidden(verb, rows, where); // undo is shown and hidden by the clock
      button.disabled = whyNot(verb, rows, where) !== "";
    }
    button.classList.toggle("at-work", busy === verb);
    button.setAttribute("aria-busy", String(busy === verb));
  }
  at("panel").classList.toggle("busy", busy !== "");
}

function drawOutcomes({ counter, choices }, mine) {
  const place = at("outcomes");
  const shown = mine && (counter.number || counter.guest) ? choices.outcomes.slice(0, OUTCOME_KEYS) : [];
  if (place.dataset.shown === shown.join("|")) return;
  place.dataset.shown = shown.join("|");
  const buttons = shown.map((outcome, at) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button outcome" });
    const key = Object.assign(document.createElement("kbd"), { textContent: `F${at + 1}` });
    button.dataset.outcome = outcome;
    button.append(key, Object.assign(document.createElement("span"), { textContent: outcome }));
    return button;
  });
  place.replaceChildren(...buttons);
}

/** What moves with the clock alone: times since, waits, the time left to undo, the line of acknowledgement. */
export function tick(rows, { where, now, carried }) {
  const { counter } = rows;
  const called = counter.number !== "";
  write("calls", called ? `gọi ${counter.calls} lần` : "");
  write("since", sinceWords(counter, now));
  write("channel", called ? `chờ ${waitWords(counter.called - counter.issued)}, ${channels[counter.channel]}` : "");
  tickQueue(rows, now);
  drawUndo(counter, where === "here" || where === "free", now);
  const [words, kind] = toldWords(rows, carried, now);
  write("told", words);
  at("told").className = `told ${kind}`;
}

function sinceWords({ number, guest, started, called, since }, now) {
  if (number) return started ? `${running(now - started)} từ lúc đến` : `${running(now - called)} từ lúc gọi`;
  return guest ? `${running(now - since)} từ lúc bắt đầu` : "";
}

function drawUndo(counter, mine, now) {
  const left = mine ? Math.ceil((counter.undo_until - now) / 1000) : 0;
  document.querySelector("[data-verb=undo]").hidden = left <= 0;
  write("undo-words", left > 0 ? undoWords(counter) : "");
  write("undo-left", left > 0 ? `còn ${Math.min(left, 10)} giây` : "");
}
