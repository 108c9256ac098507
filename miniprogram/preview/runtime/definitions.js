// The four globals a mini-program's scripts call: App, Page, Component and Behavior, with their styles and scopes.
import { addStyle } from "./dom.js";
import { space, view } from "./engine.js";
import { CLASS_SCOPE } from "./scope.js";

const FORM_FIELD = "wx://form-field";
const BUILTIN_BEHAVIORS = {
  [FORM_FIELD]: { properties: { name: String, value: null } },
  "wx://form-field-group": {},
  "wx://form-field-button": {},
  "wx://component-export": {},
};
const SHARED = /(^|page-)shared$/;

/** What App() was given, with its functions bound; null until then. */
export const app = { instance: null };
let current = null;
let defined = 0;

/** Run the script of one page or component, so that its Page() or Component() call finds its JSON and style. */
export function define({ id, json, template, style, isPage }, runScript) {
  defined += 1;
  current = { id, json, style, isPage, scope: `s${defined}`, isRegistered: false };
  space.addCompiledTemplate(id, template);
  runScript();
  if (!current.isRegistered) console.error(`[preview] ${id} calls neither Page() nor Component()`);
  current = null;
}

export function registerAppStyle(style) {
  addStyle(style);
  forgetSheet("app");
}

export function installDefinitions() {
  Object.assign(globalThis, { App, Page, Component, Behavior, getApp: () => app.instance });
}

function App(definition) {
  app.instance = Object.create(null);
  for (const [name, value] of Object.entries(definition)) {
    app.instance[name] = typeof value === "function" ? value.bind(app.instance) : value;
  }
}

function Page(definition) {
  const { id, json, style } = take("Page");
  addStyle(style);
  forgetSheet(id);
  space.addComponentStaticConfig(id, json);
  return space.component(id).pageDefinition(withBehaviors(definition)).register();
}

function Component(definition) {
  const { id, json, style, isPage, scope } = take("Component");
  if (isPage) {
    addStyle(style);
    forgetSheet(id);
  } else {
    json.styleIsolation ??= isolationOf(definition.options ?? {});
    const isShared = SHARED.test(json.styleIsolation);
    forgetSheet(id, isShared ? undefined : scope);
    addStyle(style.replaceAll(CLASS_SCOPE, isShared ? "" : `${scope}--`));
  }
  space.addComponentStaticConfig(id, json);
  return space.component(id).definition(withBehaviors(withReady(id, definition))).register();
}

function Behavior(definition) {
  return space.behavior().definition(withBehaviors(definition)).register();
}

function take(caller) {
  if (!current) throw new Error(`${caller}() may only be called while its own script is loaded`);
  current.isRegistered = true;
  return current;
}

// The isolation may be named in JSON or, as TDesign does, in the options of the script.
function isolationOf(options) {
  return options.styleIsolation ?? (options.addGlobalClass ? "apply-shared" : "isolated");
}

// glass-easel would append a style sheet again with each page; it gets an empty one and the scope to prefix.
function forgetSheet(id, scope) {
  view.registerStyleSheetContent(id, "");
  space.addStyleSheet(id, id, scope);
}

// glass-easel never fires `ready`; WeChat does once the first drawing is done.
function withReady(id, definition) {
  const lifetimes = { ...definition.lifetimes };
  const created = lifetimes.created ?? definition.created;
  const attached = lifetimes.attached ?? definition.attached;
  lifetimes.created = function markHost() {
    this._$.$$?.setAttribute?.("data-component", id);
    return created?.call(this);
  };
  lifetimes.attached = function scheduleReady() {
    requestAnimationFrame(() => this._$.triggerLifetime("ready", []));
    return attached?.call(this);
  };
  return { ...definition, lifetimes };
}

function withBehaviors(definition) {
  if (!definition.behaviors) return definition;
  return { ...definition, behaviors: definition.behaviors.map(toBehavior) };
}

function toBehavior(behavior) {
  if (typeof behavior !== "string") return behavior;
  const builtin = BUILTIN_BEHAVIORS[behavior];
  if (!builtin) throw new Error(`behavior "${behavior}" is not built into the preview`);
  return space.behavior().definition({ ...builtin }).register();
}
