const LONG_QUESTION_MS = 12000;   // after which the page says where the browser's question may be
const WIDGET_MS = 15000;          // to load the widget
const ANSWER_MS = 10000;          // of the server, when the camera was turned on
const REPEAT_MS = 2500;           // until it is asked again
const CHOSEN = "pose-demo-camera";   // the id of the camera that was chosen last, in the local storage
const WIDGET = "iframe[title*='webrtc_streamer']";
const PROBLEM_OF_ERROR = {
  NotAllowedError: "refused", SecurityError: "refused",
  NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy", InsecureContext: "insecure",
};
const stages = new WeakMap(), lenders = new WeakMap();   // by the element, by the window of the widget

export default function ({ data, parentElement, setTriggerValue }) {
  if (!data) return;
  const root = parentElement.querySelector(".stage");
  let stage = stages.get(root);
  if (!stage) stages.set(root, stage = new Stage(root, data));
  stage.send = setTriggerValue;
  stage.update(data);
  return () => setTimeout(() => { if (!root.isConnected) stage.release(); });   // it is called without reason, too
}

class Stage {
  constructor(root, data) {
    this.root = root;
    this.awaited = null;           // the last answer of the server when the camera was turned on; null if answered
    this.problem = "";
    this.isAsking = false;
    this.camera = null;            // the promise of an opened camera
    this.peer = null;              // the connection of the widget
    this.devices = [];
  }

  /** Show what the server knows. */
  update(data) {
    this.data = data;
    if (data.request !== this.awaited) this.awaited = null;
    if (!data.wanted && this.awaited === null && !this.isAsking) this.release();
    if (data.wanted && !this.camera && !this.isAsking) this.send("stop", Date.now());   // it was given up meanwhile
    else if (data.wanted) this.problem = "";
    if (matchMedia("(prefers-reduced-motion: reduce)").matches)
      document.querySelector(".st-key-stage-loop video")?.pause();
    this.draw();
  }

  /** Turn the camera's light off. */
  release() {
    const camera = this.camera;
    this.camera = this.peer = null;
    camera?.then(stream => stream.getTracks().forEach(track => track.stop()), () => {});
  }

  async start() {
    if (this.isAsking) return;
    this.problem = "";
    this.isAsking = true;
    this.draw();
    const late = setTimeout(() => { this.problem = "asking"; this.draw(); }, LONG_QUESTION_MS);
    try {
      const camera = this.camera = openChosenCamera(this.data.constraints);
      await camera;
      const widget = await loadedWidget();
      if (this.camera === camera) this.use(widget);   // the page may be gone
    } catch (error) {
      this.release();
      this.problem = problemOf(error);
    }
    clearTimeout(late);
    this.isAsking = false;
    this.draw();
  }

  use(widget) {
    this.problem = "";
    lend(widget, this);
    const request = Date.now(), ask = () => this.send("start", request);
    this.awaited = this.data.request;
    ask();
    // A click while the page is drawn for the first time may be lost.
    const repeat = setInterval(() => { if (this.awaited !== null) ask(); }, REPEAT_MS);
    setTimeout(() => { clearInterval(repeat); if (this.awaited !== null) this.giveUp(); }, ANSWER_MS);
    this.listCameras();
  }

  /** The server has not answered; the page may have lost its connection. */
  giveUp() {
    this.awaited = null;
    this.release();
    this.problem = "unanswered";
    this.draw();
  }

  async listCameras() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.devices = devices.filter(device => device.kind === "videoinput");
    this.draw();
  }

  /** Continue with another camera, without a new connection. */
  async choose(deviceId) {
    const old = await this.camera, sender = this.peer?.getSenders().find(it => it.track?.kind === "video");
    if (!sender) return;
    old.getTracks().forEach(track => track.stop());   // phones open one camera at a time
    try {
      this.camera = openCamera(this.data.constraints, { exact: deviceId });
      await sender.replaceTrack((await this.camera).getVideoTracks()[0]);
      rememberCamera(deviceId);
    } catch (error) {
      this.stop();
      this.problem = problemOf(error);
      this.draw();
    }
  }

  stop() {
    this.awaited = null;
    this.release();
    this.send("stop", Date.now());
    this.draw();
  }

  fullScreen() {
    const stage = document.querySelector(".st-key-stage");
    if (document.fullscreenElement) document.exitFullscreen();
    else stage.requestFullscreen?.();
  }

  // ---- what is shown

  draw() {
    const { data, devices, isAsking, problem } = this, isOn = data.wanted || this.awaited !== null;
    const shown = JSON.stringify([isAsking, problem, isOn, data.playing, data.may_start, devices.map(it => it.deviceId)]);
    if (shown === this.shown) return;   // an open menu stays open
    this.shown = shown;
    const focused = this.root.getRootNode().activeElement;
    const content = problem ? this.explanation()
      : isAsking ? this.question()
      : isOn ? (data.playing ? this.bar() : this.connecting())
      : data.may_start ? this.invitation() : null;
    this.root.replaceChildren(...(content ? [content] : []));
    if (focused) (find(this.root, focused.className) ?? this.root.querySelector("button"))?.focus();
  }

  invitation() {
    return element("div", "cover", this.button("start", () => this.start(), "main"),
      element("p", "privacy", this.data.texts.privacy));
  }

  question() {
    return element("div", "cover", element("div", "spinner"), announced(this.data.texts.question));
  }

  connecting() {
    const stop = this.button("stop", () => this.stop(), "stop");
    return element("div", "cover", element("div", "spinner"), announced(this.data.texts.connecting), stop);
  }

  explanation() {
    const [cause, remedy] = this.data.problems[this.problem], { texts, alternatives } = this.data;
    const instead = Object.entries(alternatives).map(([name, label]) => {
      const button = element("button", `instead-${name.replace(/\W/g, "")}`, label);
      button.addEventListener("click", () => this.send("choose", name));
      return button;
    });
    const again = this.isAsking || this.problem === "insecure" ? [] : [this.button("again", () => this.start(), "main")];
    const cover = element("div", "cover problem", element("h2", "", cause), element("p", "", remedy), ...again,
      element("p", "", texts.instead), element("div", "row", ...instead));
    cover.setAttribute("role", "alert");
    return cover;
  }

  bar() {
    const parts = [];
    if (this.devices.length > 1 && this.peer) parts.push(this.cameraMenu());
    if (document.fullscreenEnabled) parts.push(this.button("fullScreen", () => this.fullScreen(), "full"));
    return element("div", "bar", ...parts, this.button("stop", () => this.stop(), "stop"));
  }

  cameraMenu() {
    const menu = element("select", "cameras");
    menu.setAttribute("aria-label", this.data.texts.camera);
    this.devices.forEach((device, index) =>
      menu.append(new Option(device.label || `${this.data.texts.camera} ${index + 1}`, device.deviceId)));
    const track = this.peer.getSenders().find(it => it.track?.kind === "video")?.track;
    menu.value = track?.getSettings().deviceId ?? this.devices[0].deviceId;
    menu.addEventListener("change", () => this.choose(menu.value));
    return menu;
  }

  button(text, act, name) {
    const button = element("button", name, this.data.texts[text]);
    button.addEventListener("click", act);
    return button;
  }
}

async function openCamera(constraints, deviceId) {
  if (!navigator.mediaDevices) throw new DOMException("not a secure context", "InsecureContext");
  return navigator.mediaDevices.getUserMedia({ ...constraints, video: { ...constraints.video, deviceId } });
}

/** Open the camera that was chosen last, or any if that is not there. */
async function openChosenCamera(constraints) {
  const id = chosenCamera();
  try {
    return await openCamera(constraints, id ? { exact: id } : undefined);
  } catch (error) {
    if (!id || error.name !== "OverconstrainedError") throw error;
    return openCamera(constraints);
  }
}

function chosenCamera() {
  try { return localStorage.getItem(CHOSEN); } catch { return null; }   // some browsers permit no storage
}

/** The window of the widget; a page that was just opened still loads it. */
async function loadedWidget() {
  for (let waited = 0; waited < WIDGET_MS; waited += 50) {
    const widget = document.querySelector(WIDGET)?.contentWindow;
    if (widget?.location.pathname !== "blank" && widget?.document.readyState === "complete") return widget;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error("the widget was not loaded");
}

function rememberCamera(deviceId) {
  try { localStorage.setItem(CHOSEN, deviceId); } catch { /* the default camera is used the next time */ }
}

function problemOf(error) {
  return PROBLEM_OF_ERROR[error.name] ?? "failed";
}

/**
 * Let the widget use the camera of a stage, once: a camera cannot always be opened twice. The widget starts a second
 * connection when it is updated while it starts the first, and another one when that has ended; they wait in vain.
 */
function lend(widget, stage) {
  const known = lenders.has(widget);
  lenders.set(widget, { camera: stage.camera, stage });
  if (known) return;
  widget.navigator.mediaDevices.getUserMedia = () => {
    const lender = lenders.get(widget), { camera } = lender;
    lender.camera = null;
    return camera ?? new Promise(() => {});
  };
  const connection = widget.RTCPeerConnection.prototype, { addTrack } = connection;
  connection.addTrack = function (...tracks) {
    lenders.get(widget).stage.peer = this;
    return addTrack.apply(this, tracks);
  };
}

/** A text that screen readers read when it appears. */
function announced(text) {
  const made = element("p", "", text);
  made.setAttribute("role", "status");
  return made;
}

function find(root, className) {
  return className ? root.querySelector(`.${CSS.escape(className)}`) : null;
}

function element(tag, name, ...content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (tag === "button") made.type = "button";
  made.append(...content);
  return made;
}
