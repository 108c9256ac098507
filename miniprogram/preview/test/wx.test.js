import { afterEach, expect, test } from "vitest";
import { openFixture } from "./fixture.js";

let app;
afterEach(() => app?.close());

const outcome = (call) => call.then((result) => result, (failure) => failure);

test("a name nobody wrote throws and says which", async () => {
  app = await openFixture("/pages/detail/detail?no=1");
  await app.tap("出错");
  await app.until(() => app.window.getApp().globalData.log.some((line) => line.includes("wx.startBluetoothOven is not written")));
  expect(app.errors.join()).toContain("startBluetoothOven");
  expect(app.window.wx.canIUse("startBluetoothOven")).toBe(false);
  expect(app.window.wx.canIUse("getFuzzyLocation.object.type")).toBe(true);
});

test("callbacks and promises tell the same", async () => {
  app = await openFixture();
  const { wx } = app.window;
  const told = [];
  await new Promise((complete) => {
    wx.getStorage({ key: "none", success: () => told.push("success"), fail: ({ errMsg }) => told.push(errMsg), complete });
  });
  expect(told).toEqual(["getStorage:fail data not found"]);
  expect((await outcome(wx.getStorage({ key: "none" }))).errMsg).toBe("getStorage:fail data not found");
});

test("storage keeps values and is cleared without touching others", async () => {
  app = await openFixture("/pages/home/home", { storage: { token: { value: 1 } } });
  const { wx, localStorage } = app.window;
  localStorage.setItem("other", "1");
  expect(wx.getStorageSync("token")).toEqual({ value: 1 });
  expect(wx.getStorageSync("none")).toBe("");
  await wx.setStorage({ key: "list", data: [1, null] });
  expect(wx.getStorageInfoSync().keys.sort()).toEqual(["list", "token"]);
  wx.clearStorageSync();
  expect(wx.getStorageInfoSync().keys).toEqual([]);
  expect(localStorage.getItem("other")).toBe("1");
});

test("a request carries query, body and headers and hands over status and JSON", async () => {
  app = await openFixture("/pages/home/home", {
    api: { "GET /a": { list: [] }, "POST /a": { status: 409, body: { code: "busy" }, headers: { "x-request-id": "r1" } } },
  });
  const { wx } = app.window;
  const { apiBase } = app.page.data;
  expect(await wx.request({ url: `${apiBase}/a`, data: { lat: 1.5, name: "湖" } })).toMatchObject({ statusCode: 200, data: { list: [] } });
  const refused = await wx.request({ url: `${apiBase}/a`, method: "POST", data: { n: 1 }, header: { Authorization: "Bearer t" } });
  expect(refused).toMatchObject({ statusCode: 409, data: { code: "busy" }, header: { "x-request-id": "r1" } });
  expect(app.calls).toMatchObject([
    { method: "GET", query: { lat: "1.5", name: "湖" } },
    { method: "POST", body: { n: 1 }, headers: { authorization: "Bearer t", "content-type": "application/json" } },
  ]);
});

test("requests time out, are aborted, and fail without a network", async () => {
  app = await openFixture();
  const { wx, preview } = app.window;
  app.window.fetch = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  expect((await outcome(wx.request({ url: "/slow", timeout: 1 }))).errMsg).toBe("request:fail timeout");
  const asked = wx.request({ url: "/slow" });
  asked.abort();
  expect((await outcome(asked)).errMsg).toBe("request:fail abort");
  const lost = outcome(wx.request({ url: "/slow" }));
  preview.scene.change({ isOnline: false });
  expect((await lost).errMsg).toMatch(/^request:fail net::/);
  expect((await outcome(wx.request({ url: "/slow" }))).errMsg).toMatch(/INTERNET_DISCONNECTED/);
});

test("losing the network closes sockets and tells the app once", async () => {
  app = await openFixture();
  const { wx, preview } = app.window;
  const told = [];
  wx.onNetworkStatusChange((state) => told.push(state.networkType));
  const task = wx.connectSocket({ url: "ws://preview.test/ws" });
  task.onOpen(() => told.push("open"));
  task.onMessage(({ data }) => told.push(data));
  task.onClose(({ code }) => told.push(code));
  app.sockets[0].open();
  task.send({ data: '{"op":"auth"}' });
  await app.until(() => app.sockets[0].sent.length === 1);
  app.sockets[0].receive({ seq: 1 });
  preview.scene.change({ isOnline: false });
  preview.scene.change({ mayLocate: false });
  expect(told).toEqual(["open", '{"seq":1}', 1006, "none"]);
  expect((await wx.getNetworkType()).networkType).toBe("none");
});

test("locations are refused when the person or app.json does not allow them", async () => {
  app = await openFixture();
  const { wx, preview } = app.window;
  expect(await wx.getFuzzyLocation({ type: "gcj02" })).toMatchObject({ latitude: 31.32, longitude: 120.68 });
  expect((await outcome(wx.getLocation())).errMsg).toMatch(/^getLocation:fail the api need to be declared/);
  preview.scene.change({ mayLocate: false });
  expect((await outcome(wx.getFuzzyLocation())).errMsg).toBe("getFuzzyLocation:fail auth deny");
  expect((await wx.getSetting()).authSetting["scope.userFuzzyLocation"]).toBe(false);
  const asked = wx.openSetting();
  await app.tap("使用小程序期间允许");
  expect((await asked).authSetting["scope.userFuzzyLocation"]).toBe(true);
});

test("the code held in front of the camera is the scan's result, and closing it cancels", async () => {
  app = await openFixture();
  const { wx, preview } = app.window;
  expect(preview.scene.showCode("early")).toBe(false);
  await app.tap("扫码充电");
  await app.until(() => preview.scene.showCode("https://a.cn/p/1"));
  await app.until(() => app.page.data.scanned === "https://a.cn/p/1");
  const second = outcome(wx.scanCode());
  await app.tap("✕");
  expect((await second).errMsg).toBe("scanCode:fail cancel");
});

test("logging in keeps the person over restarts", async () => {
  let minted = 0;
  const mint = ({ body }) => ({ code: `c${(minted += 1)}`, openid: body.openid ?? "o1" });
  app = await openFixture("/pages/home/home", { api: { "POST /sandbox/login-codes": mint } });
  expect(await app.window.wx.login()).toEqual({ errMsg: "login:ok", code: "c1" });
  expect(await app.window.wx.login()).toMatchObject({ code: "c2" });
  expect(app.calls.map((call) => call.body)).toEqual([{}, { openid: "o1" }]);
});

const SHEET = { description: "钱包充值", total_fen: 3005 };
const PAYMENT = { timeStamp: "1", nonceStr: "n", package: "prepay_id=wx1", signType: "RSA", paySign: "s" };

test("a payment is confirmed by the person and sent to the sandbox with every signed field", async () => {
  app = await openFixture("/pages/home/home", {
    api: { "POST /sandbox/pay-sheet": SHEET, "POST /sandbox/pay": { errMsg: "requestPayment:ok" } },
  });
  const paid = app.window.wx.requestPayment(PAYMENT);
  await app.shows("¥30.05");
  await app.tap("确认支付");
  expect(await paid).toEqual({ errMsg: "requestPayment:ok" });
  expect(app.calls.at(-1).body).toEqual({ ...PAYMENT, prepay_id: "wx1", outcome: "ok" });
});

test("a cancelled payment, a refused one and a bad field fail", async () => {
  app = await openFixture("/pages/home/home", {
    api: { "POST /sandbox/pay-sheet": SHEET, "POST /sandbox/pay": ({ body }) => (body.outcome === "ok" ? { status: 401, body: { message: "签名错误" } } : {}) },
  });
  const { wx } = app.window;
  const cancelled = outcome(wx.requestPayment(PAYMENT));
  await app.tap("✕");
  expect((await cancelled).errMsg).toBe("requestPayment:fail cancel");
  const refused = outcome(wx.requestPayment(PAYMENT));
  await app.tap("确认支付");
  expect((await refused).errMsg).toBe("requestPayment:fail 签名错误");
  expect((await outcome(wx.requestPayment({ ...PAYMENT, timeStamp: 1 }))).errMsg).toMatch(/timeStamp should be a String/);
});

test("a modal, a sheet, a toast and a loading sign are shown and answered", async () => {
  app = await openFixture();
  const { wx } = app.window;
  const modal = wx.showModal({ title: "停止充电？", content: "费用将立即结算", confirmText: "停止" });
  await app.shows("费用将立即结算");
  await app.tap("停止");
  expect(await modal).toMatchObject({ confirm: true, cancel: false });
  const sheet = outcome(wx.showActionSheet({ itemList: ["苏州", "上海"] }));
  await app.tap("上海");
  expect(await sheet).toMatchObject({ tapIndex: 1 });
  const left = outcome(wx.showActionSheet({ itemList: ["苏州"] }));
  await app.tap("取消");
  expect((await left).errMsg).toBe("showActionSheet:fail cancel");
  await wx.showLoading({ title: "请稍候" });
  await app.shows("请稍候");
  await wx.showToast({ title: "已复制", icon: "none", duration: 60_000 });
  await app.shows("已复制");
  expect(app.window.document.querySelectorAll(".mp-toast")).toHaveLength(1);
  await wx.hideToast();
  expect(app.window.document.querySelector(".mp-toast")).toBeNull();
});

test("a test may answer any wx call itself, from the launch on", async () => {
  app = await openFixture("/pages/home/home", { mocks: { scanCode: () => ({ result: "mocked" }) } });
  await app.tap("扫码充电");
  await app.until(() => app.page.data.scanned === "mocked");
});
