const states = new WeakMap();
const START = { yaw: 25, pitch: 10 };  // degrees
const KEYS = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] };
const MAX_PITCH = 85, DEGREES_PER_PIXEL = .5;
const VISIBLE_METERS = 2.6, CAMERA_METERS = 5;  // height of the canvas, distance of the camera from the hips
const FLOOR_METERS = .9;                        // below the hips, until feet are visible
const GRID = [-1, -.5, 0, .5, 1];               // meters

export default function ({ data, parentElement }) {
  if (!data) return;
  const canvas = parentElement.querySelector("canvas");
  let state = states.get(canvas);
  if (!state) {
    state = { canvas, view: { ...START }, floor: FLOOR_METERS };
    states.set(canvas, state);
    listen(state);
  }
  state.data = data;
  canvas.setAttribute("aria-label", data.texts.label);
  draw(state);
}

function listen(state) {
  const { canvas } = state;
  canvas.addEventListener("pointerdown", event => {
    if (event.button) return;
    state.from = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", event => {
    if (!state.from) return;
    const [x, y] = state.from;
    state.from = [event.clientX, event.clientY];
    turn(state, (event.clientX - x) * DEGREES_PER_PIXEL, (event.clientY - y) * DEGREES_PER_PIXEL);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { state.from = null; });
  canvas.addEventListener("dblclick", () => reset(state));
  canvas.addEventListener("keydown", event => {
    if (event.key === "Home") reset(state);
    else if (KEYS[event.key]) turn(state, ...KEYS[event.key]);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => draw(state)).observe(canvas);
}

function reset(state) {
  state.view = { ...START };
  draw(state);
}

function turn(state, yaw, pitch) {
  const { view } = state;
  view.yaw = (view.yaw + yaw + 540) % 360 - 180;
  view.pitch = Math.min(MAX_PITCH, Math.max(-MAX_PITCH, view.pitch + pitch));
  draw(state);
}

function draw(state) {
  const { canvas, data, view } = state, ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width || !height) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const degrees = Math.round(view.yaw);
  canvas.setAttribute("aria-valuenow", degrees);
  canvas.setAttribute("aria-valuetext", data.texts.turned.replace("{degrees}", degrees));
  const context = canvas.getContext("2d"), style = getComputedStyle(canvas);
  context.scale(ratio, ratio);
  context.lineCap = "round";
  const colors = { left: style.getPropertyValue("--left"), right: style.getPropertyValue("--right"), center: style.color };
  const project = projection(view, width, height);
  drawFloor(context, project, floorOf(state), style.color);
  drawSkeleton(context, project, data, colors);
}

// World coordinates are in meters from the middle of the hips: x to the right, y down, z away from the camera.
function projection({ yaw, pitch }, width, height) {
  const [a, b] = [yaw, pitch].map(degrees => degrees * Math.PI / 180);
  const scale = height / VISIBLE_METERS;
  return ([x, y, z]) => {
    const right = x * Math.cos(a) - z * Math.sin(a), away = x * Math.sin(a) + z * Math.cos(a);
    const down = y * Math.cos(b) - away * Math.sin(b), depth = away * Math.cos(b) + y * Math.sin(b);
    const near = CAMERA_METERS / (CAMERA_METERS + depth);
    return { x: width / 2 + right * scale * near, y: height / 2 + down * scale * near, depth, near };
  };
}

function floorOf(state) {
  const lowest = Math.max(...state.data.points.filter(Boolean).map(point => point[1]), 0);
  state.floor = lowest > .3 ? state.floor + .2 * (lowest - state.floor) : state.floor;
  return state.floor;
}

function drawFloor(context, project, y, color) {
  context.strokeStyle = color;
  context.globalAlpha = .2;
  context.lineWidth = 1;
  context.beginPath();
  for (const at of GRID) {
    for (const [from, to] of [[[at, y, -1], [at, y, 1]], [[-1, y, at], [1, y, at]]]) {
      const start = project(from), end = project(to);
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawSkeleton(context, project, { points, edges }, colors) {
  const at = points.map(point => point && project(point));
  const depth = ([a, b]) => at[a].depth + at[b].depth;
  for (const [a, b, side] of [...edges].sort((one, other) => depth(other) - depth(one))) {  // the nearest last
    context.strokeStyle = colors[side];
    context.lineWidth = 5 * at[a].near ** 2;
    context.beginPath();
    context.moveTo(at[a].x, at[a].y);
    context.lineTo(at[b].x, at[b].y);
    context.stroke();
  }
}
