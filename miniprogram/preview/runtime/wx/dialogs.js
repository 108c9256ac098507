// Questions over the page: modal dialogs and action sheets.
import { element } from "../dom.js";
import { asyncCalls, WxFailure } from "./call.js";
import { askInLayer } from "./layers.js";

const TITLE_LIMIT = 4; // WeChat cuts longer button texts off
const SHADE = "mp-shade";
const CONFIRM = "#576b95";

export function dialogCalls() {
  return asyncCalls({ showModal, showActionSheet });
}

async function showModal(options) {
  const { title, content = "", editable, placeholderText = "", showCancel = true } = options;
  const { confirmText = "确定", cancelText = "取消", confirmColor = CONFIRM, cancelColor = "#000000" } = options;
  for (const one of [confirmText, cancelText]) {
    if (one.length > TITLE_LIMIT) throw new WxFailure(`confirmText and cancelText hold at most ${TITLE_LIMIT} characters`);
  }
  const field = editable && element("input", { placeholder: placeholderText, value: content, "aria-label": placeholderText || "输入" });
  const confirmed = await askInLayer(SHADE, (answer) => [
    dialogBox(title, editable ? field : content, [
      showCancel && { text: cancelText, colour: cancelColor, onclick: () => answer(false) },
      { text: confirmText, colour: confirmColor, onclick: () => answer(true) },
    ]),
  ]);
  return { confirm: confirmed, cancel: !confirmed, content: editable && confirmed ? field.value : null };
}

async function showActionSheet({ alertText, itemList }) {
  const chosen = await chooseFromSheet({ title: alertText, items: itemList });
  if (chosen === null) throw new WxFailure("cancel");
  return { tapIndex: chosen };
}

/** The index a person chose of `items`, null for none. */
export function chooseFromSheet({ title, items }) {
  return askInLayer(SHADE, (answer) => [
    element(
      "div",
      { class: "mp-sheet", role: "dialog" },
      title && element("p", {}, title),
      ...items.map((item, index) => element("button", { type: "button", onclick: () => answer(index) }, item)),
      element("button", { type: "button", onclick: () => answer(null) }, "取消"),
    ),
  ]);
}

/** The text a person put into one field, null when cancelled; `type` is that of an HTML input. */
export function askText({ title, type = "text", value = "", min, max }) {
  const field = element("input", { type, value, "aria-label": title, min: min || false, max: max || false });
  return askInLayer(SHADE, (answer) => [
    dialogBox(title, field, [
      { text: "取消", onclick: () => answer(null) },
      { text: "确定", colour: CONFIRM, onclick: () => answer(field.value || null) },
    ]),
  ]);
}

function dialogBox(title, content, choices) {
  const body = typeof content === "string" ? content && element("p", {}, content) : content;
  return element(
    "div",
    { class: "mp-dialog", role: "dialog", "aria-modal": "true", "aria-label": title || "提示" },
    title && element("h3", {}, title),
    body,
    element("div", { class: "mp-choices" }, ...choices.filter(Boolean).map(choiceButton)),
  );
}

function choiceButton({ text, colour, onclick }) {
  return element("button", { type: "button", onclick, style: colour ? `color:${colour}` : false }, text);
}
