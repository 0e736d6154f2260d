const COUNTDOWN = 3;              // seconds
const CLOCK_MS = 200;
const QUIET_MS = 3000;            // without the mouse; then the stage mode shows the picture only
const STAGE_MODE = "pd-stage-mode";   // a class of the page
const TYPED_IN = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable=true]";

/** Buttons and keys for what one does in front of the camera; they work on every live picture. */
class Toolbar {
  constructor(root, stage) {
    this.root = root;
    this.stage = stage;
    this.tools = root.querySelector(".tools");
    this.notice = root.querySelector(".notice");   // the countdown, or the clock of the recording
    this.data = null;              // null while there is no picture
    this.left = 0;                 // seconds of the countdown; 0 without one
    this.isStarting = false;       // until the server answers
    this.onKey = event => this.press(event);
    this.onMove = () => this.wake();
    this.onClick = event => this.leaveList(event);
    this.onFullScreen = () => { if (!document.fullscreenElement) this.leaveStageMode(); };
    document.addEventListener("keydown", this.onKey, true);
    document.addEventListener("pointermove", this.onMove);
    document.addEventListener("click", this.onClick, true);
    document.addEventListener("fullscreenchange", this.onFullScreen);
  }

  update(data, isKiosk) {
    const { recording } = data ?? {};
    if (isKiosk && !this.isKiosk) this.enterStageMode();
    this.isKiosk = isKiosk;
    this.data = data;
    this.isStarting = false;
    this.endAt = recording ? performance.now() + 1000 * (recording.limit - recording.seconds) : null;
    if (!data) {
      this.cancel();
      if (!isKiosk && this.isStageMode) this.toggleStageMode();   // what the page says about it would be hidden
    }
    this.draw();
  }

  release() {
    this.cancel();
    clearTimeout(this.quiet);
    clearInterval(this.clock);
    document.documentElement.classList.remove(STAGE_MODE);
    document.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("pointermove", this.onMove);
    document.removeEventListener("click", this.onClick, true);
    document.removeEventListener("fullscreenchange", this.onFullScreen);
  }

  // ---- what the buttons do

  /** Start a recording after a countdown; end the countdown, or the recording. */
  record() {
    if (this.data.recording) this.stage.send("record", "stop");
    else if (this.left) this.cancel();
    else if (this.data.countdown) this.count(COUNTDOWN);
    else this.start();
    this.draw();
  }

  count(left) {
    this.left = left;
    if (this.data.sound) beep(left ? 660 : 990);
    if (left) this.timer = setTimeout(() => this.count(left - 1), 1000);
    else this.start();
    this.draw();
  }

  cancel() {
    clearTimeout(this.timer);
    this.left = 0;
  }

  start() {
    if (this.isStarting) return;
    this.isStarting = true;
    this.stage.send("record", "start");
  }

  /** Begin a take of the dance, or stop it. */
  dance() {
    if (this.data.dancing !== null) this.stage.send("dance", this.data.dancing ? "stop" : "start");
  }

  snapshot() {
    this.root.classList.add("flash");
    setTimeout(() => this.root.classList.remove("flash"), 300);
    this.stage.send("snapshot", Date.now());
  }

  mirror() {
    this.stage.send("mirror", this.data.mirrored ? "off" : "on");
  }

  // ---- the stage mode: nothing but the picture

  get isStageMode() {
    return document.documentElement.classList.contains(STAGE_MODE);
  }

  toggleStageMode() {
    if (this.isKiosk) return;
    if (!this.isStageMode) {
      this.enterStageMode();
      document.documentElement.requestFullscreen?.().catch(() => {});   // the window is filled without it, too
    } else {
      this.leaveStageMode();
      if (document.fullscreenElement) document.exitFullscreen();
    }
  }

  enterStageMode() {
    document.documentElement.classList.add(STAGE_MODE);
    this.wake();
  }

  leaveStageMode() {
    if (this.isKiosk) return;
    document.documentElement.classList.remove(STAGE_MODE);
    this.wake();
  }

  /** Show the buttons until the mouse rests. */
  wake() {
    clearTimeout(this.quiet);
    this.root.classList.remove("quiet");
    if (this.isStageMode) this.quiet = setTimeout(() => this.root.classList.add("quiet"), QUIET_MS);
  }

  /** A list keeps the focus when one of its options is chosen with the mouse, and would be searched by the next key. */
  leaveList(event) {
    if (this.data && event.target.closest?.("[role=option]")) setTimeout(() => document.activeElement?.blur(), 100);
  }

  press(event) {
    if (!this.data || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.composedPath()[0].matches?.(TYPED_IN) || document.querySelector("[role=dialog]")) return;
    const act = this.keys[event.key.toLowerCase()];
    if (!act) return;
    event.stopImmediatePropagation();   // Streamlit has keys of its own
    event.preventDefault();
    act();
  }

  get keys() {
    const presets = this.data.presets.map((name, index) => [String(index + 1), () => this.stage.send("preset", name)]);
    return {
      r: () => this.record(), d: () => this.dance(), s: () => this.snapshot(), m: () => this.mirror(),
      f: () => this.toggleStageMode(),
      ...(this.isStageMode ? { escape: () => this.toggleStageMode() } : {}),
      ...Object.fromEntries(presets),
    };
  }

  // ---- what is shown

  draw() {
    const { data } = this, { texts } = this.stage;
    const shown = JSON.stringify([data, this.left, texts]);
    if (shown === this.shown) return;
    this.shown = shown;
    const isRecording = Boolean(data?.recording), isBusy = isRecording || this.left > 0;
    const { dancing } = data ?? {};
    replaceContent(this.tools, data ? [
      ...(dancing === null ? [] : [
        iconButton(dancing ? "stop" : "dance", dancing ? texts.stopDance : texts.dance, () => this.dance(), "dance"),
      ]),
      iconButton(isBusy ? "stop" : "record", isRecording ? texts.stopRecording : isBusy ? texts.cancel : texts.record,
        () => this.record(), "record"),
      iconButton("snapshot", texts.snapshot, () => this.snapshot(), "snapshot"),
      iconButton("mirror", texts.mirror, () => this.mirror(), "mirror"),
      ...(this.isKiosk ? [] : [iconButton("stageMode", texts.stageMode, () => this.toggleStageMode(), "stage-mode")]),
    ] : []);
    this.tools.querySelector(".mirror")?.setAttribute("aria-pressed", String(data.mirrored));
    this.drawNotice(isRecording);
  }

  drawNotice(isRecording) {
    clearInterval(this.clock);
    if (this.left) {
      this.notice.replaceChildren(announced(String(this.left), "countdown"));
    } else if (isRecording) {
      const time = element("span", "time");
      const clock = element("div", "clock", element("i", ""), "REC ", time);
      const show = () => { time.textContent = this.recorded(); };
      show();
      this.clock = setInterval(show, CLOCK_MS);
      this.notice.replaceChildren(clock, announced(this.stage.texts.recording, "unseen"));
    } else {
      this.notice.replaceChildren();
    }
  }

  /** The recorded time of how much, such as 0:03 / 0:10. */
  recorded() {
    const { limit } = this.data.recording, left = Math.max(0, (this.endAt - performance.now()) / 1000);
    return `${minutes(Math.max(0, limit - left))} / ${minutes(limit)}`;
  }
}

function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** A short tone. */
function beep(frequency) {
  try {
    const audio = beep.context ??= new AudioContext(), tone = audio.createOscillator(), volume = audio.createGain();
    audio.resume();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.2, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  } catch { /* a device without sound */ }
}
