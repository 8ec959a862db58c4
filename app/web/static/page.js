// What every page shares: times in the reader's zone, the list of shortcuts, and the switch that turns them off.
const STORED = "canvass-monitor.single-keys";

export function showLocalTimes(root = document) {
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    element.title = element.textContent;
    element.textContent = format.format(moment);
    element.dataset.local = "";
  }
}

export const singleKeys = {
  get on() { return localStorage.getItem(STORED) !== "off"; },
  set on(value) { localStorage.setItem(STORED, value ? "on" : "off"); },
};

// Single keys work only where nobody types, and can be switched off (WCAG 2.1.4).
export function onKeys(handlers) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]")) return;
    if (!singleKeys.on && event.key !== "?") return;
    const isControl = event.target.closest("button, a, summary, audio, [type=radio], [type=checkbox]");
    if (isControl && (event.key === "Enter" || event.key === " ")) return;
    if (event.target.closest("[type=radio]") && event.key.startsWith("Arrow")) return;
    const handler = handlers[event.key];
    if (handler && handler(event) !== false) event.preventDefault();
  });
}

export function shortcuts() {
  const dialog = document.getElementById("shortcuts");
  const button = document.getElementById("open-shortcuts");
  if (!dialog || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  const toggle = document.getElementById("single-keys");
  toggle.checked = singleKeys.on;
  toggle.addEventListener("change", () => { singleKeys.on = toggle.checked; });
}

export function openShortcuts() {
  document.getElementById("shortcuts")?.showModal();
}

showLocalTimes();
shortcuts();
