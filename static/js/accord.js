// Small conveniences; every page works without them.
"use strict";

// What is wrong with a form is read first.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// A second press on a button sends nothing twice.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[type=submit]")) button.removeAttribute("aria-disabled");
  }
});

// Words are counted as the server counts them (core/forms/text.py).
const countWords = (text) => (text.match(/[^\s]+/g) || []).length;
for (const line of document.querySelectorAll("[data-count-of]")) {
  const box = document.getElementById(line.dataset.countOf);
  const limit = Number(box.dataset.maxWords);
  const show = () => {
    const left = limit - countWords(box.value);
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
    line.classList.toggle("count--over", left < 0);
  };
  box.addEventListener("input", show);
  show();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The filters stand open where there is room for them.
if (window.matchMedia("(min-width: 48em)").matches) {
  for (const panel of document.querySelectorAll("[data-open-wide]")) panel.open = true;
}

// A table larger than its place is reached by keyboard, to be scrolled; older browsers do not do so themselves.
// What a page marked so itself is left alone.
const boxes = document.querySelectorAll(".scroll:not([tabindex])");
const reachable = () => {
  for (const box of boxes) {
    const caption = box.querySelector("caption");
    if (caption && (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", caption.textContent.trim());
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
};
reachable();
window.addEventListener("resize", reachable);

// A page on which others may write too says so to them, and hears from them, once a minute.
for (const place of document.querySelectorAll("[data-beat]")) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const beat = async () => {
    if (document.hidden || !token) return;
    try {
      const answer = await fetch(place.dataset.beat, { method: "POST", headers: { "X-CSRFToken": token.value } });
      if (!answer.ok || answer.redirected) return;
      const text = await answer.text();
      if (text.trim() !== place.innerHTML.trim()) place.innerHTML = text;
    } catch {
      // Without a connection nobody is told, and nothing is lost.
    }
  };
  setInterval(beat, 60000);
}
