// Things that scroll: scroll-view, swiper and its items.
import { domOf, fire } from "./definition.js";

const EDGE_PX = 50;
const SETTLE_MS = 100;

export function defineScrollers(define) {
  define("scroll-view", SCROLL_VIEW);
  define("swiper-item", { properties: { itemId: String, skipHiddenItemLayout: Boolean } });
  define("swiper", SWIPER);
}

const SCROLL_VIEW = {
  properties: {
    ...{ scrollX: Boolean, scrollY: Boolean, upperThreshold: null, lowerThreshold: null, scrollTop: null, scrollLeft: null },
    ...{ scrollIntoView: String, scrollWithAnimation: Boolean, enableBackToTop: Boolean, enableFlex: Boolean },
    ...{ enhanced: Boolean, showScrollbar: Boolean, bounces: Boolean, pagingEnabled: Boolean, fastDeceleration: Boolean },
    ...{ refresherEnabled: Boolean, refresherTriggered: Boolean, refresherThreshold: Number, refresherDefaultStyle: String },
    ...{ refresherBackground: String, type: String, scrollAnchoring: Boolean, usingSticky: Boolean },
  },
  observers: {
    "scrollX, scrollY"(alongX, alongY) {
      const { style } = domOf(this);
      style.setProperty("overflow-x", alongX ? "auto" : "hidden");
      style.setProperty("overflow-y", alongY ? "auto" : "hidden");
    },
    scrollTop(value) {
      if (value !== null && value !== undefined) domOf(this).scrollTop = parseFloat(value);
    },
    scrollLeft(value) {
      if (value !== null && value !== undefined) domOf(this).scrollLeft = parseFloat(value);
    },
    scrollIntoView(id) {
      if (!id) return;
      requestAnimationFrame(() => domOf(this).querySelector(`[id$="--${id}"]`)?.scrollIntoView({ inline: "start", block: "nearest" }));
    },
    enableFlex(wanted) {
      if (wanted) domOf(this).style.display = "flex";
    },
  },
  attached() {
    const node = domOf(this);
    const edges = { upper: true, lower: false };
    node.addEventListener("scroll", () => {
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = node;
      fire(this, "scroll", { scrollTop, scrollLeft, scrollHeight, scrollWidth, deltaX: 0, deltaY: 0 });
      if (this.data.scrollY) tellEdges(this, node, edges);
    });
  },
};

function tellEdges(component, node, edges) {
  const lower = parseFloat(component.data.lowerThreshold) || EDGE_PX;
  const upper = parseFloat(component.data.upperThreshold) || EDGE_PX;
  const isLow = node.scrollTop + node.clientHeight >= node.scrollHeight - lower;
  const isHigh = node.scrollTop <= upper;
  if (isLow && !edges.lower) fire(component, "scrolltolower", { direction: "bottom" });
  if (isHigh && !edges.upper) fire(component, "scrolltoupper", { direction: "top" });
  Object.assign(edges, { upper: isHigh, lower: isLow });
}

const SWIPER = {
  properties: {
    ...{ current: Number, currentItemId: String, autoplay: Boolean, interval: { type: Number, value: 5000 } },
    ...{ indicatorDots: Boolean, indicatorColor: String, indicatorActiveColor: String, duration: Number },
    ...{ circular: Boolean, vertical: Boolean, previousMargin: String, nextMargin: String, snapToEdge: Boolean },
    ...{ displayMultipleItems: Number, easingFunction: String },
  },
  observers: {
    current(index) {
      const node = domOf(this);
      if (node.clientWidth) node.scrollTo({ left: index * node.clientWidth, behavior: "smooth" });
    },
  },
  attached() {
    const node = domOf(this);
    let shown = this.data.current;
    node.addEventListener("scroll", () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => {
        const current = Math.round(node.scrollLeft / node.clientWidth);
        if (current === shown) return;
        shown = current;
        fire(this, "change", { current, source: "touch" });
      }, SETTLE_MS);
    });
    if (!this.data.autoplay) return;
    this.turning = setInterval(() => {
      const next = (shown + 1) % node.children.length;
      node.scrollTo({ left: next * node.clientWidth, behavior: "smooth" });
    }, this.data.interval);
  },
  detached() {
    clearTimeout(this.settling);
    clearInterval(this.turning);
  },
};
