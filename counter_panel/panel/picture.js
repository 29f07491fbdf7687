// Draws the panel's rows: the present number, who waits, which keys make sense, who was told of the call.
import { running, waitWords } from "../look/time.js";

const at = (id) => document.getElementById(id);
const channels = { web: "lấy qua mạng", kiosk: "lấy tại ki-ốt", desk: "lấy tại quầy" };

function write(id, text) {
  const element = at(id);
  if (element.textContent !== String(text)) element.textContent = text;
}

/** Draw everything. `view` is { login, busy: the verb under way or "", now: the server's time }. */
export function draw(rows, view) {
  const { counter } = rows;
  const mine = counter.clerk === view.login;
  write("number", counter.number || "–");
  write("service", counter.number ? counter.service : idleWords(counter, mine));
  at("number").classList.toggle("none", !counter.number);
  drawState(counter, mine);
  drawQueue(rows);
  drawKeys(rows, mine, view.busy);
  tick(rows, view.now);
}

function idleWords(counter, mine) {
  if (counter.state === "closed") return "Quầy đang đóng";
  if (!mine) return "";
  return counter.state === "paused" ? "Quầy đang tạm dừng" : "Chưa gọi ai";
}

function drawState(counter, mine) {
  const note = at("state-note");
  const others = counter.clerk && !mine;
  note.hidden = !others && counter.state !== "paused";
  const reason = counter.reason ? `: ${counter.reason}` : "";
  note.textContent = others ? `Quầy do ${counter.clerk} phụ trách.` : `Đang tạm dừng${reason}`;
}

function drawQueue({ waiting, ...rows }) {
  write("count", waiting.count);
  const line = (number) => Object.assign(document.createElement("li"), { textContent: number });
  at("next").replaceChildren(...waiting.next.map(line));
  if (waiting.count > waiting.next.length) {
    at("next").append(Object.assign(line(`+${waiting.count - waiting.next.length}`), { className: "more" }));
  }
  const services = Object.keys(rows).filter((name) => name.startsWith("service/"));
  at("services").replaceChildren(
    ...services.map((name) => {
      const row = document.createElement("tr");
      const head = Object.assign(document.createElement("th"), { textContent: rows[name].name, scope: "row" });
      const cell = Object.assign(document.createElement("td"), { textContent: rows[name].waiting, className: "figure" });
      row.append(head, cell);
      return row;
    }),
  );
}

// Which keys are offered is only a courtesy to the eye: what may be done is decided by the server.
function drawKeys({ counter, waiting }, mine, busy) {
  const open = mine && counter.state === "open";
  const paused = mine && counter.state === "paused";
  const shown = {
    next: mine,
    recall: mine,
    absent: mine,
    finish: mine,
    pause: mine && !paused,
    resume: paused,
    take: !counter.clerk,
    leave: mine,
  };
  const usable = {
    next: open && (waiting.count > 0 || counter.number !== ""),
    recall: counter.number !== "",
    absent: counter.number !== "",
    finish: counter.number !== "",
  };
  for (const button of document.querySelectorAll("[data-verb]")) {
    const verb = button.dataset.verb;
    button.hidden = !shown[verb];
    button.disabled = usable[verb] === false;
    button.classList.toggle("at-work", busy === verb);
    button.setAttribute("aria-busy", String(busy === verb));
  }
  at("panel").classList.toggle("busy", busy !== "");
}

/** What moves with the clock alone: times since, the longest wait, the line of acknowledgement. */
export function tick({ counter, waiting, told }, now) {
  const called = counter.number !== "";
  write("calls", called ? `gọi ${counter.calls} lần` : "");
  write("since", called ? `${running(now - counter.called)} từ lúc gọi` : "");
  write("channel", called ? `chờ ${waitWords(counter.called - counter.issued)}, ${channels[counter.channel]}` : "");
  write("oldest", waiting.count ? `Chờ lâu nhất: ${waitWords(now - waiting.oldest)}` : "Không có ai đang chờ");
  const [words, kind] = toldWords(told, now);
  write("told", words);
  at("told").className = `told ${kind}`;
}

function toldWords(told, now) {
  if (!told) return ["", ""];
  const late = now >= told.start + 3000; // a board answers within a second, unless it cannot
  const board = told.board_missing && late ? "bảng CHƯA trả lời" : `bảng ${told.boards}`;
  const shown = `TV ${told.tv} · ${board}`;
  if (told.voice_missing) return [`không có loa nào · ${shown}`, "late"];
  if (told.silent) return [`không đọc vì đã trễ · ${shown}`, "late"];
  if (told.spoken) return [`đã nói ✓ · ${shown}`, told.board_missing && late ? "late" : "good"];
  if (now < told.start) return [`sẽ đọc sau ${Math.ceil((told.start - now) / 1000)} giây · ${shown}`, ""];
  if (now < told.end + 2000) return [`đang đọc… · ${shown}`, ""];
  return [`loa chưa trả lời · ${shown}`, "late"];
}
