// The tablet's three screens: rest, the faces for whoever was served last, thanks with reasons. One touch is a rating.
import { showLink } from "../look/light.js";
import { Live, painted } from "../look/live.js";

const ASKS = 120000; // so long after the end of a visit the faces are shown
const THANKS = 10000; // so long the reasons
const TRY_AGAIN = 2000;
const at = (id) => document.getElementById(id);
const page = at("main");
const { device, center, topic, position } = page.dataset;
let asked = painted().rate; // the row: whom the counter served last, "" when there is nobody to ask
let face = 0; // what was touched, while the reasons are shown
let timer = 0;

function show(name) {
  if (page.dataset.shows === name) return;
  page.dataset.shows = name;
  for (const id of ["rest", "ask", "why"]) at(id).hidden = id !== name;
  at(name).querySelector("h1").focus?.();
}

/** The faces as long as somebody may stand here, else rest. Thanks are not broken off. */
function refresh() {
  if (page.dataset.shows === "why") return;
  clearTimeout(timer);
  const left = asked.number ? asked.ended + ASKS - live.now() : 0;
  if (left > 0) {
    at("number").textContent = asked.number;
    timer = setTimeout(refresh, left);
  }
  show(left > 0 ? "ask" : "rest");
}

function end() {
  clearTimeout(timer);
  page.dataset.shows = "";
  refresh();
}

/** Say it until the server has answered: said twice it is one rating. */
async function tell(number, body) {
  for (;;) {
    try {
      const answer = await fetch(`/api/centers/${center}/tickets/${number}/rate`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Goiso-Device": device },
        body: JSON.stringify(body),
      });
      at("trouble").textContent = "";
      if (answer.status === 401) location.replace(`/rate${location.search}`);
      if (answer.status < 500) return;
    } catch {
      // asked again below
    }
    at("trouble").textContent = "Máy chủ chưa trả lời, đang thử lại…";
    await new Promise((over) => setTimeout(over, TRY_AGAIN));
  }
}

for (const key of document.querySelectorAll("[data-face]")) {
  key.addEventListener("click", () => {
    if (page.dataset.shows !== "ask") return;
    const { number, day } = asked;
    face = Number(key.dataset.face);
    for (const reason of document.querySelectorAll("[data-reason]")) {
      reason.onclick = () => {
        end();
        tell(number, { day, face, reason: reason.dataset.reason });
      };
    }
    asked = { ...asked, number: "" };
    show("why");
    clearTimeout(timer);
    timer = setTimeout(end, THANKS);
    tell(number, { day, face });
  });
}
at("end").addEventListener("click", end);
addEventListener("contextmenu", (event) => event.preventDefault());

const live = new Live(topic, position, painted(), {
  rows: ({ rate }) => {
    if (!rate) return;
    asked = rate;
    refresh();
  },
  link: (state) => {
    at("light").hidden = state.live;
    if (!state.live) showLink(at("light"), state);
    if (state.code === 4401) location.replace(`/rate${location.search}`);
    refresh();
  },
}, device);
