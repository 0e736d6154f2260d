const LONG_QUESTION_MS = 12000;   // after which the page says where the browser's question may be
const WIDGET_MS = 15000;          // to load the widget
const ANSWER_MS = 10000;          // of the server, when the camera was turned on
const REPEAT_MS = 2500;           // until it is asked again
const KIOSK_MS = 5000;            // after which a kiosk, where nobody presses a button, turns the camera on again
const CHOSEN = "pose-demo-camera";   // the id of the camera that was chosen last, in the local storage
const WIDGET = "iframe[title*='webrtc_streamer']";
const PROBLEM_OF_ERROR = {
  NotAllowedError: "refused", SecurityError: "refused",
  NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy", InsecureContext: "insecure",
};
const lenders = new WeakMap();   // by the window of the widget

/** The buttons that turn the camera on and off, and what prevents it. */
class CameraControl {
  constructor(root, stage) {
    this.root = root.querySelector(".camera");
    this.buttons = root.querySelector(".buttons");   // while the camera is on
    this.stage = stage;
    this.awaited = null;           // the last answer of the server when the camera was turned on; null if answered
    this.problem = "";
    this.isAsking = false;
    this.camera = null;            // the promise of an opened camera
    this.peer = null;              // the connection of the widget
    this.devices = [];
  }

  send(...given) {
    this.stage.send(...given);
  }

  /** Show what the server knows. */
  update(data, isKiosk) {
    this.data = data;
    if (data.request !== this.awaited) this.awaited = null;
    if (!data.wanted && this.awaited === null && !this.isAsking) this.release();
    if (data.wanted && !this.camera && !this.isAsking) this.send("stop", Date.now());   // it was given up meanwhile
    else if (data.wanted) this.problem = "";
    if (matchMedia("(prefers-reduced-motion: reduce)").matches)
      document.querySelector(".st-key-stage-loop video")?.pause();
    if (isKiosk) this.kiosk ??= setInterval(() => this.attend(), KIOSK_MS);
    this.draw();
  }

  attend() {
    if (!this.root.isConnected) clearInterval(this.kiosk);
    else if (!this.isOn && this.data.may_start) this.start();
  }

  get isOn() {
    return this.data.wanted || this.awaited !== null;
  }

  /** Turn the camera's light off. */
  release() {
    const camera = this.camera;
    this.camera = this.peer = null;
    camera?.then(stream => stream.getTracks().forEach(track => track.stop()), () => {});
  }

  /** The page shows another picture. */
  leave() {
    clearInterval(this.kiosk);
    this.kiosk = null;
    this.release();
    this.data = this.awaited = null;
    this.problem = this.shown = "";
    this.root.replaceChildren();
    this.buttons.replaceChildren();
  }

  async start() {
    if (this.isAsking || !this.data) return;
    this.problem = "";
    this.isAsking = true;
    this.draw();
    const late = setTimeout(() => { if (this.data) this.problem = "asking"; this.draw(); }, LONG_QUESTION_MS);
    try {
      const camera = this.camera = openChosenCamera(this.data.constraints);
      await camera;
      const widget = await loadedWidget();
      if (this.camera === camera) this.use(widget);   // the page may be gone
    } catch (error) {
      this.release();
      if (this.data) this.problem = problemOf(error);
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
    this.side().then(side => side === "environment" && this.send("side", side), () => {});   // chosen the last time
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
    const old = await this.camera, sender = this.sender();
    if (!sender) return;
    old.getTracks().forEach(track => track.stop());   // phones open one camera at a time
    try {
      this.camera = openCamera(this.data.constraints, { exact: deviceId });
      await sender.replaceTrack((await this.camera).getVideoTracks()[0]);
      rememberCamera(deviceId);
      this.send("side", await this.side());
    } catch (error) {
      this.stop();
      this.problem = problemOf(error);
      this.draw();
    }
  }

  /** Where the camera of a phone is: "user" (front), "environment" (back), or empty. */
  async side() {
    return (await this.camera).getVideoTracks()[0].getSettings().facingMode ?? "";
  }

  sender() {
    return this.peer?.getSenders().find(it => it.track?.kind === "video");
  }

  stop() {
    this.awaited = null;
    this.release();
    this.send("stop", Date.now());
    this.draw();
  }

  // ---- what is shown

  draw() {
    if (!this.data) return;   // the page shows another picture
    const { data, devices, isAsking, isOn, problem } = this;
    const state = [isAsking, problem, isOn, data.playing, data.may_start, devices.map(it => it.deviceId)];
    const shown = JSON.stringify([state, this.stage.texts]);
    if (shown === this.shown) return;   // an open menu stays open
    this.shown = shown;
    const isPlaying = isOn && data.playing && !isAsking && !problem;
    const content = problem ? this.explanation()
      : isAsking ? this.question()
      : isOn ? !data.playing && this.connecting()
      : data.may_start && this.invitation();
    replaceContent(this.root, content ? [content] : []);
    replaceContent(this.buttons, isPlaying ? this.playingButtons() : []);
  }

  invitation() {
    return element("div", "cover", this.button("start", () => this.start(), "main"),
      element("p", "privacy", this.stage.texts.privacy));
  }

  question() {
    return element("div", "cover", element("div", "spinner"), announced(this.stage.texts.question));
  }

  connecting() {
    const stop = this.button("stop", () => this.stop(), "stop");
    return element("div", "cover", element("div", "spinner"), announced(this.stage.texts.connecting), stop);
  }

  explanation() {
    const [cause, remedy] = this.data.problems[this.problem], { alternatives } = this.data, { texts } = this.stage;
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

  playingButtons() {
    const off = iconButton("cameraOff", this.stage.texts.stop, () => this.stop(), "stop");
    return this.devices.length > 1 && this.peer ? [this.cameraMenu(), off] : [off];
  }

  /** A list with the look of an icon. */
  cameraMenu() {
    const { camera } = this.stage.texts, menu = element("select", "cameras");
    menu.setAttribute("aria-label", camera);
    menu.title = camera;
    this.devices.forEach((device, index) => menu.append(new Option(device.label || `${camera} ${index + 1}`, device.deviceId)));
    menu.value = this.sender()?.track.getSettings().deviceId ?? this.devices[0].deviceId;
    menu.addEventListener("change", () => this.choose(menu.value));
    return element("span", "menu", icon("cameras"), menu);
  }

  button(text, act, name) {
    const button = element("button", name, this.stage.texts[text]);
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
