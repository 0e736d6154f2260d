const SVG = "http://www.w3.org/2000/svg";
const SEND_MS = 150;      // between two positions of a drag
const CLICK_PIXELS = 4;   // a shorter drag is a click
const states = new WeakMap();
const TICK_SECONDS = [.01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];
const TOP = 17, BOTTOM = 4;  // pixels of a row above and below its curve, as in the style sheet
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const text = (seconds, digits) => {
  const minutes = Math.floor(seconds / 60), rest = (seconds - 60 * minutes).toFixed(digits);
  return minutes ? `${minutes}:${rest.padStart(digits ? digits + 3 : 2, "0")}` : `${Number(rest)} s`;
};

export default function ({ data, parentElement, setTriggerValue }) {
  if (!data) return;
  const root = parentElement.querySelector(".timeline");
  let state = states.get(root);
  if (!state) {
    state = { part: name => root.querySelector("." + name), drag: null };
    states.set(root, state);
    listen(state);
  }
  state.data = data;
  state.send = setTriggerValue;
  draw(state);
}

function draw(state) {
  const { data, part } = state;
  part("track").setAttribute("aria-label", data.texts.timeline);
  part("playhead").setAttribute("aria-label", data.texts.position);
  part("threshold").setAttribute("aria-label", data.texts.threshold);
  drawRows(part("rows"), data);
  drawBands(part("bands"), data);
  drawAxis(part("axis"), data.duration);
  drawLegend(part("legend"), data);
  if (state.drag !== "position") showPosition(state, data.position);
  if (state.drag !== "threshold") showThreshold(state, data.threshold);
}

function drawRows(rows, data) {
  if (rows.children.length !== data.curves.length) {
    rows.replaceChildren(...data.curves.map(() => {
      const row = document.createElement("div"), svg = document.createElementNS(SVG, "svg");
      row.className = "row";
      svg.setAttribute("viewBox", "0 0 1000 100");
      svg.setAttribute("preserveAspectRatio", "none");
      svg.append(document.createElementNS(SVG, "path"));
      row.append(svg, document.createElement("label"));
      return row;
    }));
  }
  rows.classList.toggle("with-threshold", data.threshold !== null);
  data.curves.forEach((curve, index) => {
    const row = rows.children[index];
    row.querySelector("label").textContent = curve.label;
    row.style.setProperty("--dot", curve.color);
    const path = row.querySelector("path");
    path.setAttribute("stroke", curve.color);
    path.setAttribute("d", curvePath(curve, data));
  });
}

function curvePath(curve, { timestamps, duration }) {
  const range = curve.high - curve.low || 1;
  let path = "", connected = false;
  curve.values.forEach((value, index) => {
    if (value === null) { connected = false; return; }
    const x = (1000 * timestamps[index] / duration).toFixed(1);
    const y = (100 * (1 - clamp((value - curve.low) / range, 0, 1))).toFixed(1);
    path += connected ? `L${x} ${y}` : `M${x} ${y}h0`;
    connected = true;
  });
  return path;
}

function drawBands(bands, { spans, empty, duration }) {
  const all = [
    ...empty.map(([start, end]) => [start, end, "empty"]),
    ...spans.map(([start, end, isMatch]) => [start, end, isMatch ? "match" : "no-match"]),
  ];
  bands.replaceChildren(...all.map(([start, end, kind]) => {
    const band = document.createElement("span");
    band.className = kind;
    band.style.left = `${100 * start / duration}%`;
    band.style.width = `max(2px, ${100 * (end - start) / duration}%)`;
    return band;
  }));
}

function drawAxis(axis, duration) {
  const step = TICK_SECONDS.find(seconds => duration / seconds <= 5) || duration / 4;
  const ticks = Array.from({ length: Math.floor(duration / step + 1e-6) + 1 }, (_, index) => index * step);
  axis.replaceChildren(...ticks.map(seconds => {
    const tick = document.createElement("span"), fraction = seconds / duration;
    tick.style.left = `${100 * fraction}%`;
    tick.className = fraction < .03 ? "first" : fraction > .95 ? "last" : "";
    tick.textContent = text(seconds, step < 1 ? 2 : 0);
    return tick;
  }));
}

function drawLegend(legend, { spans, empty, texts }) {
  const items = [
    empty.length && ["empty", texts.empty],
    spans.some(span => span[2]) && ["match", texts.match],
    spans.some(span => !span[2]) && ["no-match", texts.noMatch],
  ].filter(Boolean);
  legend.replaceChildren(...items.map(([kind, label]) => {
    const item = document.createElement("span");
    item.className = kind;
    item.textContent = label;
    return item;
  }));
}

function showPosition(state, position) {
  const playhead = state.part("playhead"), { duration } = state.data;
  playhead.hidden = position === null;
  state.position = position;
  playhead.setAttribute("aria-valuemax", duration.toFixed(2));
  playhead.setAttribute("aria-valuenow", (position ?? 0).toFixed(2));
  playhead.setAttribute("aria-valuetext", text(position ?? 0, 2));
  playhead.style.left = `${100 * clamp((position ?? 0) / duration, 0, 1)}%`;
}

function thresholdCurve(data) { return data.curves[data.curves.length - 1]; }

function showThreshold(state, threshold) {
  const line = state.part("threshold"), curve = thresholdCurve(state.data);
  line.hidden = threshold === null || !curve;
  state.threshold = threshold;
  if (line.hidden) return;
  const row = state.part("rows").lastElementChild;
  const fraction = (threshold - curve.low) / (curve.high - curve.low || 1);
  const height = row.offsetHeight - TOP - BOTTOM;
  line.style.top = `${row.offsetTop + TOP + height * (1 - clamp(fraction, 0, 1))}px`;
  line.querySelector("b").textContent = threshold.toFixed(2);
  line.setAttribute("aria-valuemin", curve.low);
  line.setAttribute("aria-valuemax", curve.high);
  line.setAttribute("aria-valuenow", threshold.toFixed(2));
}

function listen(state) {
  const track = state.part("track"), playhead = state.part("playhead"), line = state.part("threshold");
  track.addEventListener("pointerdown", event => {
    if (event.button) return;
    playhead.focus({ preventScroll: true });
    const start = timeAt(state, event), from = event.clientX;
    if (state.data.selectSpans) dragSpan(state, event, start, from);
    else dragPosition(state, event);
  });
  line.addEventListener("pointerdown", event => {
    if (event.button) return;
    event.stopPropagation();
    dragThreshold(state, event);
  });
  playhead.addEventListener("keydown", event => keyOnPlayhead(state, event));
  line.addEventListener("keydown", event => keyOnThreshold(state, event));
}

function timeAt(state, event) {
  const box = state.part("track").getBoundingClientRect();
  return clamp((event.clientX - box.left) / box.width, 0, 1) * state.data.duration;
}

function follow(state, kind, element, event, move, end) {
  state.drag = kind;
  element.setPointerCapture(event.pointerId);
  const stop = last => {
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", stop);
    element.removeEventListener("pointercancel", stop);
    state.drag = null;
    end(last);
  };
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", stop);
  element.addEventListener("pointercancel", stop);
}

function dragPosition(state, event) {
  let sent = performance.now();
  const move = current => {
    showPosition(state, timeAt(state, current));
    if (performance.now() - sent < SEND_MS) return;
    sent = performance.now();
    state.send("position", state.position);
  };
  showPosition(state, timeAt(state, event));
  follow(state, "position", state.part("track"), event, move, last => {
    if (last.type === "pointerup") showPosition(state, timeAt(state, last));
    state.send("position", state.position);
  });
}

function dragSpan(state, event, start, from) {
  const selection = state.part("selection");
  const move = current => {
    const [low, high] = [start, timeAt(state, current)].sort((a, b) => a - b);
    selection.hidden = Math.abs(current.clientX - from) < CLICK_PIXELS;
    selection.style.left = `${100 * low / state.data.duration}%`;
    selection.style.width = `${100 * (high - low) / state.data.duration}%`;
  };
  follow(state, "span", state.part("track"), event, move, last => {
    selection.hidden = true;
    if (last.type !== "pointerup") return;
    const end = timeAt(state, last);
    if (Math.abs(last.clientX - from) < CLICK_PIXELS) { showPosition(state, end); state.send("position", end); }
    else state.send("span", [Math.min(start, end), Math.max(start, end)]);
  });
}

function dragThreshold(state, event) {
  const line = state.part("threshold"), curve = thresholdCurve(state.data), before = state.threshold;
  const box = state.part("rows").lastElementChild.getBoundingClientRect();
  const isClick = current => Math.hypot(current.clientX - event.clientX, current.clientY - event.clientY) < CLICK_PIXELS;
  const move = current => {
    const moved = (current.clientY - event.clientY) / (box.height - TOP - BOTTOM);
    const value = before - moved * (curve.high - curve.low);
    showThreshold(state, rounded(clamp(value, curve.low, curve.high)));
  };
  follow(state, "threshold", line, event, move, last => {
    if (isClick(last)) {
      showThreshold(state, before);
      showPosition(state, timeAt(state, last));
      state.send("position", state.position);
    } else if (state.threshold !== before) state.send("threshold", state.threshold);
  });
  line.focus({ preventScroll: true });
}

const rounded = value => Math.round(100 * value) / 100;

function keyOnPlayhead(state, event) {
  const { duration, step } = state.data, now = state.position ?? 0;
  const target = {
    ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step,
    PageDown: now - duration / 10, PageUp: now + duration / 10, Home: 0, End: duration,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  showPosition(state, clamp(target, 0, duration));
  state.send("position", state.position);
}

function keyOnThreshold(state, event) {
  const curve = thresholdCurve(state.data), now = state.threshold;
  const target = {
    ArrowLeft: now - .01, ArrowDown: now - .01, ArrowRight: now + .01, ArrowUp: now + .01,
    PageDown: now - .1, PageUp: now + .1, Home: curve.low, End: curve.high,
  }[event.key];
  event.stopPropagation();
  if (target === undefined) return;
  event.preventDefault();
  showThreshold(state, rounded(clamp(target, curve.low, curve.high)));
  state.send("threshold", state.threshold);
}
