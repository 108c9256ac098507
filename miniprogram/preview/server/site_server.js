// One origin for the browser: static files, the demo's scene, and everything the phone asks of the API and the sandbox.
// It listens on loopback and answers only pages of its own: the sandbox and the simulator trust this machine.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { passOn, passOnUpgrade } from "./pass_on.js";
import { answerScene, SCENE_PREFIX } from "./scene.js";
import { send } from "./send.js";
import { sendFile } from "./static_files.js";

const HEADER_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 60_000;
const MOST_CONNECTIONS = 500;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * `options`: {host, port (0 takes a free one), site, stickers, publicUrl} and the URLs {api, sandbox, simulator}.
 * Returns {host, port, close()}; rejects when the site is not built or the port is taken.
 */
export async function startServer(options) {
  if (!fs.existsSync(path.join(options.site, "app.html"))) {
    throw new Error(`${options.site} holds no built preview: run node build.mjs first`);
  }
  const server = http.createServer((request, response) => answer(options, request, response));
  server.on("upgrade", (request, socket, head) => {
    const target = refusal(options, request) ? undefined : targetOf(options, request.url);
    if (target) passOnUpgrade(target, request, socket, head);
    else socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
  });
  Object.assign(server, { headersTimeout: HEADER_LIMIT_MS, requestTimeout: REQUEST_LIMIT_MS, maxConnections: MOST_CONNECTIONS });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    host: options.host,
    port: server.address().port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(options, request, response) {
  const refused = refusal(options, request);
  if (refused) return send(response, 403, refused);
  const target = targetOf(options, request.url);
  if (target) return passOn(target, request, response);
  const { pathname } = new URL(request.url, "http://preview");
  if (pathname.startsWith(SCENE_PREFIX)) return answerScene(options, pathname, request, response);
  if (request.method !== "GET" && request.method !== "HEAD") return send(response, 405, "只能读取");
  return sendFile(options.site, pathname === "/" ? "/index.html" : pathname, request, response);
}

/** The server that answers `url`; undefined for what is answered here. */
function targetOf({ api, sandbox }, url) {
  const { pathname } = new URL(url, "http://preview");
  if (/^\/(api|ws|p)(\/|$)/.test(pathname)) return api;
  return pathname.startsWith("/sandbox/") ? sandbox : undefined;
}

// A foreign page must not reach the sandbox or the simulator through us, nor by a name that points here.
function refusal({ host }, { headers }) {
  const name = (headers.host ?? "").replace(/:\d+$/, "");
  if (!LOOPBACK.has(name) && name !== host) return "请用服务器打印的地址打开预览";
  if (headers.origin && headers.origin !== `http://${headers.host}`) return "只接受预览页面自己的请求";
  return undefined;
}
