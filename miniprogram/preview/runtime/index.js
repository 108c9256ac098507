// Starts a compiled mini-program: the build's entry calls prepare, the app's script, define for each unit, start.
import leafletStyle from "leaflet/dist/leaflet.css";
import chromeStyle from "./chrome.css";
import builtinStyle from "./components/builtin.css";
import { registerBuiltins } from "./components/index.js";
import { app, define, installDefinitions, registerAppStyle } from "./definitions.js";
import { addStyle } from "./dom.js";
import { glassEasel, space } from "./engine.js";
import { Lifecycle } from "./lifecycle.js";
import { makeCapsule } from "./navigation_bar.js";
import { Router } from "./router.js";
import { scene } from "./scene.js";
import { addStatusBar } from "./status_bar.js";
import { nameWarnings } from "./warnings.js";
import { makeWx } from "./wx/index.js";

const runtime = { router: null, lifecycle: null, pages: new Set() };

export const boot = {
  prepare(config, pages, style) {
    nameWarnings();
    addStatusBar();
    document.body.append(makeCapsule());
    for (const one of [leafletStyle, builtinStyle, chromeStyle]) addStyle(one);
    registerAppStyle(style);
    runtime.pages = new Set(pages);
    runtime.router = new Router(config, pages);
    runtime.lifecycle = new Lifecycle(runtime.router, app);
    const { wx, mocks } = makeWx({ ...runtime, config });
    Object.assign(globalThis, { wx, getCurrentPages: () => runtime.router.listPages() });
    installDefinitions();
    registerBuiltins(space, glassEasel);
    exposePreview(mocks);
  },

  define(id, json, templates, style, runScript) {
    const template = { groupList: templates, content: templates[id] };
    define({ id, json, template, style, isPage: runtime.pages.has(id) }, runScript);
  },

  start() {
    const [first] = runtime.pages;
    runtime.lifecycle.launch(location.hash.length > 2 ? location.hash.slice(1) : `/${first}`);
  },
};

/** `window.preview`: what the frame around the phone and the tests use; never the mini-program itself. */
function exposePreview(mocks) {
  globalThis.preview = {
    scene,
    mocks,
    router: runtime.router,
    page: () => runtime.router.top().page,
    enter: (address) => runtime.lifecycle.enter(address),
  };
}
