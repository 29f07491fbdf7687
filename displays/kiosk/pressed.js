// The press under way, kept on this machine: a kiosk whose page or power goes away before the answer asks again with
// the same request id, and so shows and prints the one number that was stored.

const YOUNG = 120000; // ms; later nobody waits for it any more

export class Pressed {
  constructor(device) {
    this.name = `goiso-kiosk-${device}`;
  }

  keep(body, name) {
    localStorage.setItem(this.name, JSON.stringify({ body, name, at: Date.now() }));
  }

  forget() {
    localStorage.removeItem(this.name);
  }

  /** The press that was never answered, {body, name}, or null. */
  find() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name));
      const age = Date.now() - kept.at;
      return age >= 0 && age < YOUNG ? kept : null;
    } catch {
      return null; // none, or not ours
    }
  }
}
