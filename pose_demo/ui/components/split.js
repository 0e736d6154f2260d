const STEP = 0.02, PAGE_STEP = 0.1;   // of the arrow keys and of the page keys
const SEND_MS = 100;                  // between two positions that are sent during a drag
const HIDE = 0.12;                    // a label is hidden while its part of the picture is narrower
const states = new WeakMap();
const clamp = value => Math.min(1, Math.max(0, value));

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return;
  const root = parentElement.querySelector(".split");
  const { header, jpeg } = parse(data);
  let state = states.get(root);
  if (!state) {
    state = create(root, header);
    states.set(root, state);
  }
  state.send = position => setStateValue("position", position);
  state.isTrack = !jpeg.length;
  root.classList.toggle("track", state.isTrack);
  showTexts(state, header);
  if (!state.isTrack) showPicture(state, jpeg);
}

function parse(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { header, jpeg: bytes.subarray(4 + length) };
}

function create(root, { position, texts }) {
  const find = selector => root.querySelector(selector);
  const state = {
    frame: find(".frame"), canvas: find("canvas"), handle: find(".handle"), labels: [find(".a"), find(".b")],
    position, texts, pictures: null, received: 0, drawn: 0, sentAt: 0, timer: 0, send: null, isTrack: false,
  };
  listen(state);
  move(state, position, false);
  return state;
}

function showTexts(state, { labels, texts }) {
  state.texts = texts;
  state.labels.forEach((label, index) => { label.textContent = labels[index]; });
  state.handle.setAttribute("aria-label", texts.handle);
  state.canvas.setAttribute("aria-label", texts.picture);
}

async function showPicture(state, jpeg) {
  const number = ++state.received;
  const pictures = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
  if (number < state.drawn) { pictures.close(); return; }   // a later one was decoded first
  state.drawn = number;
  state.pictures?.close();
  state.pictures = pictures;
  const width = pictures.width / 2;
  if (state.canvas.width !== width || state.canvas.height !== pictures.height) {
    state.canvas.width = width;
    state.canvas.height = pictures.height;
  }
  draw(state);
}

function draw({ canvas, pictures, position }) {
  if (!pictures) return;
  const { width, height } = canvas, x = Math.round(position * width), context = canvas.getContext("2d");
  if (x > 0) context.drawImage(pictures, 0, 0, x, height, 0, 0, x, height);
  if (x < width) context.drawImage(pictures, width + x, 0, width - x, height, x, 0, width - x, height);
}

function move(state, position, report = true) {
  state.position = clamp(position);
  const percent = Math.round(100 * state.position);
  state.handle.style.left = `${100 * state.position}%`;
  state.handle.setAttribute("aria-valuenow", percent);
  state.handle.setAttribute("aria-valuetext", state.texts.percent.replace("{percent}", percent));
  state.labels[0].classList.toggle("gone", state.position < HIDE);
  state.labels[1].classList.toggle("gone", state.position > 1 - HIDE);
  draw(state);
  if (report && state.isTrack) reportSoon(state);
}

function reportSoon(state) {
  clearTimeout(state.timer);
  const wait = state.sentAt + SEND_MS - Date.now();
  if (wait > 0) state.timer = setTimeout(() => reportNow(state), wait);
  else reportNow(state);
}

function reportNow(state) {
  clearTimeout(state.timer);
  state.sentAt = Date.now();
  state.send(Math.round(1000 * state.position) / 1000);
}

function listen(state) {
  const { frame, handle } = state;
  const follow = event => {
    const box = frame.getBoundingClientRect();
    move(state, (event.clientX - box.left) / box.width);
  };
  frame.addEventListener("pointerdown", event => {
    if (event.button) return;
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    follow(event);
  });
  frame.addEventListener("pointermove", event => { if (frame.hasPointerCapture(event.pointerId)) follow(event); });
  frame.addEventListener("lostpointercapture", () => reportNow(state));
  handle.addEventListener("keydown", event => {
    const position = {
      ArrowLeft: state.position - STEP, ArrowDown: state.position - STEP,
      ArrowRight: state.position + STEP, ArrowUp: state.position + STEP,
      PageDown: state.position - PAGE_STEP, PageUp: state.position + PAGE_STEP, Home: 0, End: 1,
    }[event.key];
    if (position === undefined) return;
    event.preventDefault();
    move(state, position, false);
    reportSoon(state);
  });
}
