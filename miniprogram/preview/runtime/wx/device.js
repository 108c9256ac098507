// Small deeds of the phone: clipboard, calls, vibration, keyboard, sharing, pictures.
import { asyncCalls, WxFailure } from "./call.js";

const MODAL_CANCELLED = "cancel";

export function deviceCalls() {
  let clipboard = "";
  const nothing = () => {};
  return {
    ...asyncCalls({
      setClipboardData({ data }) {
        clipboard = data;
        // also to where it can be pasted from, if the browser lets us
        globalThis.navigator?.clipboard?.writeText(data).catch(() => {});
        globalThis.wx.showToast({ title: "内容已复制" });
      },
      getClipboardData: () => ({ data: clipboard }),
      async makePhoneCall({ phoneNumber }) {
        const { confirm } = await globalThis.wx.showModal({ content: phoneNumber, confirmText: "呼叫" });
        if (!confirm) throw new WxFailure(MODAL_CANCELLED);
      },
      vibrateShort: nothing,
      vibrateLong: nothing,
      hideKeyboard: () => document.activeElement?.blur(),
      setKeepScreenOn: nothing,
      showShareMenu: nothing,
      hideShareMenu: nothing,
      loadFontFace: nothing,
      exitMiniProgram: () => globalThis.wx.showToast({ title: "小程序会在这里关闭", icon: "none" }),
    }),
    // TDesign asks for animations that the browser's own transitions already show.
    createAnimation: () => silentAnimation(),
  };
}

function silentAnimation() {
  const animation = new Proxy({}, { get: (_, name) => (name === "export" ? () => ({ actions: [] }) : () => animation) });
  return animation;
}
