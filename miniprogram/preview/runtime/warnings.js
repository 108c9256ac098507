// Which of glass-easel's warnings a person should read: those about our own pages, with the page's name.
import { glassEasel } from "./engine.js";

const NPM = "miniprogram_npm/";
// WeChat repeats a template as often as a number says; glass-easel does too, and wonders.
const ALLOWED = "Use number as for-list";

export function nameWarnings() {
  glassEasel.addGlobalWarningListener((message, component) => {
    const place = typeof component === "string" ? component : (component?.is ?? "");
    if (!place.startsWith(NPM) && !message.startsWith(ALLOWED)) console.warn(`[${place || "page"}] ${message}`);
    return false;
  });
}
