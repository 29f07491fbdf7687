// The two languages of the kiosk. Everything says both, in an element with a child for each (`both`: the chosen one
// large and first; `one`: the chosen one alone); the stylesheet does the rest by the language of the page.
const page = document.documentElement;

export const language = () => page.lang;

/** Take the other language from now on, Vietnamese if `next` says nothing. */
export function speak(next = "vi") {
  page.lang = next;
}

/** Write what an element with both languages says. */
export function say(element, vi, en) {
  for (const [lang, text] of [["vi", vi], ["en", en]]) {
    let part = element.querySelector(`:scope > [lang=${lang}]`);
    if (!part) {
      part = document.createElement("span");
      part.lang = lang;
      element.append(part);
    }
    if (part.textContent !== text) part.textContent = text;
  }
}
