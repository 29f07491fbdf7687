// For whoever stands at the counter: a number for a citizen without phone or kiosk, with its slip, and noting that the
// holder of a number is there, by his number, his check code or the QR of his message. What is sent carries an id of its
// own or concerns one number of one day, so that it may be sent again until it is answered.
import { newRequest } from "../kiosk/ask.js";
import { listenForScanner } from "../kiosk/entry.js";
import { fillSlip, printSlip } from "../kiosk/slip.js";
import { HOLD } from "./bursts.js";
import { once } from "./once.js";

const AGAIN = 1500; // ms

const at = (id) => document.getElementById(id);
const silence = "Chưa có trả lời từ máy chủ — đang gửi lại, vẫn chỉ tính một lần.";

export class Holders {
  /** @param center where; @param on { rows(), say(words, kind, hint): in the place of answers } */
  constructor(center, on) {
    Object.assign(this, { center, on, base: `/api/centers/${center}/tickets` });
    this.#listen("ask-issue", () => this.#issue());
    this.#listen("ask-there", () => this.#there());
    at("given-print").addEventListener("click", printSlip);
    const scanner = {
      ticket: (link) => this.#scanned(link),
      card: () => this.#card(),
      strange: () => on.say("Mã vừa quét không phải của một số thứ tự."),
    };
    listenForScanner(scanner, HOLD);
  }

  /** Ask for the service and the group of a number to give. */
  askIssue() {
    const { choices, ...rows } = this.on.rows();
    const named = choices.services.map((id, index) => new Option(choices.names[index], id));
    named.sort((one, other) => (`service/${other.value}` in rows) - (`service/${one.value}` in rows)); // its own first
    at("issue-service").replaceChildren(...named);
    const groups = choices.groups.map((id, index) => new Option(choices.group_names[index], id));
    at("issue-group").replaceChildren(new Option("Không", ""), ...groups);
    this.#open("ask-issue", "issue-service");
    this.request = newRequest();
  }

  /** Ask whose holder is there. */
  askThere() {
    at("ask-there").querySelector("form").reset();
    this.#open("ask-there", "there-number");
  }

  #listen(id, send) {
    at(id).addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
  }

  #open(id, first) {
    at(id).querySelector(".said").textContent = "";
    at(id).showModal();
    at(first).focus();
  }

  async #issue() {
    const body = { service: at("issue-service").value, group: at("issue-group").value, request: this.request };
    const answer = await this.#untilAnswered("ask-issue", "", body);
    if (!answer) return;
    if (answer.refusal) {
      this.request = newRequest();
      at("issue-said").textContent = `${answer.refusal.vi} ${answer.refusal.hint_vi}`;
      return;
    }
    const { ticket } = answer;
    fillSlip(at("slip"), ticket);
    at("given-number").textContent = ticket.number;
    at("given-about").textContent = [ticket.service, ticket.group, `trước khách còn ${ticket.ahead} số`].filter(Boolean).join(" · ");
    at("given-code").textContent = ticket.check_code;
    at("ask-issue").close();
    at("given").showModal();
    at("given-print").focus();
  }

  async #there() {
    const number = at("there-number").value.trim();
    const body = { day: this.on.rows().choices.day, code: at("there-code").value.trim().toUpperCase() };
    const answer = await this.#untilAnswered("ask-there", `/${number}/check-in`, body);
    if (!answer) return;
    if (answer.refusal) at("there-said").textContent = `${answer.refusal.vi} ${answer.refusal.hint_vi}`;
    else {
      at("ask-there").close();
      this.on.say(thereWords(answer), "good");
    }
  }

  /** A citizen card begins with digits, which have begun a call of a number: nothing of it stays on the page. */
  #card() {
    at("ask-call").close();
    at("ask-call").querySelector("form").reset();
    this.on.say("Đây là mã của thẻ căn cước. Quầy chỉ dùng mã QR trong tin nhắn hoặc trên phiếu.");
  }

  async #scanned({ center, day, number, seal }) {
    document.querySelector("dialog[open]")?.close();
    if (center !== this.center) return this.on.say("Số vừa quét là của một trung tâm khác.", "bad");
    const answer = await once(`${this.base}/${number}/check-in`, { day, seal });
    if (!answer) this.on.say(`Số ${number}: máy chủ không trả lời, CHƯA ghi có mặt.`, "bad", "Xin quét lại.");
    else if (answer.refusal) this.on.say(answer.refusal.vi, "bad", answer.refusal.hint_vi);
    else this.on.say(thereWords(answer), "good");
  }

  /** Send again until there is an answer, or the dialog was closed: then null. */
  async #untilAnswered(dialog, what, body) {
    const said = at(dialog).querySelector(".said");
    const button = at(dialog).querySelector(".main");
    button.disabled = true;
    try {
      while (at(dialog).open) {
        const answer = await once(`${this.base}${what}`, body);
        if (answer && answer.status !== 503) return answer; // without the store nobody knows yet
        said.textContent = silence;
        await new Promise((over) => setTimeout(over, AGAIN));
      }
      this.on.say("Không rõ yêu cầu vừa rồi đã được ghi chưa: xem hàng chờ trước khi làm lại.", "bad");
      return null;
    } finally {
      button.disabled = false;
    }
  }
}

function thereWords({ number, outcome }) {
  return outcome === "unchanged" ? `Số ${number} đã được ghi có mặt từ trước.` : `Số ${number}: đã ghi khách có mặt.`;
}
