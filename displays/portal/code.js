// The page of the code: sends it off when six digits are there (typed, pasted or offered by the phone), and lets
// another be asked for only when it would be sent. Without JavaScript both are plain buttons.
const form = document.getElementById("code-form");
if (form) {
  const input = form.querySelector("#code");
  let isSent = false;
  const send = () => {
    if (!isSent && input.value.replace(/\D/g, "").length === 6) {
      isSent = true;
      form.requestSubmit();
    }
  };
  input.addEventListener("input", send);
  const again = document.getElementById("again");
  const button = again.querySelector("button");
  const words = button.textContent;
  let left = Number(again.dataset.pause);
  const tick = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${words} (sau ${left} giây)` : words;
    if (left-- > 0) {
      setTimeout(tick, 1000);
    }
  };
  tick();
}
