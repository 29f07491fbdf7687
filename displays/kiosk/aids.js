// What helps who does not read small print, or not at all, or not Vietnamese: large type, the other language, and the
// screen read aloud. Each is a key at the kiosk's edge; whoever comes next finds all of them off.
import { language, speak } from "./words.js";

const at = (id) => document.getElementById(id);
const pressed = (id) => at(id).getAttribute("aria-pressed") === "true";
const press = (id, is) => at(id).setAttribute("aria-pressed", String(is));

/** Only voices of this machine: another's would send what is read over the internet. */
const voiceOf = (lang) => speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.startsWith(lang));

export class Aids {
  /** `changed` is called after each change; `read` gives the elements to be read aloud. */
  constructor(changed, read) {
    this.read = read;
    at("aids").hidden = false;
    at("language").addEventListener("click", () => {
      speak(language() === "vi" ? "en" : "vi");
      this.#offer();
      changed();
    });
    at("large").addEventListener("click", () => {
      this.#enlarge(!pressed("large"));
      changed();
    });
    at("aloud").addEventListener("click", () => {
      press("aloud", !pressed("aloud"));
      changed();
    });
    window.speechSynthesis?.addEventListener("voiceschanged", () => this.#offer());
    this.#offer();
  }

  /** Whether any of them is on. */
  get used() {
    return pressed("large") || pressed("aloud") || language() !== "vi";
  }

  reset() {
    speak();
    this.#enlarge(false);
    press("aloud", false);
    this.hush();
    this.#offer();
  }

  hush() {
    window.speechSynthesis?.cancel();
  }

  /** Read what is on the screen, if that is wanted; what was being read is broken off. */
  aloud() {
    this.hush();
    if (!pressed("aloud") || at("aloud").hidden) return;
    const said = new SpeechSynthesisUtterance(this.read().map(spoken).filter(Boolean).join(". "));
    said.voice = voiceOf(language());
    said.lang = said.voice.lang;
    said.rate = 0.9;
    speechSynthesis.speak(said);
  }

  #enlarge(is) {
    press("large", is);
    document.documentElement.classList.toggle("large", is);
  }

  /** Without a voice in the language there is no key for it. */
  #offer() {
    at("aloud").hidden = !window.speechSynthesis || !voiceOf(language());
  }
}

/** What is heard of an element: the words of the chosen language; figures that are a number one by one. */
function spoken(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const words = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const part = parent.closest(".both > [lang]");
    if (!parent.checkVisibility() || (part && part.lang !== language())) continue;
    const text = node.textContent.trim();
    if (text) words.push(parent.closest("[data-spelled]") ? [...text].join(" ") : text);
  }
  return words.join(", ");
}
