// How long a screen stays when nobody touches it; what is left stands wherever a page has room for it (`left`).

export class Resting {
  /** `over` is called when the time is up. */
  constructor(over) {
    this.over = over;
    this.timer = 0;
  }

  stop() {
    clearInterval(this.timer);
  }

  /** The screen stays so long (ms) from now on. */
  begin(length) {
    this.stop();
    const end = performance.now() + length;
    const tick = () => {
      const left = Math.max(Math.ceil((end - performance.now()) / 1000), 0);
      for (const shown of document.querySelectorAll(".left")) shown.textContent = ` (${left})`;
      if (!left) this.over();
    };
    tick();
    this.timer = setInterval(tick, 1000);
  }
}
