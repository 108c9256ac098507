// Opens a page of a built mini-program in jsdom, for page tests: the real pages, components and runtime, with the
// network's answers given by the test. What jsdom lacks (layout, sockets, canvas) is quiet here. See setup.js.
import fs from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";

const ORIGIN = "http://preview.test";
const WAIT_LIMIT_MS = 120_000;
const WAIT_STEP_MS = 5;

/**
 * Launch the app at `address`. `api`: "METHOD /path" → the answer's JSON, or {status, body}, or a function of
 * {method, path, query, body, headers} that returns either; `mocks`: wx names → functions that answer them;
 * `storage`: what wx storage holds; `scene`: {isOnline, mayLocate}. Every answer 404s where nothing is given.
 */
export async function mount(address, { api = {}, mocks = {}, storage = {}, scene = {} } = {}) {
  const code = readApp();
  const errors = [];
  const calls = [];
  const sockets = [];
  const dom = new JSDOM("<!doctype html><html><head></head><body></body></html>", {
    ...{ url: `${ORIGIN}/app.html#${address}`, runScripts: "outside-only", pretendToBeVisual: true },
    virtualConsole: collectErrors(errors),
  });
  const { window } = dom;
  fillGaps(window, sockets);
  window.fetch = (url, options) => answer(window, api, calls, new URL(url, ORIGIN), options);
  for (const [key, value] of Object.entries(storage)) window.localStorage.setItem(`wx:${key}`, JSON.stringify(value));
  window.sessionStorage.setItem("preview:scene", JSON.stringify(scene));
  window.previewMocks = mocks;
  window.eval(code);
  return new MountedApp(window, { errors, calls, sockets });
}

/** A launched app: what a test looks at and does. `errors` holds whatever was logged as error or warning. */
class MountedApp {
  constructor(window, { errors, calls, sockets }) {
    Object.assign(this, { window, errors, calls, sockets });
  }

  /** The visible page: data, methods, route, options. */
  get page() {
    return this.window.preview.page();
  }

  get root() {
    return this.window.preview.router.top().root;
  }

  /** What a person reads on the visible page. */
  get text() {
    return this.root.textContent.replace(/\s+/g, " ").trim();
  }

  /** Wait until `check()` is true or returns without throwing; its last failure is thrown after WAIT_LIMIT_MS. */
  async until(check) {
    const deadline = performance.now() + WAIT_LIMIT_MS;
    for (;;) {
      try {
        const result = check();
        if (result !== false && result !== undefined && result !== null) return result;
        if (performance.now() > deadline) throw new Error(`still not so: ${check}`);
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
    }
  }

  /** Wait until the visible page, or something over it, shows `text`. */
  async shows(text) {
    await this.until(() => {
      if (`${this.text} ${this.#layers()}`.includes(text)) return true;
      throw new Error(`"${text}" is not shown; the page reads: ${this.text} ${this.#layers()}`);
    });
  }

  /** The innermost visible element with exactly this text; undefined where there is none. */
  byText(text) {
    const places = [this.root, ...this.window.document.querySelectorAll(".mp-layer, .mp-tabs")];
    const all = places.flatMap((place) => [...place.querySelectorAll("*")]);
    return all.filter((node) => node.textContent.trim() === text).at(-1);
  }

  /** Tap an element, a selector within the visible page, or the element with this text. */
  async tap(target) {
    const node = await this.until(() => this.#find(target));
    const { MouseEvent } = this.window;
    for (const type of ["mousedown", "mouseup", "click"]) {
      node.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, clientX: 5, clientY: 5 }));
    }
  }

  /** Type `text` into the browser's field inside `target`. */
  async type(target, text) {
    const found = await this.until(() => this.#find(target));
    const field = found.matches("input, textarea") ? found : found.querySelector("input, textarea");
    field.value = text;
    field.dispatchEvent(new this.window.Event("input", { bubbles: true }));
  }

  close() {
    this.window.close();
  }

  #find(target) {
    if (typeof target !== "string") return target;
    if (/^[.#[]|^wx-/.test(target)) return this.root.querySelector(target);
    return this.byText(target);
  }

  #layers() {
    return [...this.window.document.querySelectorAll(".mp-layer")].map((layer) => layer.textContent).join(" ");
  }
}

function readApp() {
  if (!process.env.PREVIEW_APP) throw new Error("name preview/testing/setup.js in vitest's globalSetup");
  return fs.readFileSync(process.env.PREVIEW_APP, "utf8");
}

async function answer(window, api, calls, url, { method = "GET", headers = {}, body, signal } = {}) {
  const call = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body: typeof body === "string" ? JSON.parse(body) : body };
  calls.push(call);
  const given = api[`${method} ${url.pathname}`];
  const told = await (typeof given === "function" ? given(call) : given);
  signal?.throwIfAborted();
  const isWhole = told && typeof told === "object" && "status" in told && "body" in told;
  const { status, body: json, headers: sent = {} } = isWhole ? told : { status: given === undefined ? 404 : 200, body: told ?? {} };
  const text = JSON.stringify(json ?? {});
  return { ok: status < 400, status, headers: Object.entries(sent), text: async () => text, json: async () => JSON.parse(text) };
}

function collectErrors(errors) {
  const collector = new VirtualConsole();
  for (const type of ["error", "warn", "jsdomError"]) collector.on(type, (...parts) => errors.push(parts.map(String).join(" ")));
  return collector;
}

function fillGaps(window, sockets) {
  class QuietObserver {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  Object.assign(window, { ResizeObserver: QuietObserver, IntersectionObserver: QuietObserver });
  window.WebSocket = socketClass(window, sockets);
  window.matchMedia = () => ({ matches: false, addEventListener() {}, removeEventListener() {} });
  window.Element.prototype.scrollTo = () => {};
  window.Element.prototype.scrollIntoView = () => {};
  window.HTMLCanvasElement.prototype.getContext = () => null;
}

/** A socket whose far end is the test: `sent`, `open()`, `receive(value)`, `end(code)`. */
function socketClass(window, sockets) {
  return class extends window.EventTarget {
    readyState = 0;
    sent = [];

    constructor(url) {
      super();
      this.url = url;
      sockets.push(this);
    }

    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close(code = 1000) {
      this.end(code);
    }

    open() {
      this.readyState = 1;
      this.dispatchEvent(new window.Event("open"));
    }

    receive(value) {
      this.dispatchEvent(new window.MessageEvent("message", { data: JSON.stringify(value) }));
    }

    end(code = 1006) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.dispatchEvent(Object.assign(new window.Event("close"), { code, reason: "" }));
    }
  };
}
