// Shows a Live connection's state in words, in an element of class `light-line`.
import { clockTime } from "./time.js";

/** Write the state; the element stays quiet for the first moments of a page, until something is known. */
export function showLink(element, { live, since }) {
  element.hidden = false;
  element.classList.toggle("live", live);
  element.classList.toggle("lost", !live);
  element.textContent = live ? "Đang cập nhật trực tiếp" : `Mất kết nối từ ${clockTime(since)} — số có thể cũ`;
}
