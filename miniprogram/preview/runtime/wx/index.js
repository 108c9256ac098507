// Puts wx.* together, one file per topic. A name nobody wrote throws and says so.
import { scene } from "../scene.js";
import { asyncCall } from "./call.js";
import { dialogCalls } from "./dialogs.js";
import { deviceCalls } from "./device.js";
import { fileCalls } from "./files.js";
import { locationCalls } from "./location.js";
import { loginCalls } from "./login.js";
import { navigationCalls } from "./navigation.js";
import { nodeCalls } from "./nodes.js";
import { paymentCalls } from "./payment.js";
import { requestCalls } from "./request.js";
import { scanCalls } from "./scan.js";
import { settingCalls } from "./settings.js";
import { socketCalls } from "./sockets.js";
import { storageCalls } from "./storage.js";
import { subscribeCalls } from "./subscribe.js";
import { systemCalls } from "./system.js";
import { toastCalls } from "./toasts.js";

const TOPICS = [
  ...[storageCalls, requestCalls, socketCalls, navigationCalls, toastCalls, dialogCalls, systemCalls],
  ...[deviceCalls, settingCalls, locationCalls, loginCalls, scanCalls, paymentCalls, nodeCalls, subscribeCalls, fileCalls],
];

/**
 * `context`: {router, lifecycle, config (app.json)}. Returns {wx, mocks}; a test that sets mocks.scanCode answers
 * that call itself. Mocks a test puts into `window.previewMocks` beforehand are there at launch already.
 */
export function makeWx(context) {
  const mocks = globalThis.previewMocks ?? {};
  const calls = Object.assign({}, ...TOPICS.map((topic) => topic({ ...context, scene })));
  calls.canIUse = (feature) => feature.split(".")[0] in calls;
  const wx = new Proxy(calls, {
    get(target, name) {
      if (typeof name === "string" && Object.hasOwn(mocks, name)) return asyncCall(name, mocks[name]);
      if (name in target || typeof name === "symbol") return target[name];
      return () => {
        throw new Error(`wx.${name} is not written in the preview: add it in miniprogram/preview/runtime/wx/`);
      };
    },
  });
  return { wx, mocks };
}
