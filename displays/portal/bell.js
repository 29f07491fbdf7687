// The phone rings at the call. Browsers allow no sound before somebody has touched the page, so its key is touched
// once, and rings as it will ring. While it is on the screen stays lit: a phone that sleeps follows nothing.

const NOTES = [880, 659, 880, 659, 880]; // Hz
const LONG = 0.35; // s, of each

export class Bell {
  constructor(key) {
    this.key = key;
    this.sound = null;
    key.hidden = !window.AudioContext;
    key.addEventListener("click", () => (this.isOn ? this.#off() : this.#on()));
    document.addEventListener("visibilitychange", () => this.isOn && this.#stayLit());
  }

  get isOn() {
    return this.key.getAttribute("aria-pressed") === "true";
  }

  /** Ring, if it is on. */
  ring() {
    if (!this.isOn) return;
    this.sound.resume();
    const begins = this.sound.currentTime;
    NOTES.forEach((pitch, at) => this.#note(pitch, begins + at * LONG));
  }

  #note(pitch, begins) {
    const [tone, loud] = [this.sound.createOscillator(), this.sound.createGain()];
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, begins);
    loud.gain.linearRampToValueAtTime(0.8, begins + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.01, begins + LONG);
    tone.connect(loud).connect(this.sound.destination);
    tone.start(begins);
    tone.stop(begins + LONG);
  }

  #on() {
    this.sound ??= new AudioContext();
    this.#show(true);
    this.ring();
    this.#stayLit();
  }

  #off() {
    this.#show(false);
    this.lit?.release();
    this.lit = null;
  }

  #show(on) {
    this.key.setAttribute("aria-pressed", String(on));
    this.key.firstElementChild.textContent = on ? this.key.dataset.on : this.key.dataset.off;
  }

  async #stayLit() {
    if (document.hidden) return; // the lock is lost then, and asked for anew when the page is seen again
    this.lit = await navigator.wakeLock?.request("screen").catch(() => null);
  }
}
