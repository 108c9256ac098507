// <form> gathers the named fields inside it; <label> hands its tap to the field it belongs to.
import { domOf, fire, innerFields, onTap } from "./definition.js";

const isField = (_node, caller) => typeof caller.fieldValue === "function";
const isNamed = (field) => field.data.name;

export function defineForm(define) {
  define("form", {
    properties: { reportSubmit: Boolean, reportSubmitTimeout: Number },
    methods: {
      submit() {
        const fields = innerFields(this, isField).filter(isNamed);
        fire(this, "submit", { value: Object.fromEntries(fields.map((one) => [one.data.name, one.fieldValue()])) });
      },
      reset() {
        for (const field of innerFields(this, isField)) {
          field.setData("checked" in field.data ? { checked: false } : { value: "" });
        }
        fire(this, "reset");
      },
    },
  });
  define("label", {
    properties: { for: String },
    attached() {
      onTap(this, (event) => passTap(this, event));
    },
  });
}

function passTap(label, event) {
  const root = label.data.for ? domOf(label).getRootNode() : domOf(label);
  const scope = label.data.for ? `[id$="--${label.data.for}"]` : "wx-checkbox,wx-radio,wx-switch,wx-input,wx-textarea";
  const target = root.querySelector(scope);
  if (!target || target.contains(event.target.$$)) return;
  const inner = target.querySelector("input,textarea");
  if (inner) inner.focus();
  else target.__wxElement.triggerEvent("tap", {}, {});
}
