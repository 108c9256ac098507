// Text fields: input and textarea, each around the browser's own.
import { element } from "../dom.js";
import { domOf, fire } from "./definition.js";

const DEFAULT_LENGTH = 140;
const KEYBOARDS = { number: "numeric", digit: "decimal", tel: "tel" };
const PROPERTIES = {
  ...{ value: null, name: String, type: { type: String, value: "text" }, password: Boolean, disabled: Boolean },
  ...{ placeholder: String, placeholderStyle: String, placeholderClass: String, cursorColor: String },
  ...{ maxlength: { type: Number, value: DEFAULT_LENGTH }, focus: Boolean, autoFocus: Boolean },
  ...{ confirmType: String, confirmHold: Boolean, cursorSpacing: null, cursor: Number, adjustPosition: Boolean },
  ...{ selectionStart: Number, selectionEnd: Number, holdKeyboard: Boolean, autoHeight: Boolean, fixed: Boolean },
  ...{ showConfirmBar: Boolean, alwaysEmbed: Boolean, disableDefaultPadding: Boolean, adjustKeyboardTo: String },
  ...{ safePasswordCertPath: String, safePasswordLength: Number, safePasswordTimeStamp: Number },
  ...{ safePasswordNonce: String, safePasswordSalt: String, safePasswordCustomHash: String },
};

export function defineFields(define) {
  for (const tag of ["input", "textarea"]) define(tag, fieldOf(tag));
}

const fieldOf = (tag) => ({
  properties: PROPERTIES,
  observers: {
    value(value) {
      const text = String(value ?? "");
      if (this.field && this.field.value !== text) this.field.value = text;
    },
    "placeholder, disabled, password, type, maxlength"() {
      if (this.field) configure(this.field, this.data);
    },
    focus(wanted) {
      if (wanted) focusSoon(this);
    },
  },
  methods: {
    fieldValue() {
      return this.field.value;
    },
  },
  attached() {
    this.field = element(tag, { "aria-label": this.data.ariaLabel || this.data.placeholder || false });
    configure(this.field, this.data);
    this.field.value = String(this.data.value ?? "");
    listen(this, this.field);
    domOf(this).append(this.field);
    if (this.data.focus || this.data.autoFocus) focusSoon(this);
  },
});

function configure(field, { placeholder, disabled, password, type, maxlength }) {
  field.placeholder = placeholder ?? "";
  field.disabled = disabled;
  if (maxlength >= 0) field.maxLength = maxlength;
  else field.removeAttribute("maxlength");
  if (field.tagName !== "INPUT") return;
  field.type = password ? "password" : "text";
  // WeChat's fields offer nothing that was typed before
  field.autocomplete = password ? "new-password" : "off";
  field.inputMode = KEYBOARDS[type] ?? "text";
}

function listen(component, field) {
  const told = () => ({ value: field.value, cursor: field.selectionStart ?? field.value.length });
  field.addEventListener("input", () => {
    component.setData({ value: field.value });
    fire(component, "input", told());
  });
  field.addEventListener("focus", () => fire(component, "focus", { value: field.value, height: 0 }));
  field.addEventListener("blur", () => fire(component, "blur", told()));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || field.tagName !== "INPUT") return;
    fire(component, "confirm", { value: field.value });
    if (!component.data.confirmHold) field.blur();
  });
}

function focusSoon(component) {
  requestAnimationFrame(() => component.field?.focus());
}
