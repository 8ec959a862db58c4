// One call: transcript in step with the sound, findings and decisions by keyboard.
import { onKeys, openShortcuts, showLocalTimes } from "./page.js";
import { Player } from "./player.js";

const nonce = document.querySelector("meta[name=csp-nonce]").nonce;
const data = JSON.parse(document.getElementById("player-data").textContent);
const player = new Player({ audio: document.getElementById("audio"), data, nonce, onRegion: playFinding });
const follow = document.getElementById("follow");
const findings = () => [...document.querySelectorAll("[data-finding]")];
const COLUMN_HEAD_PX = 72; // stays in place above what scrolls
let current = null;
let utterances = [];
let nowUtterance = null;
let nowWord = null;

function readTranscript() {
  utterances = [...document.querySelectorAll(".utterance[data-start]")].map((element) => ({
    element, start: Number(element.dataset.start), end: Number(element.dataset.end),
    words: [...element.querySelectorAll("[data-s]")].map((word) => ({ word, start: Number(word.dataset.s) })),
  }));
  nowUtterance = nowWord = null;
}

// The last one that has begun: a long pause keeps the words before it marked.
function lastBegun(items, now) {
  let found = null;
  for (const item of items) if (item.start <= now + 0.02 && (!found || item.start >= found.start)) found = item;
  return found;
}

function swapClass(before, after) {
  before?.classList.remove("now");
  after?.classList.add("now");
}

player.onTime((now) => {
  const utterance = now > 0 ? lastBegun(utterances, now) : null;
  if (utterance !== nowUtterance) {
    swapClass(nowUtterance?.element, utterance?.element);
    nowUtterance?.element.removeAttribute("aria-current");
    utterance?.element.setAttribute("aria-current", "true");
    nowUtterance = utterance;
    if (utterance && follow?.checked) keepInView(utterance.element);
  }
  const word = utterance && now < utterance.end + 0.3 ? lastBegun(utterance.words, now)?.word ?? null : null;
  if (word !== nowWord) { swapClass(nowWord, word); nowWord = word; }
});

// In a column of its own the transcript may always move. Else it moves the page, so only while playing, only where it
// stands beside the findings, and never away from who is writing a reason.
function keepInView(element) {
  const box = element.getBoundingClientRect();
  const column = element.closest(".column");
  if (column.scrollHeight > column.clientHeight) {
    const frame = column.getBoundingClientRect();
    if (box.top >= frame.top + COLUMN_HEAD_PX && box.bottom <= frame.bottom) return;
    column.scrollTo({ top: column.scrollTop + box.top - frame.top - frame.height / 3 });
    return;
  }
  const isWriting = document.activeElement?.closest("form.decide");
  if (player.audio.paused || isWriting || !matchMedia("(min-width: 60rem)").matches) return;
  const top = document.querySelector(".player").getBoundingClientRect().bottom;
  if (box.top < top || box.bottom > innerHeight) element.scrollIntoView({ block: "center" });
}

function select(item, { focus = true } = {}) {
  if (!item) return;
  current?.classList.remove("current");
  current = item;
  item.classList.add("current");
  if (focus) item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = findings();
  const at = all.indexOf(current);
  select(all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))]);
}

function play(item) {
  const button = item?.querySelector(".play-finding");
  if (button) player.playStretch(Number(button.dataset.from), Number(button.dataset.to));
}

function playFinding(number) {
  const item = document.getElementById(`finding-${number}`);
  select(item);
  play(item);
}

// The finding that is being weighed, else the call as a whole where there is none.
function place() {
  if (current?.isConnected) return current;
  const all = findings();
  return all.find((item) => !item.classList.contains("is-decided")) ?? all[0] ?? document.getElementById("whole-call");
}

function openForm() {
  const item = place();
  const form = item?.querySelector("form.decide");
  const closed = form?.closest("details:not([open])");
  if (closed) closed.open = true;
  if (item?.matches("[data-finding]")) select(item, { focus: false });
  return form;
}

function choose(index) {
  const radio = openForm()?.querySelectorAll("[name=verdict]")[index];
  if (radio) { radio.checked = true; radio.focus(); }
}

document.addEventListener("click", (event) => {
  const stretch = event.target.closest(".play-finding");
  if (stretch) { select(stretch.closest("[data-finding]"), { focus: false }); play(stretch.closest("[data-finding]")); return; }
  const seek = event.target.closest("[data-seek]");
  const word = event.target.closest("[data-s]");
  if (seek) player.seek(Number(seek.dataset.seek));
  else if (word && !getSelection().toString()) player.seek(Number(word.dataset.s));
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest("[data-finding]");
  if (item && item !== current) select(item, { focus: false });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form.decide")?.requestSubmit();
  if (event.key === "Escape" && event.target.closest("form.decide")) (current ?? event.target).focus();
});

onKeys({
  " ": () => player.toggle(),
  ArrowLeft: (event) => player.skip(event.shiftKey ? -1 : -5),
  ArrowRight: (event) => player.skip(event.shiftKey ? 1 : 5),
  "<": () => player.setSpeed(-1),
  ">": () => player.setSpeed(1),
  n: () => step(1),
  p: () => step(-1),
  x: () => { const item = place(); select(item); play(item); },
  1: () => choose(0), 2: () => choose(1), 3: () => choose(2), 4: () => choose(3),
  r: () => openForm()?.querySelector("textarea").focus(),
  g: () => document.getElementById("next-open")?.click(),
  u: () => document.getElementById("back-to-queue").click(),
  "?": openShortcuts,
});

// After a decision: on to what is still open, and at the end to the way out.
let decided = null;
document.addEventListener("htmx:before:request", (event) => {
  decided = event.detail.ctx?.sourceElement?.dataset?.anchor ?? null;
});
document.addEventListener("htmx:after:swap", () => {
  readTranscript();
  showLocalTimes();
  if (!decided) return;
  const item = document.getElementById(decided);
  decided = null;
  const alert = item?.querySelector("[role=alert]");
  if (alert) { alert.closest("form").querySelector("textarea").focus(); return; }
  const open = findings().find((finding) => !finding.classList.contains("is-decided"));
  if (open) select(open);
  else document.getElementById("next-open")?.focus();
});

readTranscript();
if (location.hash.startsWith("#finding-")) select(document.getElementById(location.hash.slice(1)));

document.documentElement.dataset.ready = "";
