import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { Project } from "../build/project.js";
import { compileStyle } from "../build/styles.js";
import { rpxToVw } from "../runtime/rpx.js";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "styles-"));
fs.writeFileSync(path.join(folder, "project.config.json"), "{}");
fs.writeFileSync(path.join(folder, "app.json"), '{ "pages": [] }');
afterAll(() => fs.rmSync(folder, { recursive: true }));

function compile(text, { kind = "page", id = "pages/a/a" } = {}) {
  const file = path.join(folder, "a.wxss");
  fs.writeFileSync(file, text);
  const problems = [];
  const css = compileStyle(new Project(folder, problems), { file, kind, id, icons: new Set() });
  return { css, problems };
}

test("rpx becomes a share of the screen's width", () => {
  expect(rpxToVw("750rpx")).toBe("100vw");
  expect(rpxToVw("margin: -15rpx 7.5rpx .75rpx 4px")).toBe("margin: -2vw 1vw 0.1vw 4px");
  expect(rpxToVw("5rpxes")).toBe("5rpxes");
});

test("a page's rules reach that page only", () => {
  const { css } = compile(".a view { color: red } page { margin: 0 }");
  expect(css).toContain('wx-page[data-path="pages/a/a"] .a wx-view {');
  expect(css).toContain('wx-page[data-path="pages/a/a"] { margin: 0 }');
});

test("a component's classes wait for their scope and :host names it", () => {
  const { css, problems } = compile(":host { color: red } .a.b > .c::after { top: 1rpx }", { kind: "component", id: "components/x" });
  expect(css).toContain('[data-component="components/x"] {');
  expect(css).toContain(".__SCOPE__a.__SCOPE__b > .__SCOPE__c::after { top: 0.13333vw }");
  expect(problems).toEqual([]);
});

test("a component that selects by tag is named with its line", () => {
  const { problems } = compile("\n\nview { color: red }", { kind: "component", id: "components/x" });
  expect(problems).toEqual(['components/x.wxss:3 a component may select by class only, not "view"']);
});

test("ids, own tags, keyframes and viewport heights are translated", () => {
  const { css } = compile("#map { height: 50vh } t-cell { top: 0 } @keyframes k { from { top: 0 } 50% { top: 75rpx } }");
  expect(css).toContain('[id$="--map"] { height: calc(var(--content-vh, 1vh) * 50) }');
  expect(css).toContain("x-t-cell {");
  expect(css).toContain("from { top: 0 } 50% { top: 10vw }");
});

test("an import is put in place and a lost one is named", () => {
  fs.writeFileSync(path.join(folder, "b.wxss"), ".b { top: 75rpx }");
  const { css, problems } = compile('@import "./b.wxss"; @import "./lost.wxss";');
  expect(css).toContain(".b { top: 10vw }");
  expect(problems).toEqual(["a.wxss: @import ./lost.wxss leads nowhere"]);
});
