import { afterEach, expect, test } from "vitest";
import { openFixture } from "./fixture.js";

let app;
afterEach(() => app?.close());

const colourOf = (node) => app.window.getComputedStyle(node).color;
const title = (parent) => app.root.querySelector(`${parent} .title, ${parent} [class$="--title"]`);

test("the app's classes reach pages, stay out of isolated components and enter apply-shared ones", async () => {
  app = await openFixture();
  expect(colourOf(app.root.querySelector("wx-text"))).toBe("rgb(1, 2, 3)");
  expect(colourOf(title("x-card"))).not.toBe("rgb(1, 2, 3)");
  expect(colourOf(title("x-shared-card"))).toBe("rgb(1, 2, 3)");
});

test("an isolated component's classes style its own nodes and nothing else", async () => {
  app = await openFixture();
  const own = app.window.getComputedStyle(title("x-card"));
  expect(own.fontWeight).toBe("600");
  expect(app.window.getComputedStyle(title("x-shared-card")).fontWeight).not.toBe("600");
});

test("rpx in an inline style follows the data", async () => {
  app = await openFixture("/pages/detail/detail?no=1");
  const box = app.root.querySelector(".box");
  expect(box.style.width).toBe("10vw");
  app.page.setData({ width: 375 });
  expect(box.style.width).toBe("50vw");
});

test("WXS sees constructors as WeChat names them", async () => {
  app = await openFixture();
  await app.shows("中心站·站");
});
