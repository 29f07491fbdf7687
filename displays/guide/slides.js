// One slide at a time; it goes on by itself, and by keys, a touch or a click.
const LONG = 9000; // ms: long enough to read a slide aloud
const all = [...document.querySelectorAll(".slide")];
let now = 0;
let timer = 0;

function show(at) {
  now = (at + all.length) % all.length;
  all.forEach((slide, index) => slide.classList.toggle("now", index === now));
  clearTimeout(timer);
  if (!document.body.classList.contains("held")) timer = setTimeout(() => show(now + 1), LONG);
}

function hold() {
  document.body.classList.toggle("held");
  show(now);
}

addEventListener("keydown", ({ key }) => {
  if (key === "ArrowRight" || key === "PageDown") show(now + 1);
  else if (key === "ArrowLeft" || key === "PageUp") show(now - 1);
  else if (key === " ") hold();
  else if (key === "Escape") location.href = "/huong-dan";
});
addEventListener("click", () => show(now + 1));
document.getElementById("slides").classList.add("one");
document.getElementById("keys").hidden = false;
setTimeout(() => (document.getElementById("keys").hidden = true), LONG);
show(0);
