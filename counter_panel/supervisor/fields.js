// The fields and buttons of the dialogs, made of what is asked: [kind, name, label, choices].

export function element(tag, more, ...children) {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...children);
  return made;
}

/** Put the acts in a dialog: [words, what to do] each, with the digit of the keyboard that chooses it. */
export function fill(place, acts) {
  const buttons = acts.map(([words, act], index) => {
    const key = index < 9 ? [element("kbd", { textContent: index + 1 })] : [];
    const button = element("button", { className: "button", type: "button" }, ...key, element("span", { textContent: words }));
    button.addEventListener("click", act);
    return button;
  });
  place.replaceChildren(...buttons);
}

const MAKE = {
  text: (name) => element("input", { className: "input", name, maxLength: 80, autocomplete: "off" }),
  select: (name, choices) =>
    element("select", { className: "input", name, required: true }, new Option("Chọn", ""), ...choices.map(([value, words]) => new Option(words, value))),
  groups(name, groups) {
    const parts = groups.map(([label, choices]) =>
      element("optgroup", { label }, ...choices.map(([value, words]) => new Option(words, value))),
    );
    return element("select", { className: "input", name, required: true }, new Option("Chọn nơi đến", ""), ...parts);
  },
  list(name, choices) {
    const input = MAKE.text(name);
    input.setAttribute("list", `${name}-list`);
    const list = element("datalist", { id: `${name}-list` }, ...choices.map((value) => new Option(value)));
    return element("span", {}, input, list);
  },
};

/** One field with its label. */
export function make(kind, name, label, choices) {
  if (kind === "tick") return tick(name, "1", label, false);
  if (kind === "ticks") {
    const ticks = choices.map(([value, words, checked]) => tick(name, value, words, checked));
    return element("fieldset", { className: "ticks" }, element("legend", { textContent: label }), ...ticks);
  }
  return element("div", { className: "field" }, element("label", {}, element("span", { textContent: label }), MAKE[kind](name, choices)));
}

function tick(name, value, words, checked) {
  const input = element("input", { type: "checkbox", name, value, checked });
  return element("label", { className: "tick" }, input, element("span", { textContent: words }));
}

/** What was filled in, named as the API has it. */
export function readFields(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "front") fields.front = true;
    else if (name === "services") fields.services = [...(fields.services ?? []), value];
    else if (name === "whither") fields[value.slice(0, value.indexOf(":"))] = value.slice(value.indexOf(":") + 1);
    else fields[name] = value.trim();
  }
  return fields;
}
