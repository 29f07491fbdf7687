// Adds a button that shows or hides the password; without JavaScript the field is a plain password field.
for (const box of document.querySelectorAll(".with-toggle")) {
  const input = box.querySelector("input");
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "button light";
  toggle.setAttribute("aria-controls", input.id);
  const write = () => {
    const shown = input.type === "text";
    toggle.textContent = shown ? "Ẩn" : "Hiện";
    toggle.setAttribute("aria-label", shown ? "Ẩn mật khẩu" : "Hiện mật khẩu");
  };
  toggle.addEventListener("click", () => {
    input.type = input.type === "text" ? "password" : "text";
    write();
  });
  // A shown password is sent as a password field, so that browsers offer to keep it and never to complete it.
  input.form.addEventListener("submit", () => (input.type = "password"));
  write();
  box.append(toggle);
}
