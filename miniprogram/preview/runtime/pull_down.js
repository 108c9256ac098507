// Pull down to refresh: by touch or mouse where the page allows it, or by wx.startPullDownRefresh.
import { element } from "./dom.js";

const TRIGGER_PX = 60;

/** `record` is a PageRecord; returns {start, stop}. */
export function attachPullDown(record) {
  const dots = element("div", { class: "mp-pull-down", hidden: true }, element("i"), element("i"), element("i"));
  record.body.prepend(dots);
  const refresh = {
    start() {
      dots.hidden = false;
      record.page.onPullDownRefresh?.();
    },
    stop() {
      dots.hidden = true;
    },
  };
  if (record.config.enablePullDownRefresh) listen(record.body, refresh);
  return refresh;
}

function listen(body, refresh) {
  let startY = null;
  const begin = (point) => {
    startY = body.scrollTop <= 0 ? point.clientY : null;
  };
  const end = (point) => {
    if (startY !== null && point.clientY - startY > TRIGGER_PX) refresh.start();
    startY = null;
  };
  body.addEventListener("touchstart", (event) => begin(event.touches[0]), { passive: true });
  body.addEventListener("touchend", (event) => end(event.changedTouches[0]));
  body.addEventListener("mousedown", begin);
  body.addEventListener("mouseup", end);
}
