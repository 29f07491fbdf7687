// Keeps the figures of the service tiles current, and shows that a touched tile is at work.
import { Live } from "../look/live.js";
import { showLink } from "../look/light.js";

const grid = document.getElementById("services");
const light = document.getElementById("light");
const busy = document.getElementById("busy");

function show(rows) {
  for (const tile of grid.querySelectorAll("[data-row]")) {
    const row = rows[tile.dataset.row];
    if (!row) continue;
    for (const figure of tile.querySelectorAll("[data-figure]")) {
      const text = String(row[figure.dataset.figure]);
      if (figure.textContent === text) continue;
      figure.textContent = text;
      figure.classList.remove("fresh");
      void figure.offsetWidth; // starts the animation anew when a figure changes twice in a moment
      figure.classList.add("fresh");
    }
  }
}

if (grid.dataset.topic) {
  new Live(grid.dataset.topic, grid.dataset.position, {}, {
    rows: show,
    link: (state) => showLink(light, state),
  });
}

/** What a number taken now would be: that moves with the clock, so it is asked for and not pushed. */
async function freshen() {
  if (document.hidden) return;
  const answer = await fetch(grid.dataset.now, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  for (const service of (await answer.json()).services) {
    const tile = grid.querySelector(`[data-row="service/${service.id}"]`);
    if (!tile) continue;
    tile.querySelector("[data-now=wait]").textContent = service.wait;
    tile.querySelector(".wait").hidden = !service.wait;
    tile.querySelector(".last").hidden = !service.may_be_late;
  }
}
setInterval(freshen, 60000);

// A second touch does nothing visible. The server gives the first number again anyway: the request id is the same.
let sent = false;
grid.addEventListener("submit", (event) => {
  if (sent) return event.preventDefault();
  sent = true;
  const button = event.target.querySelector("button");
  button.classList.add("at-work");
  button.setAttribute("aria-busy", "true");
  grid.classList.add("waiting-for-one");
  busy.textContent = "Đang lấy số, xin chờ.";
});

// Coming back by the browser's back key brings the page as it was left: make it usable again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sent = false;
  grid.classList.remove("waiting-for-one");
  busy.textContent = "";
  for (const button of grid.querySelectorAll(".at-work")) {
    button.classList.remove("at-work");
    button.removeAttribute("aria-busy");
  }
});
