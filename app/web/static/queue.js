// The queue by keyboard and by a click anywhere on a row.
import { onKeys, openShortcuts } from "./page.js";

const rows = [...document.querySelectorAll("[data-row]")];
const link = (row) => row.querySelector("a");
let current = -1;

function goTo(index) {
  if (!rows.length) return;
  rows[current]?.classList.remove("current");
  current = Math.max(0, Math.min(rows.length - 1, index));
  rows[current].classList.add("current");
  link(rows[current]).focus({ preventScroll: true });
  rows[current].scrollIntoView({ block: "nearest" });
}

rows.forEach((row, index) => {
  row.addEventListener("click", (event) => {
    if (event.target.closest("a") || getSelection().toString()) return;
    link(row).click();
  });
  link(row).addEventListener("focus", () => { if (current !== index) goTo(index); });
});

onKeys({
  j: () => goTo(current + 1),
  ArrowDown: () => goTo(current + 1),
  k: () => goTo(current - 1),
  ArrowUp: () => goTo(current - 1),
  Enter: () => { if (current < 0) return false; link(rows[current]).click(); },
  "/": () => { const words = document.getElementById("q"); if (words) words.select(); else location.assign("/calls"); },
  "?": openShortcuts,
});

for (const select of document.querySelectorAll(".filters select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

document.documentElement.dataset.ready = "";
