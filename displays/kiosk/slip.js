// The printed slip, 80 mm wide and as long as its text: number, where to go, time, QR, check code.

/** The address of a QR picture. As an image its markup can do nothing; an image needs the SVG namespace. */
export function picture(svg) {
  const named = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(named)}`;
}

function line(parent, tag, kind, text) {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = text;
  parent.append(element);
  return element;
}

/** Write the slip of a ticket as the server gave it. */
export function fillSlip(slip, ticket) {
  slip.replaceChildren();
  line(slip, "p", "center", ticket.center);
  line(slip, "p", "say", "Số thứ tự");
  line(slip, "p", "number", ticket.number);
  line(slip, "p", "service", ticket.service);
  if (ticket.group) line(slip, "p", "group", `Ưu tiên: ${ticket.group}`);
  line(slip, "p", "go", `${ticket.zone} · Quầy ${ticket.counters.join(", ")}`);
  line(slip, "p", "ahead", `Người trước bạn: ${ticket.ahead}`);
  if (ticket.wait) line(slip, "p", "wait", `Dự kiến chờ: ${ticket.wait}`);
  line(slip, "p", "arrive", `Xin đến quầy trước ${ticket.arrive_time} ngày ${ticket.arrive_date}`);
  const qr = line(slip, "img", "qr", "");
  qr.alt = "";
  qr.src = picture(ticket.qr);
  line(slip, "p", "check", `Mã xác nhận: ${ticket.check_code}`);
  line(slip, "p", "taken", `Lấy số lúc ${ticket.taken_time}`);
  line(slip, "p", "keep", "Xin giữ phiếu này và theo dõi màn hình, loa gọi số.");
}

/** Print it, once its picture can be drawn. The paper is cut to the text: a roll has no page height. */
export async function printSlip() {
  const slip = document.getElementById("slip");
  await slip.querySelector(".qr")?.decode().catch(() => undefined);
  const millimetres = Math.ceil((slip.getBoundingClientRect().height * 25.4) / 96) + 4;
  const { sheet } = document.getElementById("slip-style");
  for (let at = sheet.cssRules.length - 1; at >= 0; at--) {
    if (sheet.cssRules[at] instanceof CSSPageRule) sheet.deleteRule(at);
  }
  sheet.insertRule(`@page { size: 80mm ${Math.max(millimetres, 81)}mm; margin: 0; }`, sheet.cssRules.length);
  print();
}
