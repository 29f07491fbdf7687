// Keeps the list of devices and calls current while nobody is busy in it: the page itself, asked for again.
const EVERY = 3000;
const live = () => document.getElementById("live");

async function renew() {
  if (document.hidden || live().contains(document.activeElement)) return;
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (!fresh || live().contains(document.activeElement)) return;
  for (const open of live().querySelectorAll("details[open]")) {
    const same = fresh.querySelector(`[data-device="${open.closest("li").dataset.device}"] details`);
    if (same) same.open = true;
  }
  if (fresh.innerHTML !== live().innerHTML) live().replaceChildren(...fresh.childNodes);
}

const again = () => renew().catch(() => {}).finally(() => setTimeout(again, EVERY));
setTimeout(again, EVERY);
