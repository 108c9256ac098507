// What WeChat tells about itself, the device, the launch and the network; constants unless the scene says otherwise.
import { capsuleBox } from "../navigation_bar.js";
import { statusBarHeight } from "../status_bar.js";
import { asyncCalls, listenerPair } from "./call.js";

const APP_BASE = { SDKVersion: "3.8.0", version: "8.0.50", language: "zh_CN", theme: "light", fontSizeSetting: 16 };
const BASE_INFO = { ...APP_BASE, enableDebug: false, fontSizeScaleFactor: 1, host: { appId: "" } };
const DEVICE = { brand: "devtools", model: "浏览器预览", system: "预览", platform: "devtools", benchmarkLevel: 30 };
const ACCOUNT = { miniProgram: { appId: "touristappid", envVersion: "develop", version: "" } };

export function systemCalls({ router, lifecycle, scene }) {
  const windowInfo = () => windowInfoOf(router.top());
  const systemInfo = () => ({ ...windowInfo(), ...BASE_INFO, ...DEVICE });
  return {
    getWindowInfo: windowInfo,
    getAppBaseInfo: () => BASE_INFO,
    getDeviceInfo: () => DEVICE,
    getSystemInfoSync: systemInfo,
    getSystemSetting: () => ({ bluetoothEnabled: true, locationEnabled: true, wifiEnabled: true }),
    getAppAuthorizeSetting: () => ({ locationAuthorized: scene.mayLocate ? "authorized" : "denied" }),
    getMenuButtonBoundingClientRect: () => capsuleBox(statusBarHeight),
    getAccountInfoSync: () => ACCOUNT,
    getLaunchOptionsSync: () => lifecycle.launchOptions,
    getEnterOptionsSync: () => lifecycle.launchOptions,
    getUpdateManager: () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} }),
    ...networkCalls(scene),
    ...listenerPair("AppShow", lifecycle.listeners.show),
    ...listenerPair("AppHide", lifecycle.listeners.hide),
    ...listenerPair("Error", lifecycle.listeners.error),
    ...quietPairs("UnhandledRejection", "PageNotFound", "ThemeChange", "WindowResize", "KeyboardHeightChange"),
    ...quietPairs("MemoryWarning", "MenuButtonBoundingClientRectWeightChange"),
    nextTick: (run) => void Promise.resolve().then(run),
    ...logCalls(),
    ...asyncCalls({ getSystemInfo: systemInfo, getSystemInfoAsync: systemInfo }),
  };
}

function networkCalls(scene) {
  const listeners = new Set();
  const state = () => ({ isConnected: scene.isOnline, networkType: scene.isOnline ? "wifi" : "none" });
  let told = scene.isOnline;
  scene.onChange(() => {
    if (told === scene.isOnline) return;
    told = scene.isOnline;
    for (const listener of listeners) listener(state());
  });
  const getNetworkType = () => ({ networkType: state().networkType, signalStrength: 100 });
  return { ...listenerPair("NetworkStatusChange", listeners), ...asyncCalls({ getNetworkType }) };
}

function windowInfoOf(record) {
  const [width, height] = [innerWidth, innerHeight];
  return {
    pixelRatio: devicePixelRatio,
    screenWidth: width,
    screenHeight: height,
    windowWidth: width,
    windowHeight: record?.body.clientHeight || height,
    statusBarHeight,
    screenTop: record?.config.navigationStyle === "custom" ? 0 : statusBarHeight,
    safeArea: { left: 0, right: width, top: statusBarHeight, bottom: height, width, height: height - statusBarHeight },
  };
}

// Events that never happen in a browser tab; listening to them is right all the same.
function quietPairs(...names) {
  return Object.assign({}, ...names.map((name) => listenerPair(name, new Set())));
}

function logCalls() {
  const quiet = { debug() {}, log() {}, info() {}, warn() {}, error() {} };
  const manager = { ...quiet, setFilterMsg() {}, addFilterMsg() {} };
  return { getLogManager: () => manager, getRealtimeLogManager: () => manager, reportEvent() {}, reportAnalytics() {} };
}
