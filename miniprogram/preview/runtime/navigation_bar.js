// The bar on top of a page: back arrow, title, and WeChat's capsule at the right, which the app cannot move.
import { element } from "./dom.js";

/** `onBack` and `onHome` are called by its buttons; the router shows one of them or none. */
export function makeNavigationBar(config, { onBack, onHome }) {
  const back = element("button", { class: "mp-back", type: "button", "aria-label": "返回", onclick: onBack });
  const home = element("button", { class: "mp-home", type: "button", "aria-label": "回到首页", onclick: onHome });
  const title = element("div", { class: "mp-title" }, config.navigationBarTitleText ?? "");
  const spinner = element("i", { class: "mp-bar-loading", hidden: true });
  const root = element("header", { class: "mp-bar" }, back, home, spinner, title);
  const bar = {
    root,
    back,
    home,
    title,
    spinner,
    /** `front` is #ffffff or #000000, as WeChat allows. */
    colour(front, background) {
      if (background) root.style.background = background;
      if (front) root.style.color = front;
    },
  };
  bar.colour(config.navigationBarTextStyle === "white" ? "#ffffff" : "#000000", config.navigationBarBackgroundColor);
  return bar;
}

/** Where the capsule stands, in CSS pixels; custom navigation bars keep clear of it. */
export function capsuleBox(statusBarHeight) {
  const [width, height, margin] = [87, 32, 7];
  const right = innerWidth - margin;
  const top = statusBarHeight + (44 - height) / 2;
  return { width, height, top, right, bottom: top + height, left: right - width };
}

export function makeCapsule() {
  return element("div", { class: "mp-capsule", "aria-hidden": "true" }, element("i"), element("b"));
}
