// The sentences of the panel: what can be taken back, and what a press has done that the picture alone does not say.

const whose = (number) => (number ? `số ${number}` : "khách");

/** "Hoàn tác lần gọi số 86002": what the undo key would take back. */
export function undoWords({ undo_what: what, undo_number: number }) {
  if (what === "called") return `Hoàn tác lần gọi số ${number}`;
  return `Hoàn tác “${what === "absent" ? "Vắng mặt" : "Xong"}” của ${whose(number)}`;
}

/** What to say once a press is done, or "". `counter` is the row as it was before. */
export function doneWords(verb, fields, counter, choices) {
  const number = counter.number;
  switch (verb) {
    case "undo":
      if (counter.undo_what !== "called") return `Đã hoàn tác: ${whose(counter.undo_number)} lại ở quầy.`;
      return `Đã hoàn tác: số ${counter.undo_number} được mời chờ lại; màn hình và loa đính chính.`;
    case "return":
      return fields.front ? `Số ${number} đã lên đầu hàng chờ.` : `Số ${number} đã về hàng chờ.`;
    case "park":
      return `Đã gác số ${number}.`;
    case "transfer":
      if (fields.to) return `Đã chuyển số ${number} đến quầy ${fields.to}.`;
      return `Đã chuyển số ${number} sang lĩnh vực “${choices.names[choices.services.indexOf(fields.service)]}”.`;
    case "finish":
      return fields.outcome ? `${number ? `Số ${number}` : "Khách"}: ${fields.outcome}.` : "";
    case "sit":
      return counter.seat ? "Quầy được làm việc ở đây; cửa sổ kia đã được báo." : "";
    case "hand-over":
      return `Đã giao quầy cho ${fields.clerk}.`;
    default:
      return "";
  }
}

/** What a key of the panel is called, without the three points of one that asks. */
export function keyWords(button) {
  return button.dataset.verb === "undo" ? "Hoàn tác" : button.firstElementChild.textContent.replace("…", "");
}
