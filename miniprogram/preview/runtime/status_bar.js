// Inside the phone frame the screen has a notch, so the app starts below a status bar; bare in a window it has none.
import { element } from "./dom.js";

const NOTCH_PX = 44;
const CLOCK_PERIOD_MS = 10_000;
// the product's times are all of Shanghai, so a visitor's own clock beside them would only puzzle
const AS_READ_THERE = { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" };
const isFramed = window.parent !== window;

export const statusBarHeight = isFramed ? NOTCH_PX : 0;

export function addStatusBar() {
  document.documentElement.style.setProperty("--status-bar", `${statusBarHeight}px`);
  if (!isFramed) return;
  const clock = element("span");
  const tell = () => {
    clock.textContent = new Date().toLocaleTimeString("zh-CN", AS_READ_THERE);
  };
  tell();
  setInterval(tell, CLOCK_PERIOD_MS);
  const signs = element("span", { class: "mp-signs" }, element("i"), element("i"), element("i"), element("b"));
  document.body.append(element("div", { class: "mp-status", "aria-hidden": "true" }, clock, signs));
}
