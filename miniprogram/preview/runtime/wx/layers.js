// Things that lie over all pages: one holder for toasts, dialogs, sheets and the stand-ins of WeChat's own pages.
import { element } from "../dom.js";

// When the finger that is up last went down. A browser sends a click after every touch: the one that opened a layer
// must not answer it as well, for it lands on whatever now lies under the finger.
let touchedAtMs = -Infinity;
document.addEventListener("touchstart", () => (touchedAtMs = performance.now()), { capture: true, passive: true });

/** Put `content` over the pages; returns the function that takes it away. `kind` is one more class. */
export function openLayer(kind, ...content) {
  const layer = element("div", { class: `mp-layer ${kind}` }, ...content);
  const openedAtMs = performance.now();
  layer.addEventListener("click", (event) => isOfOpeningTouch(event, openedAtMs) && event.stopPropagation(), true);
  document.body.append(layer);
  return () => layer.remove();
}

/** Whether a click belongs to a touch that began before the layer was there; a mouse's click never does. */
function isOfOpeningTouch(event, openedAtMs) {
  return event.pointerType === "touch" && touchedAtMs < openedAtMs;
}

/** Open a layer that a person answers: `build(answer)` returns its nodes; resolves with what answer() was given. */
export function askInLayer(kind, build) {
  return new Promise((resolve) => {
    const close = openLayer(
      kind,
      ...build((value) => {
        close();
        resolve(value);
      }),
    );
  });
}
