// "Why was he called before me?": the reason of any number of today, asked on the spot and answered in the dialog.
import { once } from "./once.js";

const at = (id) => document.getElementById(id);

export class Story {
  /** @param center whose numbers; @param on { position(): what the answer must know of at least } */
  constructor(center, on) {
    Object.assign(this, { center, on });
    at("ask-why").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#tell();
    });
  }

  /** Open with a number, "" to ask for one; what is known of it is told at once. */
  open(number) {
    at("ask-why").querySelector("form").reset();
    at("why-number").value = number;
    at("why-answer").textContent = "";
    at("ask-why").showModal();
    at(number ? "why-before" : "why-number").focus();
    if (number) this.#tell();
  }

  async #tell() {
    const [number, before] = [at("why-number").value.trim(), at("why-before").value.trim()];
    const query = new URLSearchParams({ lang: "vi", before, at_least: this.on.position() });
    const asked = (this.asked = `${number}/${before}`);
    const answer = await once(`/api/centers/${this.center}/tickets/${encodeURIComponent(number)}/why?${query}`);
    if (asked !== this.asked) return; // another was asked meanwhile
    at("why-answer").textContent = answer?.sentence ?? answer?.refusal?.vi ?? "Máy chủ không trả lời. Xin hỏi lại.";
  }
}
