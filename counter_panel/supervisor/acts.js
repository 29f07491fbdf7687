// What can be done with a counter, a service, a number: opens the dialogs of acts.html, asks what must be known, sends.
// A press carries the turn that was seen when the dialog opened, so that it never falls on whoever came meanwhile.
import { fill, make, readFields } from "./fields.js";
import { nameOf } from "./people.js";
import { send } from "./send.js";
import { openStory } from "./story.js";
import { doing } from "./words.js";

const at = (id) => document.getElementById(id);
const UNCHANGED = "Đã đổi trước đó: không làm gì.";
const SILENT = ["bad", "Chưa có trả lời từ máy chủ — đang gửi lại…", "Yêu cầu này chỉ được tính một lần."];
const PICTURE = 1500; // after an answer, so long for the picture before it is said to be done

const versionOf = (position) => Number(position.slice(position.indexOf(".") + 1));

export class Acts {
  /** @param on { rows(), at(): their position, say(kind, words, hint) } */
  constructor(page, on) {
    Object.assign(this, { page, on, seen: null });
    this.base = `/api/centers/${page.center}`;
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("click", ({ target }) => target.closest("[data-close]") && dialog.close());
      // The event comes late: by then another dialog may be open.
      dialog.addEventListener("close", () => this.isOpen || (this.seen = null));
    }
    at("asks").addEventListener("submit", (event) => {
      event.preventDefault();
      const fields = readFields(event.target.closest("form"));
      at("asks").close();
      this.asked(fields);
    });
  }

  get isOpen() {
    return document.querySelector("dialog[open]") !== null;
  }

  /** Choose the nth act of the open dialog; whether there is one. */
  choose(nth) {
    const button = document.querySelector(`dialog[open] .ready button:nth-of-type(${nth})`);
    button?.click();
    return button != null;
  }

  open(kind, id) {
    if (kind === "counter") this.#counter(id);
    else if (kind === "service") this.#service(id);
    else this.#issuing();
  }

  /** A number's story, or a counter: by what was typed. */
  find(text, day) {
    if (!day && this.on.rows()[`counter/${text}`]) return this.#counter(text);
    return openStory(this, text, day);
  }

  /** The picture is new: what stands in an open dialog may be old. */
  picture() {
    if (versionOf(this.on.at()) >= this.waits?.version) this.waits.shown();
    if (!this.seen || !at("counter").open) return;
    const row = this.on.rows()[`counter/${this.seen.id}`];
    if (row?.turn === this.seen.turn) return;
    at("counter").querySelector(".about").textContent = "Quầy vừa đổi.";
    fill(at("counter-acts"), [["Xem lại", () => this.#counter(this.seen.id)]]);
  }

  #counter(id) {
    const row = this.on.rows()[`counter/${id}`];
    if (!row) return this.on.say("bad", `Trang này không có quầy ${id}.`);
    at("counter-title").textContent = `Quầy ${id}`;
    const serves = row.services.map((service) => this.#name(service)).join(" · ");
    const who = [nameOf(row.clerk), doing(row), row.number, serves + (row.moved ? " (đổi trong hôm nay)" : "")];
    at("counter").querySelector(".about").textContent = who.filter(Boolean).join(" — ");
    at("counter-panel").href = `/panel/${this.page.center}/${id}`;
    fill(at("counter-acts"), this.#ofCounter(row));
    this.#show("counter");
    this.seen = { id, turn: row.turn };
  }

  #ofCounter(row) {
    const press = (verb, fields, words) => () => this.press(row, verb, fields, words);
    const number = row.number && `số ${row.number}`;
    const acts = [];
    if (row.number) {
      acts.push([`Gọi lại ${number}`, press("recall", {}, `Đã gọi lại ${number}.`)]);
      acts.push([`Chuyển ${number}…`, () => this.#transfer(row)]);
      acts.push([`Trả ${number} về hàng chờ`, press("return", { front: false }, `Đã trả ${number} về hàng chờ.`)]);
      acts.push([`Vắng mặt`, press("absent", {}, `Đã ghi ${number} vắng mặt.`)]);
    }
    if (row.number || row.guest) acts.push(["Xong lượt này", press("finish", {}, "Đã ghi xong lượt.")]);
    if (row.state === "open") acts.push(["Tạm dừng…", () => this.#pause(row)]);
    if (row.state === "paused") acts.push(["Làm việc tiếp", press("resume", {}, `Quầy ${row.counter} làm việc tiếp.`)]);
    acts.push([row.clerk ? "Giao cho người khác…" : "Mở quầy cho…", () => this.#give(row)]);
    acts.push(["Đổi lĩnh vực hôm nay…", () => this.#services(row)]);
    if (row.clerk) acts.push(["Đóng quầy…", () => this.#leave(row)]);
    return acts;
  }

  #transfer(row) {
    this.ask(`Chuyển số ${row.number}`, "", "Chuyển", [this.whither(), ["tick", "front", "Lên đầu hàng"]], (fields) =>
      this.press(row, "transfer", fields, `Đã chuyển số ${row.number}.`),
    );
  }

  #pause(row) {
    const about = "Lý do hiện trên màn hình của khu vực.";
    this.ask(`Tạm dừng quầy ${row.counter}`, about, "Tạm dừng", [["list", "reason", "Lý do", this.page.pauses]], (fields) =>
      this.press(row, "pause", fields, `Quầy ${row.counter} tạm dừng.`),
    );
  }

  #give(row) {
    const clerks = this.page.clerks.map(({ login, name }) => [login, `${name} (${login})`]);
    const title = row.clerk ? `Giao quầy ${row.counter}` : `Mở quầy ${row.counter}`;
    this.ask(title, "Người nhận làm việc được ngay.", title, [["select", "clerk", "Cho", clerks]], (fields) =>
      this.press(row, "hand-over", fields, `Quầy ${row.counter}: ${nameOf(fields.clerk)}.`),
    );
  }

  #services(row) {
    const about = "Chỉ trong hôm nay; ngày mai lại theo kế hoạch. Không chọn gì: theo kế hoạch ngay.";
    const choices = this.page.services.map(({ id, name }) => [id, name, row.services.includes(id)]);
    choices.sort(([, , one], [, , other]) => other - one); // those it serves stand first
    this.ask(`Quầy ${row.counter} phục vụ`, about, "Đổi lĩnh vực", [["ticks", "services", "Lĩnh vực", choices]], (fields) =>
      this.press(row, "services", { services: fields.services ?? [] }, `Quầy ${row.counter} đã đổi lĩnh vực.`),
    );
  }

  #leave(row) {
    const ends = row.number ? ` Lượt của số ${row.number} được ghi là đã xong.` : "";
    this.ask(`Đóng quầy ${row.counter}?`, `${nameOf(row.clerk)} rời quầy.${ends} Không hoàn tác được.`, "Đóng quầy", [], () =>
      this.press(row, "leave", {}, `Quầy ${row.counter} đã đóng.`),
    );
  }

  #service(id) {
    const row = this.on.rows()[`service/${id}`];
    if (!row) return;
    at("service-title").textContent = row.name;
    at("service").querySelector(".about").textContent = `${row.waiting} người chờ; quầy ${row.counters.join(", ")}`;
    const stop = row.stopped
      ? ["Phát số lại", () => this.#issue("reopen", [id], {}, `${row.name}: phát số lại.`)]
      : ["Dừng phát số…", () => this.#stop([id], row.name)];
    const counters = row.counters.map((counter) => [`Quầy ${counter}`, () => this.#counter(counter)]);
    fill(at("service-acts"), [stop, ...counters]);
    this.#show("service");
  }

  #issuing() {
    at("service-title").textContent = "Phát số của mọi lĩnh vực";
    at("service").querySelector(".about").textContent = "Người đang chờ vẫn được phục vụ.";
    fill(at("service-acts"), [
      ["Dừng tất cả…", () => this.#stop([], "Mọi lĩnh vực")],
      ["Phát lại tất cả", () => this.#issue("reopen", [], {}, "Mọi lĩnh vực: phát số lại.")],
    ]);
    this.#show("service");
  }

  #stop(services, name) {
    const about = "Người đang chờ vẫn được phục vụ. Lý do được báo cho người muốn lấy số.";
    this.ask(`Dừng phát số: ${name}`, about, "Dừng phát số", [["text", "reason", "Lý do"]], (fields) =>
      this.#issue("stop", services, fields, `${name}: dừng phát số.`),
    );
  }

  #issue(verb, services, fields, words) {
    return this.post(`/issuing/${verb}`, { services, ...fields }, words);
  }

  #name(id) {
    return this.page.services.find((service) => service.id === id)?.name ?? id;
  }

  /** The field that asks for a service or a counter. */
  whither() {
    const { services, counters } = this.page;
    const groups = [
      ["Lĩnh vực", services.map(({ id, name }) => [`service:${id}`, name])],
      ["Quầy", counters.map(({ id }) => [`to:${id}`, `Quầy ${id}`])],
    ];
    return ["groups", "whither", "Đến", groups];
  }

  /** Ask for fields, or only whether it is meant; then `done(fields)`. */
  ask(title, about, button, fields, done) {
    at("asks-title").textContent = title;
    at("asks").querySelector(".about").textContent = about;
    at("asks-send").textContent = button;
    at("asks-fields").replaceChildren(...fields.map((field) => make(...field)));
    this.#show("asks");
    (at("asks-fields").querySelector("input, select") ?? at("asks-send")).focus();
    this.asked = done;
  }

  press(row, verb, fields, words) {
    return this.post(`/counters/${row.counter}/${verb}`, { turn: row.turn, ...fields }, words);
  }

  async post(path, body, words) {
    this.closeAll();
    this.on.say("", "");
    const answer = await send(this.base + path, body, () => this.on.say(...SILENT));
    if (answer.refusal) this.on.say("bad", answer.refusal.vi, answer.refusal.hint_vi);
    else if (answer.outcome === "unchanged") this.on.say("know", UNCHANGED);
    else {
      await this.#shown(versionOf(answer.position));
      this.on.say("good", words);
    }
  }

  /** Until the picture shows a version, or it is clear that nothing here is other by it. */
  async #shown(version) {
    if (versionOf(this.on.at()) >= version) return;
    await new Promise((shown) => {
      this.waits = { version, shown };
      setTimeout(shown, PICTURE);
    });
  }

  show(id) {
    this.#show(id);
  }

  #show(id) {
    if (at(id).open) return;
    this.closeAll();
    at(id).showModal();
    at(id).querySelector(".ready button")?.focus();
  }

  closeAll() {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  }
}
