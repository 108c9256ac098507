// Things that lie over all pages: one holder for toasts, dialogs, sheets and the stand-ins of WeChat's own pages.
import { element } from "../dom.js";

/** Put `content` over the pages; returns the function that takes it away. `kind` is one more class. */
export function openLayer(kind, ...content) {
  const layer = element("div", { class: `mp-layer ${kind}` }, ...content);
  document.body.append(layer);
  return () => layer.remove();
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
