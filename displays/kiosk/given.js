// The number that was given: large, with where to go, its QR and check code; its slip printed after it was stored, and
// printed again when it did not come out.
import { fillSlip, picture } from "./slip.js";
import { say } from "./words.js";

const SHOW = 12000; // the number stays so long when its slip is out
const LONG = 60000; // and so long when there is none: it is photographed or written down

const at = (id) => document.getElementById(id);

export class Given {
  /** `stay` is told how long (ms) the number stays on the screen from now on. */
  constructor(printer, stay) {
    this.printer = printer;
    this.stay = stay;
    at("again").addEventListener("click", () => this.#print());
  }

  /** Show a ticket as the server gave it, and print its slip. `request` is the id of the press. */
  show(ticket, mayBeLate, request) {
    this.ticket = ticket;
    this.request = request;
    this.copies = 0;
    at("number").textContent = ticket.number;
    at("service").textContent = ticket.service;
    const counters = ticket.counters.join(", ");
    say(at("go"), `${ticket.zone} · Quầy ${counters}`, `${ticket.zone} · Counter ${counters}`);
    at("ahead").textContent = ticket.ahead;
    at("expected").textContent = ticket.wait || "–";
    at("arrive").textContent = ticket.arrive_time;
    at("check").textContent = ticket.check_code;
    at("qr").src = picture(ticket.qr);
    at("late").hidden = !mayBeLate;
    fillSlip(at("slip"), ticket);
    this.#print();
  }

  async #print() {
    const { ticket } = this;
    const job = `${this.request}-${++this.copies}`; // asked twice it is printed once; a copy is a job of its own
    this.#hint("Đang in phiếu…", "Printing your slip…", false);
    at("again").disabled = true;
    this.stay(LONG);
    const fault = await this.printer.print(job, ticket);
    if (ticket !== this.ticket) return;
    at("again").disabled = false;
    if (fault) {
      this.copies -= 1; // the same job: perhaps it came out all the same
      this.#hint(
        `${fault.vi} Phiếu chưa in được: xin chụp lại màn hình này, quét mã QR, hoặc ghi lại số.`,
        `${fault.en} No slip was printed: photograph this screen, scan the QR code, or write the number down.`,
        true,
      );
    } else this.#hint("Xin nhận phiếu đã in. Quét mã để theo dõi số trên điện thoại.", "Please take your slip. Scan the code to follow your number.", false);
    this.stay(fault ? LONG : SHOW);
  }

  #hint(vi, en, bad) {
    say(at("slip-hint"), vi, en);
    at("slip-hint").classList.toggle("warn", bad);
    at("done").classList.toggle("unprinted", bad);
  }
}
