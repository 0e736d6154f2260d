const INTERVAL_MS = 1000;
const RTP_PER_MS = 90, WRAP = 2 ** 32 / RTP_PER_MS;
const WIDGET = "iframe[title*='webrtc_streamer']";
const meters = new WeakMap();   // by the element

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("i");
  let meter = meters.get(root);
  if (!meter) meters.set(root, meter = new Meter(root));
  meter.send = value => setTriggerValue("milliseconds", value);
  if (data?.isActive) meter.start();
  else meter.stop();
}

/** From the camera to the display: what is displayed has the RTP timestamp of the camera's frame. */
class Meter {
  constructor(root) {
    this.root = root;
    this.times = [];
  }

  start() {
    this.timer ??= setInterval(() => this.report(), INTERVAL_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = this.video = null;
  }

  report() {
    if (!this.root.isConnected) return this.stop();
    const frame = document.querySelector(WIDGET), video = frame?.contentDocument?.querySelector("video");
    if (video && video !== this.video) this.watch(video, frame.contentWindow.performance.timeOrigin);
    const times = this.times.sort((one, other) => one - other);
    this.times = [];
    if (times.length) this.send(times[times.length >> 1]);
  }

  watch(video, origin) {
    this.video = video;
    const next = (now, { expectedDisplayTime, rtpTimestamp }) => {
      if (video !== this.video) return;
      if (rtpTimestamp !== undefined) this.times.push(roundTrip(origin + expectedDisplayTime, rtpTimestamp));
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback?.(next);
  }
}

function roundTrip(displayed, rtpTimestamp) {
  return ((displayed - rtpTimestamp / RTP_PER_MS) % WRAP + WRAP) % WRAP;
}
