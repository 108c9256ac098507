import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildSite } from "../build.mjs";
import { pointToOwnOrigin } from "../build/api_host.js";

const FIXTURE = path.resolve(import.meta.dirname, "fixture");
const PREVIEW = path.resolve(import.meta.dirname, "..");
let folder;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "build-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A copy of the fixture to break; npm packages are found through a link. */
function copyFixture() {
  const project = path.join(folder, "project");
  fs.cpSync(FIXTURE, project, { recursive: true });
  fs.symlinkSync(path.join(PREVIEW, "node_modules"), path.join(folder, "node_modules"));
  return project;
}

test("a site holds both pages, the script, pictures and icons, and is not built twice", async () => {
  const out = path.join(folder, "out");
  expect(await buildSite({ project: FIXTURE, out })).toMatchObject({ isFresh: false, problems: [] });
  for (const file of ["index.html", "app.html", "app.js", "images/pin.png", "icons/loading.svg"]) {
    expect(fs.existsSync(path.join(out, file)), file).toBe(true);
  }
  expect(await buildSite({ project: FIXTURE, out })).toMatchObject({ isFresh: true });
});

test("a changed source is built again", async () => {
  const project = copyFixture();
  const out = path.join(folder, "out");
  await buildSite({ project, out });
  fs.appendFileSync(path.join(project, "src/app.wxss"), ".added { top: 0 }");
  expect(await buildSite({ project, out })).toMatchObject({ isFresh: false, problems: [] });
  expect(fs.readFileSync(path.join(out, "app.js"), "utf8")).toContain(".added");
});

test("faults of the source are named and keep the site unstamped", async () => {
  const project = copyFixture();
  const page = path.join(project, "src/pages/detail/detail");
  fs.writeFileSync(`${page}.wxml`, "<veiw>a</veiw>");
  fs.writeFileSync(`${page}.json`, '{ "usingComponents": { "lost": "/components/lost/lost" } }');
  fs.appendFileSync(`${page}.js`, 'require("./lost.js");');
  const out = path.join(folder, "out");
  const { problems } = await buildSite({ project, out });
  expect(problems).toContain('pages/detail/detail.json: "/components/lost/lost" leads to no .json file');
  expect(problems).toContain("pages/detail/detail.wxml: <veiw> is neither built in nor in usingComponents");
  expect(problems.some((one) => one.includes('Could not resolve "./lost.js"'))).toBe(true);
  expect(await buildSite({ project, out })).toMatchObject({ isFresh: false });
});

test("the API's host becomes the page's own origin, path and scheme kept", () => {
  expect(pointToOwnOrigin("const apiBase = 'https://charge.example.com'")).toBe("const apiBase = (globalThis.location.origin)");
  expect(pointToOwnOrigin('x = "https://a.cn/api/v1"')).toBe('x = (globalThis.location.origin + "/api/v1")');
  expect(pointToOwnOrigin('x = "wss://a.cn/ws"')).toBe('x = (globalThis.location.origin.replace(/^http/, "ws") + "/ws")');
});
