// Permissions and privacy: what the person allowed, as the scene has it.
import { asyncCalls, listenerPair, WxFailure } from "./call.js";
import { askInLayer } from "./layers.js";
import { element } from "../dom.js";

const LOCATION_SCOPES = new Set(["scope.userLocation", "scope.userFuzzyLocation"]);

export function settingCalls({ scene }) {
  const settings = () => ({
    authSetting: Object.fromEntries([...LOCATION_SCOPES].map((scope) => [scope, scene.mayLocate])),
    subscriptionsSetting: { mainSwitch: true },
  });
  return {
    ...listenerPair("NeedPrivacyAuthorization", new Set()),
    ...asyncCalls({
      getSetting: settings,
      async openSetting() {
        scene.change({ mayLocate: await askLocation(scene.mayLocate) });
        return settings();
      },
      authorize({ scope }) {
        if (LOCATION_SCOPES.has(scope) && !scene.mayLocate) throw new WxFailure("auth deny", { errno: 103 });
      },
      getPrivacySetting: () => ({ needAuthorization: false, privacyContractName: "《用户隐私保护指引》" }),
      requirePrivacyAuthorize: () => {},
      openPrivacyContract: () => globalThis.wx.showToast({ title: "这里会打开隐私保护指引", icon: "none" }),
      requestSubscribeMessage: ({ tmplIds }) => Object.fromEntries(tmplIds.map((id) => [id, "accept"])),
    }),
  };
}

/** WeChat's own settings page, as one question. */
function askLocation(isAllowed) {
  return askInLayer("mp-shade", (answer) => [
    element(
      "div",
      { class: "mp-sheet", role: "dialog" },
      element("p", {}, `小程序设置 · 位置信息（当前：${isAllowed ? "允许" : "拒绝"}）`),
      element("button", { type: "button", onclick: () => answer(true) }, "使用小程序期间允许"),
      element("button", { type: "button", onclick: () => answer(false) }, "不允许"),
      element("button", { type: "button", onclick: () => answer(isAllowed) }, "返回"),
    ),
  ]);
}
