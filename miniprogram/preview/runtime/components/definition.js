// Defines one built-in tag as a glass-easel component: what all tags have (hidden, aria, hover), and its own part.
const URL_OF = (tag) => `builtin/${tag}`;
const ACCESSIBILITY = { ariaLabel: null, ariaRole: null, ariaHidden: null, ariaDisabled: null, ariaChecked: null };
const HOVER = { hoverClass: String, hoverStartTime: Number, hoverStayTime: Number, hoverStopPropagation: Boolean };
const COMMON = { hidden: Boolean, animation: null, ...HOVER, ...ACCESSIBILITY };
const HOVER_ENDS = ["pointerup", "pointercancel", "pointerleave"];

/** The DOM element of a component instance. */
export const domOf = (component) => component._$.$$;

/** Fire a WeChat event at the tag; `fields` go onto the event itself, beside its detail. */
export function fire(component, name, detail = {}, fields = undefined) {
  component.triggerEvent(name, detail, fields ? { extraFields: fields } : {});
}

/** Listen to a tap on the tag unless it is disabled. */
export function onTap(component, listener) {
  component._$.addListener("tap", (event) => {
    if (!component.data.disabled) listener(event);
  });
}

/** Every component of one of `tags` inside `component`, through slots and shadow trees. */
export function innerFields(component, accepts) {
  const found = [];
  const visit = (node) => {
    const caller = node.getMethodCaller?.();
    if (caller && accepts(node, caller)) found.push(caller);
    node.childNodes?.forEach(visit);
    node.getShadowRoot?.()?.childNodes?.forEach(visit);
  };
  component._$.childNodes.forEach(visit);
  return found;
}

/** The nearest tag `tag` around `component`, across component borders; undefined where there is none. */
export function outer(component, tag) {
  let node = component._$;
  while (node && node.is !== URL_OF(tag)) node = node.parentNode ?? node.ownerShadowRoot?.getHostNode();
  return node?.getMethodCaller();
}

export const isTag = (node, tag) => node.is === URL_OF(tag);

/** A function `define(tag, {properties, observers, methods, attached, detached})` for one code space. */
export function makeDefine(space, glassEasel) {
  const components = space.getComponentSpace();
  const segment = glassEasel.StyleSegmentIndex.TEMP_EXTRA;
  const observers = {
    hidden(isHidden) {
      this._$.setNodeStyle(isHidden ? "display:none" : "", segment);
    },
    "ariaLabel, ariaRole"(label, role) {
      if (label) domOf(this).setAttribute("aria-label", label);
      if (role) domOf(this).setAttribute("role", role);
    },
  };
  return function define(tag, part = {}) {
    const url = URL_OF(tag);
    space.addComponentStaticConfig(url, { component: true, styleIsolation: "isolated" });
    space
      .component(url)
      .definition({
        properties: { ...COMMON, ...part.properties },
        observers: { ...observers, ...part.observers },
        methods: part.methods ?? {},
        lifetimes: {
          attached() {
            followHover(this);
            part.attached?.call(this);
          },
          detached() {
            part.detached?.call(this);
          },
        },
      })
      .register();
    components.setGlobalUsingComponent(tag, components.getComponentByUrl(url, ""));
  };
}

function followHover(component) {
  const node = domOf(component);
  let shown = null;
  node.addEventListener("pointerdown", () => {
    const { hoverClass, disabled } = component.data;
    if (!hoverClass || hoverClass === "none" || disabled) return;
    shown = hoverClass;
    component._$.setNodeClass(hoverClass, 1);
  });
  const end = () => {
    if (shown) component._$.setNodeClass("", 1);
    shown = null;
  };
  for (const type of HOVER_ENDS) node.addEventListener(type, end);
}
