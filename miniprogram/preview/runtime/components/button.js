// <button>: looks, form submission, and the open types that ask WeChat for something.
import { pickPicture } from "../wx/files.js";
import { domOf, fire, onTap, outer } from "./definition.js";

const PROPERTIES = {
  ...{ type: { type: String, value: "default" }, size: { type: String, value: "default" }, name: String },
  ...{ plain: Boolean, disabled: Boolean, loading: Boolean, formType: String, openType: String, lang: String },
  ...{ sessionFrom: String, sendMessageTitle: String, sendMessagePath: String, sendMessageImg: String },
  ...{ appParameter: String, showMessageCard: Boolean, phoneNumberNoQuotaToast: Boolean },
  ...{ activityType: null, entrancePath: String, needShowEntrance: Boolean },
};

export function defineButton(define) {
  define("button", {
    properties: PROPERTIES,
    observers: { "type, size, plain, disabled": drawButton },
    attached() {
      drawButton.call(this);
      onTap(this, () => {
        if (this.data.openType) openType(this, this.data.openType);
        if (this.data.formType) outer(this, "form")?.[this.data.formType]();
      });
    },
  });
}

function drawButton() {
  const node = domOf(this);
  const { type, size, plain, disabled } = this.data;
  node.setAttribute("type", type);
  node.setAttribute("size", size);
  node.toggleAttribute("plain", plain);
  node.toggleAttribute("disabled", disabled);
  node.setAttribute("aria-disabled", String(disabled));
  if (!node.hasAttribute("role")) node.setAttribute("role", "button");
  node.tabIndex = 0;
}

function openType(button, type) {
  switch (type) {
    case "getPhoneNumber":
      return askPhoneNumber(button);
    case "chooseAvatar":
      return askPicture(button);
    case "agreePrivacyAuthorization":
      return fire(button, "agreeprivacyauthorization", { errMsg: "agreePrivacyAuthorization:ok" });
    case "openSetting":
      return globalThis.wx.openSetting({ success: (settings) => fire(button, "opensetting", settings) });
    case "contact":
      globalThis.wx.showToast({ title: "这里会打开微信客服会话", icon: "none" });
      return fire(button, "contact", { errMsg: "enterContact:ok", path: "", query: {} });
    case "share":
      globalThis.preview.page().onShareAppMessage?.({ from: "button" });
      return globalThis.wx.showToast({ title: "这里会转发给微信好友", icon: "none" });
    default:
      throw new Error(`<button open-type="${type}"> is not supported by the preview`);
  }
}

// WeChat offers its own picture, the album and the camera; a browser has files.
async function askPicture(button) {
  const path = await pickPicture();
  if (path) fire(button, "chooseavatar", { avatarUrl: path });
}

// WeChat hands out a one-use code; the sandbox mints it.
async function askPhoneNumber(button) {
  try {
    const answer = await fetch("/sandbox/phone-codes", { method: "POST", body: "{}" });
    if (!answer.ok) throw new Error(`sandbox ${answer.status}`);
    const { code } = await answer.json();
    fire(button, "getphonenumber", { code, errMsg: "getPhoneNumber:ok" });
  } catch (error) {
    fire(button, "getphonenumber", { errMsg: `getPhoneNumber:fail ${error.message}` });
  }
}
