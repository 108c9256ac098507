// Pictures: image, cover-image and the small set of icon.
import { element, pictureAddress } from "../dom.js";
import { domOf, fire } from "./definition.js";

const ICONS = {
  success: ["✓", "#09bb07"],
  success_no_circle: ["✓", "#09bb07"],
  info: ["i", "#10aeff"],
  warn: ["!", "#f76260"],
  waiting: ["…", "#10aeff"],
  cancel: ["✕", "#f43530"],
  download: ["↓", "#09bb07"],
  search: ["⌕", "#b2b2b2"],
  clear: ["✕", "#b2b2b2"],
};

const PICTURE = {
  properties: {
    ...{ src: String, mode: { type: String, value: "scaleToFill" }, lazyLoad: Boolean, fadeIn: Boolean },
    ...{ showMenuByLongpress: Boolean, webp: Boolean },
  },
  observers: { "src, mode": drawPicture },
  attached() {
    this.picture = element("img", { alt: this.data.ariaLabel ?? "" });
    this.picture.addEventListener("load", () => {
      fire(this, "load", { width: this.picture.naturalWidth, height: this.picture.naturalHeight });
    });
    this.picture.addEventListener("error", () => fire(this, "error", { errMsg: `GET ${this.data.src} failed` }));
    domOf(this).append(this.picture);
    drawPicture.call(this);
  },
};

export function definePictures(define) {
  define("image", PICTURE);
  define("cover-image", PICTURE);
  define("icon", {
    properties: { type: String, size: null, color: String },
    observers: { "type, size, color": drawIcon },
    attached: drawIcon,
  });
}

function drawPicture() {
  if (!this.picture) return;
  this.picture.className = `mode-${this.data.mode}`;
  const address = pictureAddress(this.data.src, globalThis.preview?.router.top()?.path ?? "");
  if (address) this.picture.src = address;
  else this.picture.removeAttribute("src");
}

function drawIcon() {
  const { type, size, color } = this.data;
  const node = domOf(this);
  if (!(type in ICONS)) {
    if (type) console.error(`[preview] <icon type="${type}"> is not known`);
    return;
  }
  const pixels = parseFloat(size) || 23;
  node.textContent = ICONS[type][0];
  node.style.cssText += `;background:${color || ICONS[type][1]};width:${pixels}px;height:${pixels}px;font-size:${pixels * 0.6}px`;
}
