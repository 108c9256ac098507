import { afterEach, expect, test } from "vitest";
import { HOME, openFixture } from "./fixture.js";

let app;
afterEach(() => app?.close());

const routes = () => app.window.getCurrentPages().map((page) => page.route);
const fails = (call) => call.then(() => "done", (failure) => failure.errMsg);

test("the app launches, then its first page loads, shows and is ready", async () => {
  app = await openFixture();
  expect(app.window.getApp().globalData.log[0]).toBe("launch pages/home/home");
  expect(app.page.calls.slice(0, 3)).toEqual(["load {}", "show", "ready"]);
  await app.until(() => app.window.getApp().globalData.log.includes("ready 湖滨站"));
  expect(app.errors).toEqual([]);
});

test("a relative address with a query opens a page and back returns to the one before", async () => {
  app = await openFixture();
  await app.tap("湖滨站·站");
  await app.shows("S2");
  expect(routes()).toEqual(["pages/home/home", "pages/detail/detail"]);
  expect(app.window.document.title).toBe("详情");
  expect(app.window.location.hash).toBe("#/pages/detail/detail?no=S2");
  await app.tap(app.root.querySelector(".mp-back"));
  expect(routes()).toEqual(["pages/home/home"]);
  expect(app.page.calls.slice(-2)).toEqual(["hide", "show"]);
  expect(app.window.getApp().globalData.log).toContain("unload detail");
});

test("queries stay URL-encoded, as WeChat hands them over", async () => {
  app = await openFixture(`${HOME}?q=a%2Fb%3D1&empty`);
  expect(app.page.options).toEqual({ q: "a%2Fb%3D1", empty: "" });
});

test("tab pages live on and pages above them are closed", async () => {
  app = await openFixture();
  const home = app.page;
  await app.window.wx.navigateTo({ url: "/pages/detail/detail?no=1" });
  await app.window.wx.switchTab({ url: "/pages/form/form" });
  expect(routes()).toEqual(["pages/form/form"]);
  await app.tap("首页");
  expect(app.page).toBe(home);
  expect(home.calls.filter((call) => call.startsWith("load"))).toHaveLength(1);
});

test("moves that WeChat refuses fail with its reasons", async () => {
  app = await openFixture();
  const { wx } = app.window;
  expect(await fails(wx.navigateTo({ url: "/pages/form/form" }))).toBe("navigateTo:fail can not navigateTo a tabbar page");
  expect(await fails(wx.switchTab({ url: "/pages/detail/detail" }))).toBe("switchTab:fail can not switch to no-tabBar page");
  expect(await fails(wx.navigateTo({ url: "/pages/none" }))).toBe('navigateTo:fail page "pages/none" is not found');
});

test("the stack holds ten pages", async () => {
  app = await openFixture();
  for (let depth = 2; depth <= 10; depth += 1) await app.window.wx.navigateTo({ url: "/pages/detail/detail?no=1" });
  expect(routes()).toHaveLength(10);
  expect(await fails(app.window.wx.navigateTo({ url: "/pages/detail/detail?no=1" }))).toMatch(/webview count limit exceed/);
  await app.window.wx.navigateBack({ delta: 20 });
  expect(routes()).toHaveLength(1);
});

test("redirectTo takes the place of the page, reLaunch of all", async () => {
  app = await openFixture();
  await app.window.wx.navigateTo({ url: "/pages/detail/detail?no=1" });
  await app.window.wx.redirectTo({ url: "/pages/detail/detail?no=2" });
  expect(routes()).toEqual(["pages/home/home", "pages/detail/detail"]);
  expect(app.page.data.no).toBe("2");
  await app.window.wx.reLaunch({ url: "/pages/detail/detail?no=3" });
  expect(routes()).toEqual(["pages/detail/detail"]);
});

test("a scanned link enters the running app anew, and its bar leads home", async () => {
  app = await openFixture();
  app.window.preview.enter("/pages/detail/detail?no=S9");
  expect(routes()).toEqual(["pages/detail/detail"]);
  expect(app.window.wx.getEnterOptionsSync()).toMatchObject({ scene: 1011, query: { no: "S9" } });
  await app.tap(app.root.querySelector(".mp-home"));
  expect(routes()).toEqual(["pages/home/home"]);
});

test("the event channel carries values both ways", async () => {
  app = await openFixture();
  const heard = [];
  const { eventChannel } = await app.window.wx.navigateTo({
    url: "/pages/detail/detail?no=1",
    events: { chosen: (value) => heard.push(value) },
  });
  const far = app.page.getOpenerEventChannel();
  far.once("told", (value) => heard.push(value));
  eventChannel.emit("told", 1);
  eventChannel.emit("told", 2);
  far.emit("chosen", 3);
  expect(heard).toEqual([1, 3]);
});

test("pull-down refreshes a page that allows it", async () => {
  app = await openFixture("/pages/detail/detail?no=1");
  await app.window.wx.startPullDownRefresh();
  expect(app.window.getApp().globalData.log).toContain("refresh");
});
