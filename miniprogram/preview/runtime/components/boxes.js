// Tags that only hold or show content: view, text, rich-text, progress, navigator and the like.
import { element } from "../dom.js";
import { domOf, onTap } from "./definition.js";

const PLAIN = ["view", "cover-view", "page-container", "root-portal", "match-media", "page-meta"];
const OPENERS = {
  ...{ navigate: "navigateTo", redirect: "redirectTo", switchTab: "switchTab" },
  ...{ reLaunch: "reLaunch", navigateBack: "navigateBack" },
};
const UNSAFE = "script,style,iframe,object,embed,link,meta,form";

export function defineBoxes(define) {
  for (const tag of PLAIN) define(tag);
  define("canvas", { attached: refuseCanvas });
  define("text", {
    properties: { userSelect: Boolean, selectable: Boolean, decode: Boolean, space: String, overflow: String, maxLines: Number },
  });
  define("rich-text", {
    properties: { nodes: null, space: String, userSelect: Boolean },
    observers: { nodes: drawRichText },
  });
  define("progress", {
    properties: {
      ...{ percent: Number, showInfo: Boolean, strokeWidth: null, borderRadius: null, active: Boolean },
      ...{ activeColor: { type: String, value: "#09bb07" }, color: String, backgroundColor: String },
    },
    observers: { "percent, activeColor, color, strokeWidth": drawProgress },
    attached: drawProgress,
  });
  define("navigator", {
    properties: { url: String, openType: { type: String, value: "navigate" }, delta: { type: Number, value: 1 }, target: String },
    attached: followLink,
  });
}

function refuseCanvas() {
  console.error("[preview] <canvas> is not drawn by the preview");
}

function drawRichText(nodes) {
  if (typeof nodes !== "string") {
    if (nodes?.length) console.error("[preview] <rich-text> takes a string here, not a list of nodes");
    return;
  }
  const parsed = new DOMParser().parseFromString(nodes, "text/html");
  for (const node of parsed.querySelectorAll(UNSAFE)) node.remove();
  for (const node of parsed.querySelectorAll("*")) {
    for (const { name, value } of [...node.attributes]) {
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) node.removeAttribute(name);
    }
  }
  domOf(this).replaceChildren(...parsed.body.childNodes);
}

function drawProgress() {
  this.bar ??= domOf(this).appendChild(element("i"));
  const { percent, activeColor, color, strokeWidth } = this.data;
  this.bar.style.width = `${percent}%`;
  this.bar.style.background = color || activeColor;
  if (strokeWidth) domOf(this).style.height = `${parseFloat(strokeWidth)}px`;
}

function followLink() {
  domOf(this).setAttribute("role", "link");
  onTap(this, () => {
    const open = OPENERS[this.data.openType];
    if (!open) throw new Error(`<navigator open-type="${this.data.openType}"> is not supported by the preview`);
    globalThis.wx[open]({ url: this.data.url, delta: this.data.delta });
  });
}
