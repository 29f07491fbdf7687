// The supervisor's keys: / to the search, 1 2 3 to what needs a hand, services, counters; arrows within them; in a
// dialog the digit that stands on a button.

const PLACES = { 1: "#alerts", 2: "#services", 3: "#counters" };

export function listenToKeys(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (acts.isOpen) {
      if (!typing && /^[1-9]$/.test(event.key) && acts.choose(Number(event.key))) event.preventDefault();
      return;
    }
    if (typing) return event.key === "Escape" && event.target.blur();
    if (event.key === "/") focus(event, document.getElementById("wanted"));
    else if (PLACES[event.key]) focus(event, document.querySelector(`${PLACES[event.key]} button`));
    else if (event.key === "ArrowDown") focus(event, beside(event.target, 1));
    else if (event.key === "ArrowUp") focus(event, beside(event.target, -1));
  });
}

function beside(from, step) {
  const list = from.closest("#alerts, #services, #counters");
  const buttons = list ? [...list.querySelectorAll("button")] : [];
  return buttons[buttons.indexOf(from) + step];
}

function focus(event, element) {
  if (!element) return;
  event.preventDefault();
  element.focus();
  element.select?.();
}
