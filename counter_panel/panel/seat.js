// Which of the panels open at a counter works it: one at a time. Each open tab has an id of its own; whoever comes second is
// told, and takes over only by a key of its own; the first is told by the picture then.

const WAIT = 500; // ms; a page that was just reloaded lets its name go within a moment

/** The id of this tab: kept over a reload, and another one in a tab that was copied. */
export async function ownSeat() {
  const kept = sessionStorage.getItem("goiso-seat");
  if (kept && (await isOurs(kept))) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const seat = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("goiso-seat", seat);
  await isOurs(seat);
  return seat;
}

/** Hold a name as long as this page lives; whether no other page does. */
function isOurs(seat) {
  if (!navigator.locks) return true;
  return new Promise((told) => {
    const hold = () => (told(true), new Promise(() => {}));
    navigator.locks.request(`goiso-seat-${seat}`, { signal: AbortSignal.timeout(WAIT) }, hold).catch(() => told(false));
  });
}

/**
 * Where a counter is worked from: `here`, `elsewhere`, `free` (nobody has said so, or that panel is closed), "" when it is
 * not the clerk's own. `closed` is a seat known to be closed.
 */
export function whereOf({ clerk, seat }, login, own, closed) {
  if (clerk !== login) return "";
  if (seat === own) return "here";
  return seat === "" || seat === closed ? "free" : "elsewhere";
}
