// Sound: the native audio element is the truth; wavesurfer only draws it, from peaks that the server has made.
import WaveSurfer from "./vendor/wavesurfer-8.0.1.esm.js";
import Regions from "./vendor/wavesurfer-regions-8.0.1.esm.js";

const LANE_HEIGHT_PX = 34;
const LEAST_FULL_HEIGHT = 0.1; // a silent line is drawn flat, not blown up to full height

// Full height is what all but the loudest peaks stay under, so that one click of the line does not flatten the speech.
function levelled(peaks) {
  const all = peaks.flat().sort((one, other) => one - other);
  const full = Math.max(LEAST_FULL_HEIGHT, all[Math.floor(all.length * 0.985)] ?? 0);
  return peaks.map((lane) => lane.map((peak) => Math.min(1, peak / full)));
}
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const faded = (name) => `color-mix(in srgb, ${colour(name)} 26%, transparent)`;
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class Player {
  constructor({ audio, data, nonce, onRegion }) {
    this.audio = audio;
    this.data = data;
    this.stopAt = null;
    this.listeners = [];
    this.#bindTransport();
    if (data.peaks.length && data.duration) this.#draw({ nonce, onRegion });
    document.body.classList.add("has-player");
  }

  onTime(listener) { this.listeners.push(listener); }

  toggle() { this.stopAt = null; this.audio.paused ? this.play() : this.audio.pause(); }

  seek(seconds) {
    this.stopAt = null;
    const at = Math.max(0, Math.min(seconds, this.data.duration ?? seconds));
    this.surfer?.setTime(at);
    this.audio.currentTime = at; // once more: wavesurfer itself waits until the sound is loaded
    this.#tell();
  }

  skip(seconds) { this.seek(this.audio.currentTime + seconds); }

  async playStretch(from, to) {
    this.seek(from);
    this.stopAt = to;
    await this.play();
  }

  async play() {
    if (!this.audio.hasAttribute("src")) return; // the sound was deleted
    try { await this.audio.play(); } catch (error) { if (error.name !== "AbortError") this.#fault(); }
  }

  setSpeed(step) {
    const select = document.getElementById("speed");
    select.selectedIndex = Math.max(0, Math.min(select.options.length - 1, select.selectedIndex + step));
    this.audio.playbackRate = Number(select.value);
  }

  #bindTransport() {
    const { audio } = this;
    const button = document.getElementById("play");
    const speed = document.getElementById("speed");
    button.addEventListener("click", () => this.toggle());
    speed.addEventListener("change", () => { audio.playbackRate = Number(speed.value); });
    for (const skip of document.querySelectorAll("[data-skip]")) {
      skip.addEventListener("click", () => this.skip(Number(skip.dataset.skip)));
    }
    const show = () => {
      document.body.classList.toggle("is-playing", !audio.paused);
      button.setAttribute("aria-label", audio.paused ? button.dataset.playLabel : button.dataset.pauseLabel);
      if (!audio.paused) this.#tick();
    };
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, show);
    for (const name of ["seeked", "timeupdate"]) audio.addEventListener(name, () => this.#tell());
    audio.addEventListener("error", () => this.#fault());
    if (audio.error) this.#fault();
  }

  // timeupdate comes four times a second: too coarse for words and for the end of a stretch.
  #tick() {
    this.#tell();
    if (!this.audio.paused) requestAnimationFrame(() => this.#tick());
  }

  #tell() {
    const now = this.audio.currentTime;
    if (this.stopAt !== null && now >= this.stopAt) {
      this.stopAt = null;
      this.audio.pause();
    }
    document.getElementById("now").textContent = clock(now);
    for (const listener of this.listeners) listener(now, this.stopAt);
  }

  #fault() { document.getElementById("sound-fault").hidden = false; }

  #draw({ nonce, onRegion }) {
    const { peaks, duration, regions } = this.data;
    const lanes = peaks.length;
    const paint = () => ({ waveColor: colour("wave"), progressColor: colour("wave-played"), cursorColor: colour("focus") });
    const height = lanes > 1 ? LANE_HEIGHT_PX : LANE_HEIGHT_PX * 1.6;
    const surfer = this.surfer = WaveSurfer.create({
      container: "#waveform", media: this.audio, peaks: levelled(peaks), duration, cspNonce: nonce, height,
      cursorWidth: 2, hideScrollbar: true, ...paint(),
      splitChannels: lanes > 1 ? peaks.map(() => ({ height, ...paint() })) : undefined,
    });
    const layer = surfer.registerPlugin(Regions.create());
    const mark = () => {
      layer.clearRegions();
      for (const region of regions) {
        layer.addRegion({
          id: String(region.number), start: region.start, end: Math.max(region.end, region.start + duration / 300),
          color: faded(region.severity), drag: false, resize: false, content: this.#label(region),
          channelIdx: lanes > 1 ? region.channel ?? -1 : -1,
        });
      }
    };
    surfer.on("ready", mark);
    surfer.on("interaction", (at) => this.seek(at));
    layer.on("region-clicked", (region, event) => { event.stopPropagation(); onRegion(Number(region.id)); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      surfer.setOptions({ ...paint(), splitChannels: lanes > 1 ? peaks.map(() => ({ height, ...paint() })) : undefined });
      mark();
    });
  }

  #label(region) {
    const label = document.createElement("span");
    label.textContent = region.number;
    label.title = region.title;
    Object.assign(label.style, {
      font: "600 11px/16px system-ui, sans-serif", padding: "0 4px", background: colour(region.severity),
      color: colour("surface"), borderRadius: "0 0 3px 0", position: "absolute", left: "0", top: "0",
    });
    return label;
  }
}
