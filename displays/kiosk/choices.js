// The tiles to choose from: zones, services, priority groups; as few columns as fit the height, and no touch twice.
import { say } from "./words.js";

const at = (id) => document.getElementById(id);
const LEAST = 124; // px: 20 mm and more on a tablet of 10 inches with 1280 x 800 px, 45 mm on a kiosk of 32 inches
const GAP = 12;

// A trembling finger touches twice: the second touch would take a service nobody has read. Keys do not bounce.
let touch = { time: -Infinity, x: 0, y: 0 };
export function bounced({ detail, timeStamp: time, clientX: x, clientY: y }) {
  if (detail === 0) return false;
  const again = time - touch.time < 350 && Math.hypot(x - touch.x, y - touch.y) < 40;
  touch = { time, x, y };
  return again;
}

/** Put tiles in place; `taken` is told the item of the one that is touched. */
export function fill(items, taken) {
  at("choices").replaceChildren(
    ...items.map((item) => {
      const button = document.createElement("button");
      button.type = "button";
      const long = Math.max(item.name.length, item.name_en.length) > 40;
      button.className = long ? "tile one long" : "tile one";
      button.dataset.id = item.id;
      say(button, item.name, item.name_en);
      button.addEventListener("click", (event) => bounced(event) || taken(item));
      return button;
    }),
  );
}

/** Services that give no number now cannot be touched and say why; `services` as the server lists them. */
export function shut(services) {
  for (const { id, refused } of services) {
    const tile = at("choices").querySelector(`[data-id="${id}"]`);
    if (!tile || !refused || tile.disabled) continue;
    tile.disabled = true;
    const why = document.createElement("small");
    why.className = "both";
    say(why, refused.vi, refused.en);
    tile.append(why);
  }
  arrange();
}

/** As few columns as fit the height: wide tiles are easier to read and to hit. */
export function arrange() {
  const box = at("choices");
  const count = box.children.length;
  const upright = innerWidth < innerHeight;
  const bottom = upright ? innerHeight - at("aids").offsetHeight : innerHeight;
  const room = bottom - box.getBoundingClientRect().top - GAP;
  const narrowest = document.documentElement.classList.contains("large") ? 300 : 180;
  const most = Math.max(1, Math.floor(box.clientWidth / narrowest));
  let columns = upright ? 1 : count <= 3 ? 3 : 2;
  while (columns < most && Math.ceil(count / columns) * (LEAST + GAP) > room) columns += 1;
  columns = Math.max(1, Math.min(columns, count));
  const lines = Math.ceil(count / columns);
  box.classList.toggle("few", count <= 6);
  box.style.setProperty("--columns", columns);
  box.style.setProperty("--high", `${Math.max(LEAST, Math.min(300, Math.floor(room / lines) - GAP))}px`);
}
