// Fields to choose with: checkbox, radio, their groups, switch and slider.
import { element } from "../dom.js";
import { domOf, fire, innerFields, isTag, onTap, outer } from "./definition.js";

export function defineChoices(define) {
  define("checkbox-group", groupOf("checkbox", toggleOne, (chosen) => chosen.map((one) => one.data.value)));
  define("radio-group", groupOf("radio", chooseOnly, ([one]) => one?.data.value ?? ""));
  for (const tag of ["checkbox", "radio"]) define(tag, choiceOf(tag));
  define("switch", SWITCH);
  define("slider", SLIDER);
}

const groupOf = (tag, choose, valueOf) => ({
  properties: { name: String },
  methods: {
    choose(one) {
      choose(one, innerFields(this, (node) => isTag(node, tag)));
      fire(this, "change", { value: this.fieldValue() });
    },
    fieldValue() {
      return valueOf(innerFields(this, (node, caller) => isTag(node, tag) && caller.data.checked));
    },
  },
});

const toggleOne = (one) => one.setData({ checked: !one.data.checked });
const chooseOnly = (one, all) => all.forEach((other) => other.setData({ checked: other === one }));

const choiceOf = (tag) => ({
  properties: { value: String, checked: Boolean, disabled: Boolean, color: String },
  observers: {
    checked(isOn) {
      showState(this, tag, isOn);
    },
  },
  attached() {
    showState(this, tag, this.data.checked);
    onTap(this, () => {
      const group = outer(this, `${tag}-group`);
      if (group) group.choose(this);
      else toggleOne(this);
    });
  },
});

const SWITCH = {
  properties: { checked: Boolean, disabled: Boolean, type: String, color: String, name: String },
  observers: {
    "checked, color"(isOn, colour) {
      showState(this, "switch", isOn);
      domOf(this).style.background = isOn && colour ? colour : "";
    },
  },
  methods: {
    fieldValue() {
      return this.data.checked;
    },
  },
  attached() {
    showState(this, "switch", this.data.checked);
    onTap(this, () => {
      toggleOne(this);
      fire(this, "change", { value: this.data.checked });
    });
  },
};

const SLIDER = {
  properties: {
    ...{ min: { type: Number, value: 0 }, max: { type: Number, value: 100 }, step: { type: Number, value: 1 } },
    ...{ value: Number, disabled: Boolean, showValue: Boolean, name: String },
    ...{ activeColor: { type: String, value: "#1aad19" }, backgroundColor: String, blockSize: Number, blockColor: String },
  },
  observers: {
    "value, min, max, step, disabled, activeColor"() {
      if (this.field) configureSlider(this.field, this.data);
    },
  },
  methods: {
    fieldValue() {
      return Number(this.field.value);
    },
  },
  attached() {
    this.field = element("input", { type: "range", "aria-label": this.data.ariaLabel || "滑块" });
    configureSlider(this.field, this.data);
    this.field.addEventListener("input", () => fire(this, "changing", { value: this.fieldValue() }));
    this.field.addEventListener("change", () => {
      this.setData({ value: this.fieldValue() });
      fire(this, "change", { value: this.fieldValue() });
    });
    domOf(this).append(this.field);
  },
};

function configureSlider(field, { min, max, step, value, disabled, activeColor }) {
  Object.assign(field, { min, max, step, disabled, value });
  field.style.accentColor = activeColor;
}

function showState(component, role, isOn) {
  const node = domOf(component);
  node.classList.toggle("is-on", isOn);
  node.setAttribute("role", role);
  node.setAttribute("aria-checked", String(isOn));
}
