const stages = new WeakMap();   // by the element

export default function ({ data, parentElement, setTriggerValue }) {
  if (!data) return;
  const root = parentElement.querySelector(".stage");
  let stage = stages.get(root);
  if (!stage) stages.set(root, stage = new Stage(root));
  stage.send = setTriggerValue;
  stage.update(data);
  return () => setTimeout(() => { if (!root.isConnected) stage.release(); });   // it is called without reason, too
}

/** What lies over the picture: the camera's buttons, if it is the webcam's, and the toolbar. */
class Stage {
  constructor(root) {
    this.send = () => {};
    this.camera = new CameraControl(root, this);
    this.toolbar = new Toolbar(root, this);
  }

  update(data) {
    this.texts = data.texts;
    if (Boolean(data.camera) !== this.hasCamera) this.toolbar.cancel();   // the countdown was for another picture
    this.hasCamera = Boolean(data.camera);
    if (data.camera) this.camera.update(data.camera, data.is_kiosk);
    else this.camera.leave();
    this.toolbar.update(data.toolbar, data.is_kiosk);
  }

  release() {
    this.camera.release();
    this.toolbar.release();
  }
}

// ---- elements

function element(tag, name, ...content) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (tag === "button") made.type = "button";
  made.append(...content);
  return made;
}

function icon(shape) {
  const made = element("span", "shape");
  made.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SHAPES[shape]}"/></svg>`;
  return made;
}

/** A button that shows an icon; its text is read by screen readers and shown as a tooltip. */
function iconButton(shape, text, act, name) {
  const button = element("button", `icon ${name}`, icon(shape));
  button.title = text;
  button.setAttribute("aria-label", text.replace(/ \(.\)$/, ""));   // without the key
  button.addEventListener("click", event => {
    if (event.detail) button.blur();   // pressed with the mouse: the next key would show the focus
    act();
  });
  return button;
}

/** A text that screen readers read when it appears. */
function announced(text, name = "") {
  const made = element("p", name, text);
  made.setAttribute("role", "status");
  return made;
}

function find(root, className) {
  const name = className?.split(" ").at(-1);
  return name ? root.querySelector(`.${CSS.escape(name)}`) : null;
}

/** Replace what an element shows, and keep the focus on the same button. */
function replaceContent(root, content) {
  const focused = root.contains(root.getRootNode().activeElement) && root.getRootNode().activeElement;
  root.replaceChildren(...content);
  if (focused) (find(root, focused.className) ?? root.querySelector("button"))?.focus();
}

const SHAPES = {
  record: "M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14z",
  stop: "M6 6h12v12H6z",
  dance: "M12 3v10.3A4 4 0 1 0 14 17V7h4V3z",
  snapshot: "M9 4l-2 2H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-3l-2-2zM12 8a5 5 0 1 1 0 10a5 5 0 1 1 0"
    + "-10zM12 10a3 3 0 1 0 0 6a3 3 0 1 0 0-6z",
  mirror: "M11 3h2v18h-2zM9 6v12H2zM15 6l7 12h-7zM17 13.4v2.6h1.6z",
  stageMode: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  cameras: "M20 6h-3l-2-2H9L7 6H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2zM15 17v-2H9v2l-3-3l3-3v2h8v2zM9"
    + " 9v2H7V9z",
  cameraOff: "M3.3 2L2 3.3L6.7 8H4a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h12l.7-.2l3 3L21 19.5zM9 6l9 9v-2l3 3V8l-3 3V7a1 1 0 0 0-1-1z",
};
