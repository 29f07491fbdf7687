// Which keys are of use now, and in one sentence why another is not. A courtesy to whoever presses: what may be done is
// decided by the server.

const NEED_NUMBER = new Set(["recall", "absent", "transfer", "park", "back", "front", "start"]);
const NEED_ANYONE = new Set(["finish", "outcome"]);
const ALWAYS = new Set(["more", "help", "why", "issue", "there"]);

/** Why a key is of no use now, "" if it is. `where` the counter is worked from, see seat.js. */
export function whyNot(key, { counter, waiting, choices }, where) {
  const mine = where === "here" || where === "free";
  const elsewhere = where === "elsewhere";
  const number = counter.number !== "";
  const anyone = number || counter.guest !== "";
  if (ALWAYS.has(key)) return "";
  if (key === "take") return counter.clerk ? theirs(counter) : "";
  if (key === "sit") return elsewhere ? "" : "Quầy không được làm việc ở cửa sổ khác.";
  if (elsewhere) return "Quầy đang được làm việc ở một cửa sổ hoặc máy khác: bấm T để làm việc ở đây.";
  if (!mine) return counter.clerk ? theirs(counter) : "Bạn chưa nhận quầy này: bấm T để nhận.";
  if (key === "resume") return counter.state === "paused" ? "" : "Quầy không tạm dừng.";
  if (key === "undo") return "Không còn gì để hoàn tác.";
  if (NEED_NUMBER.has(key) && !number) return "Chưa có số nào ở quầy.";
  if (key === "start" && counter.started > 0) return `Số ${counter.number} đã được ghi là đã đến.`;
  if (NEED_ANYONE.has(key) && !anyone) return "Chưa có ai ở quầy.";
  if (key === "outcome" && choices.outcomes.length === 0) return "Trung tâm không ghi kết quả.";
  if (["next", "call", "guest", "take-up", "pause"].includes(key) && counter.state === "paused")
    return "Quầy đang tạm dừng: bấm P để làm việc tiếp.";
  if (key === "next" && waiting.count === 0 && !anyone) return "Không có ai đang chờ quầy này.";
  if (key === "take-up" && waiting.parked.length === 0) return "Không có số nào được gác.";
  return "";
}

/** Whether a key is not even shown: another stands in its place, or the counter is not this panel's. */
export function isHidden(key, { counter, choices }, where) {
  const mine = where === "here" || where === "free";
  const paused = mine && counter.state === "paused";
  if (ALWAYS.has(key)) return false;
  if (key === "take") return counter.clerk !== "";
  if (key === "sit") return where !== "elsewhere";
  if (key === "resume") return !paused;
  if (key === "next" || key === "pause") return !mine || paused;
  if (key === "outcome") return !mine || choices.outcomes.length === 0;
  return !mine;
}

const theirs = ({ clerk }) => `Quầy do ${clerk} phụ trách.`;
