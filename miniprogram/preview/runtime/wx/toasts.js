// Toasts and the loading sign; as in WeChat one takes the place of the other.
import { element, pictureAddress } from "../dom.js";
import { asyncCalls } from "./call.js";
import { openLayer } from "./layers.js";

const DEFAULT_MS = 1500;
const ICON_PATHS = { success: "M8 21l8 8 17-18", error: "M11 11l18 18M29 11L11 29" };

export function toastCalls({ router }) {
  let shown = null;
  const hide = (kind) => {
    if (!shown || (kind && shown.kind !== kind)) return;
    clearTimeout(shown.timer);
    shown.close();
    shown = null;
  };
  const show = (kind, node, mask, duration) => {
    hide();
    const close = openLayer(mask ? "" : "mp-quiet", node);
    shown = { kind, close, timer: duration && setTimeout(hide, duration, kind) };
  };
  return asyncCalls({
    showToast({ title = "", icon = "success", image, duration = DEFAULT_MS, mask }) {
      show("toast", toast(title, iconOf(icon, image && pictureAddress(image, router.top().path))), mask, duration);
    },
    showLoading: ({ title = "", mask }) => show("loading", toast(title, spinner()), mask),
    hideToast: () => hide("toast"),
    hideLoading: () => hide("loading"),
  });
}

function toast(title, icon) {
  return element("div", { class: `mp-toast${icon ? " mp-has-icon" : ""}`, role: "status" }, icon, title);
}

const spinner = () => element("i", { class: "mp-spinner" });

function iconOf(name, picture) {
  if (picture) return element("img", { class: "mp-picture", src: picture, alt: "" });
  if (name === "none") return null;
  if (name === "loading") return spinner();
  if (!(name in ICON_PATHS)) throw new Error(`showToast has no icon "${name}"`);
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 40 40");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const look = { d: ICON_PATHS[name], fill: "none", stroke: "#fff", "stroke-width": "3", "stroke-linecap": "round" };
  for (const [key, value] of Object.entries(look)) line.setAttribute(key, value);
  drawing.append(line);
  return drawing;
}
