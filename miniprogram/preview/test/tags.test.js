import { afterEach, expect, test } from "vitest";
import { openFixture } from "./fixture.js";

let app;
afterEach(() => app?.close());

test("a form submits what was typed, chosen and switched", async () => {
  app = await openFixture("/pages/form/form");
  await app.type("wx-input", "12.5");
  expect(app.page.data.amount).toBe("12.5");
  await app.tap("慢充");
  await app.tap("wx-switch");
  await app.tap(".hour");
  await app.tap("两小时");
  await app.shows("两小时");
  await app.tap("提交");
  await app.until(() => app.page.data.submitted);
  expect(app.page.data.submitted).toEqual({ amount: "12.5", kind: "slow", agreed: true, hour: 1 });
  expect(app.errors).toEqual([]);
});

test("a marker shows its callout and tells the page when tapped", async () => {
  app = await openFixture();
  const picture = await app.until(() => app.root.querySelector(".wx-marker img"));
  await app.shows("空闲 3/8");
  await app.tap(picture);
  expect(app.page.calls).toContain("marker 1");
});

test("moving the map by the program is told as an update, and the context reads it back", async () => {
  app = await openFixture();
  await app.until(() => app.root.querySelector(".wx-marker"));
  const map = app.window.wx.createMapContext("map");
  await map.moveToLocation({ latitude: 31.3, longitude: 120.7 });
  expect(app.page.calls.at(-1)).toBe("region end update");
  const centre = await map.getCenterLocation();
  expect(centre.latitude).toBeCloseTo(31.3, 3);
  expect(centre.longitude).toBeCloseTo(120.7, 3);
});
