// <picker> as a sheet of choices or the browser's own date and time fields; the wheel of picker-view is not drawn.
import { fire, onTap } from "./definition.js";
import { askText, chooseFromSheet } from "../wx/dialogs.js";

const FIELD_TYPES = { date: "date", time: "time" };

export function definePickers(define) {
  define("picker", {
    properties: {
      ...{ mode: { type: String, value: "selector" }, range: { type: Array, value: [] }, rangeKey: String, value: null },
      ...{ disabled: Boolean, start: String, end: String, fields: String, headerText: String, name: String },
    },
    methods: {
      fieldValue() {
        return this.data.value;
      },
    },
    attached() {
      onTap(this, async () => {
        const value = await ask(this.data);
        if (value === null) return fire(this, "cancel");
        this.setData({ value });
        return fire(this, "change", { value });
      });
    },
  });
  const refuse = (tag) => () => console.error(`[preview] <${tag}> has no wheel in the preview`);
  define("picker-view", {
    properties: { value: Array, indicatorStyle: String, indicatorClass: String, maskStyle: String, maskClass: String },
    attached: refuse("picker-view"),
  });
  define("picker-view-column");
}

/** The chosen value, null when the person cancels. */
async function ask({ mode, range, rangeKey, value, headerText, start, end }) {
  if (mode === "selector") {
    return chooseFromSheet({ title: headerText, items: range.map((one) => String(rangeKey ? one[rangeKey] : one)) });
  }
  if (!(mode in FIELD_TYPES)) throw new Error(`<picker mode="${mode}"> is not supported by the preview`);
  return askText({ title: headerText || "请选择", type: FIELD_TYPES[mode], value: value ?? "", min: start, max: end });
}
