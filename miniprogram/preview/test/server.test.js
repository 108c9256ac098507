import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { startServer } from "../server/site_server.js";

const PILE = {
  pile_no: "32050000000001",
  online: true,
  connectors: [{ connector: 1, status: "charging", plugged: true, soc_percent: 41 }],
};
const STICKERS = [
  { station: "中心站", connector_no: "3205000000000101", qr_token: "AAAAAAAAAA" },
  { station: "中心站", connector_no: "3205000000000201", qr_token: "BBBBBBBBBB" },
];
const heard = [];
const far = [];
let folder;
let server;
let base;

/** A server that stands for one of those behind the preview; it notes what it hears. */
async function listen(name, reply) {
  const one = http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    heard.push({ name, method: request.method, url: request.url, headers: request.headers, body });
    const { status = 200, text = "{}" } = reply(request);
    response.writeHead(status, { "content-type": "application/json", "x-request-id": "r1" }).end(text);
  });
  await new Promise((resolve) => one.listen(0, "127.0.0.1", resolve));
  far.push(one);
  return one;
}

const urlOf = (one) => new URL(`http://127.0.0.1:${one.address().port}`);

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "server-"));
  const site = path.join(folder, "site");
  fs.mkdirSync(site);
  fs.writeFileSync(path.join(site, "app.html"), "<!doctype html><title>app</title>");
  fs.writeFileSync(path.join(site, "index.html"), "<!doctype html><title>frame</title>");
  fs.writeFileSync(path.join(folder, "secret.html"), "secret");
  fs.writeFileSync(path.join(folder, "stickers.json"), JSON.stringify(STICKERS));
  const api = await listen("api", () => ({ status: 201, text: '{"ok":true}' }));
  new WebSocketServer({ server: api, path: "/ws" }).on("connection", (socket, request) => {
    heard.push({ name: "ws", headers: request.headers });
    socket.on("message", (text) => socket.send(`echo ${text}`));
  });
  const sandbox = await listen("sandbox", () => ({ text: '{"code":"c"}' }));
  const simulator = await listen("simulator", ({ url }) => {
    if (url === "/piles") return { text: JSON.stringify({ piles: [PILE] }) };
    return url.endsWith("/plug") ? { status: 409, text: '{"error":"a car is plugged in already"}' } : {};
  });
  server = await startServer({
    ...{ host: "127.0.0.1", port: 0, site, stickers: path.join(folder, "stickers.json") },
    ...{ publicUrl: "https://charge.example.com", api: urlOf(api), sandbox: urlOf(sandbox), simulator: urlOf(simulator) },
  });
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(() => {
  server.close();
  for (const one of far) {
    one.close();
    one.closeAllConnections();
  }
  fs.rmSync(folder, { recursive: true });
});

/** Status and text of a request whose path and headers fetch would not send as they are. */
const raw = (url, headers = {}) =>
  new Promise((resolve, reject) => {
    http.get({ host: "127.0.0.1", port: server.port, path: url, headers }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      resolve({ status: response.statusCode, text });
    }).on("error", reject);
  });

test("the frame is at / and the bare app beside it, checked anew each time", async () => {
  const frame = await fetch(base);
  expect(await frame.text()).toContain("frame");
  expect(frame.headers.get("content-security-policy")).toContain("default-src 'self'");
  const app = await fetch(`${base}/app.html`);
  const again = await fetch(`${base}/app.html`, { headers: { "if-none-match": app.headers.get("etag") } });
  expect([app.status, again.status]).toEqual([200, 304]);
});

test("nothing beside the site is served", async () => {
  for (const url of ["/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/%", "/none.html", "/app"]) {
    expect((await raw(url)).status, url).toBe(404);
  }
});

test("calls of the API and the sandbox are passed on without the browser's origin", async () => {
  const answer = await fetch(`${base}/api/v1/driver/top-ups?x=1`, {
    method: "POST",
    headers: { origin: base, authorization: "Bearer t", "content-type": "application/json" },
    body: '{"amount_fen":100}',
  });
  expect([answer.status, answer.headers.get("x-request-id"), await answer.json()]).toEqual([201, "r1", { ok: true }]);
  const call = heard.at(-1);
  expect(call).toMatchObject({ name: "api", method: "POST", url: "/api/v1/driver/top-ups?x=1", body: '{"amount_fen":100}' });
  expect(call.headers.authorization).toBe("Bearer t");
  expect(call.headers.origin).toBeUndefined();
  await fetch(`${base}/sandbox/login-codes`, { method: "POST", body: "{}" });
  expect(heard.at(-1)).toMatchObject({ name: "sandbox", url: "/sandbox/login-codes" });
});

test("the live feed is passed on both ways", async () => {
  const socket = new WebSocket(`${base.replace("http", "ws")}/ws`, { headers: { origin: base } });
  const answer = await new Promise((resolve, reject) => {
    socket.on("open", () => socket.send("hello")).on("message", (text) => resolve(String(text))).on("error", reject);
  });
  expect(answer).toBe("echo hello");
  expect(heard.find((one) => one.name === "ws").headers.origin).toBeUndefined();
  const closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
  socket.close(1000);
  expect(await closed).toBe(1000);
});

test("pages of other origins and foreign host names are refused", async () => {
  const calls = heard.length;
  expect((await raw("/scene/connectors", { origin: "https://evil.example" })).status).toBe(403);
  expect((await raw("/api/v1/driver/me", { host: "evil.example" })).status).toBe(403);
  const socket = new WebSocket(`${base.replace("http", "ws")}/ws`, { headers: { origin: "https://evil.example" } });
  const refused = await new Promise((resolve) => socket.on("error", (error) => resolve(error.message)));
  expect(refused).toContain("403");
  expect(heard).toHaveLength(calls);
});

test("each connector has its printed link, its state in Chinese and its code as a picture", async () => {
  const { connectors } = await (await fetch(`${base}/scene/connectors`)).json();
  expect(connectors).toEqual([
    {
      ...{ station: "中心站", connector_no: "3205000000000101", link: "https://charge.example.com/p/AAAAAAAAAA" },
      ...{ status: "charging", label: "充电中", is_plugged: true, soc_percent: 41 },
    },
    {
      ...{ station: "中心站", connector_no: "3205000000000201", link: "https://charge.example.com/p/BBBBBBBBBB" },
      ...{ status: "offline", label: "离线", is_plugged: false, soc_percent: null },
    },
  ]);
  const code = await fetch(`${base}/scene/codes/3205000000000101.svg`);
  expect(code.headers.get("content-type")).toContain("image/svg+xml");
  expect(await code.text()).toMatch(/^<svg/);
  expect((await fetch(`${base}/scene/codes/3205000000009999.svg`)).status).toBe(404);
});

test("cars are plugged out through the simulator and a refusal is told in Chinese", async () => {
  const done = await fetch(`${base}/scene/connectors/3205000000000101/unplug`, { method: "POST" });
  expect(done.status).toBe(200);
  expect(heard.at(-1)).toMatchObject({ method: "POST", url: "/piles/32050000000001/connectors/1/unplug" });
  const refused = await fetch(`${base}/scene/connectors/3205000000000101/plug`, { method: "POST" });
  expect([refused.status, await refused.json()]).toEqual([409, { message: "这把枪现在不能这样操作，请稍后再试" }]);
});

test("a server that is away is told as busy", async () => {
  const gone = await listen("gone", () => ({}));
  const address = urlOf(gone);
  await new Promise((resolve) => gone.close(resolve));
  const options = { host: "127.0.0.1", port: 0, site: path.join(folder, "site"), publicUrl: "http://x" };
  const alone = await startServer({ ...options, api: address, sandbox: address, simulator: address });
  const answer = await fetch(`http://127.0.0.1:${alone.port}/api/v1/driver/me`);
  expect([answer.status, (await answer.json()).code]).toEqual([503, "service_unavailable"]);
  const scene = await fetch(`http://127.0.0.1:${alone.port}/scene/connectors`);
  expect(await scene.json()).toEqual({ connectors: [] });
  alone.close();
});

test("an unbuilt site is refused in one sentence", async () => {
  await expect(startServer({ site: path.join(folder, "none") })).rejects.toThrow("holds no built preview");
});
