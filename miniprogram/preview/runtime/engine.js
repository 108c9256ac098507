// Ties glass-easel, WeChat's component core, to the DOM: tag names, which DOM events count, inline rpx, listeners.
import * as glassEasel from "glass-easel";
import { MiniProgramEnv } from "glass-easel-miniprogram-adapter";
import { BUILTIN_TAGS } from "./components/names.js";
import { rpxToVw } from "./rpx.js";

const ROOT_TAG = "glass-easel-root";
const builtins = new Set(BUILTIN_TAGS);
// Only these come from the DOM; `input`, `change`, `scroll`… are fired by the built-in tags with WeChat's details.
const DOM_EVENTS = /^(touch|mouse|transition|animation|longpress|longtap|click|key)/;
const NEVER_BUBBLING = /^(transition|animation)/;

glassEasel.globalOptions.writeIdToDOM = true;
// A property may be called like a field of a DOM element, `dataset` for one.
glassEasel.globalOptions.writeFieldsToNode = false;

const setNodeStyle = glassEasel.Element.prototype.setNodeStyle;
glassEasel.Element.prototype.setNodeStyle = function setStyleInRpx(style, segment) {
  return setNodeStyle.call(this, typeof style === "string" ? rpxToVw(style) : style, segment);
};

class Backend extends glassEasel.CurrentWindowBackendContext {
  constructor() {
    super();
    this.document = {
      createElement: (tag) => document.createElement(domTag(tag)),
      createTextNode: (text) => document.createTextNode(text),
      createDocumentFragment: () => document.createDocumentFragment(),
    };
  }

  setListenerStats(node, type, ...rest) {
    if (DOM_EVENTS.test(type)) super.setListenerStats(node, type, ...rest);
  }
}

function domTag(tag) {
  if (tag === ROOT_TAG) return "mp-root";
  return builtins.has(tag) ? `wx-${tag}` : `x-${tag.replace(/^x-/, "")}`;
}

const backend = new Backend();
backend.onEvent((target, type, detail, options) => {
  const touches = touchesOf(options.originalEvent);
  if (NEVER_BUBBLING.test(type)) options.bubbles = false;
  options.extraFields = touches;
  const shown = type === "tap" || type === "longpress" ? { x: detail.x, y: detail.y } : {};
  return glassEasel.Event.triggerEvent(target, type, shown, options);
});

function touchesOf(event) {
  const copy = (list) => Array.from(list, toTouch);
  const mouse = event && "clientX" in event ? [toTouch({ ...pointOf(event), identifier: 0 })] : [];
  return {
    touches: event?.touches ? copy(event.touches) : mouse,
    changedTouches: event?.changedTouches ? copy(event.changedTouches) : mouse,
  };
}

const pointOf = ({ clientX, clientY, pageX, pageY }) => ({ clientX, clientY, pageX, pageY });
const toTouch = (touch) => ({ identifier: touch.identifier, ...pointOf(touch) });

const environment = new MiniProgramEnv();

export { glassEasel, ROOT_TAG };
export const view = environment.associateBackend(backend);
/** All pages and components of the mini-program live in this one code space. */
export const space = environment.createCodeSpace("", true);

// Handlers written in WXS are called by the compiled templates through this name.
globalThis.__wxsListener = (caller, event, handler) => handler.call(caller, event);
globalThis.getRegExp = (pattern, flags) => new RegExp(pattern, flags);
globalThis.getDate = (...parts) => new Date(...parts);
