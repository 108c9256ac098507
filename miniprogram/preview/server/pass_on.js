// Passes requests and WebSockets on to another server of this machine. The browser's Origin stays here: behind the
// preview stands an app on a phone, which sends none.
import http from "node:http";
import https from "node:https";

const TARGET_LIMIT_MS = 30_000;
const HOP_HEADERS = ["connection", "keep-alive", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade"];
const BROWSER_HEADERS = ["origin", "referer", "cookie"];
const AWAY = JSON.stringify({ code: "service_unavailable", message: "服务还没有启动，请稍后再试。" });

export function passOn(target, request, response) {
  const asked = ask(target, request, [...HOP_HEADERS, ...BROWSER_HEADERS]);
  asked.setTimeout(TARGET_LIMIT_MS, () => asked.destroy());
  asked.on("response", (answered) => {
    const headers = { ...answered.headers };
    for (const name of HOP_HEADERS) delete headers[name];
    response.writeHead(answered.statusCode, headers);
    answered.on("error", () => response.destroy());
    answered.pipe(response);
  });
  asked.on("error", () => {
    if (response.headersSent) return response.destroy();
    response.writeHead(503, { "content-type": "application/json; charset=utf-8" });
    return response.end(AWAY);
  });
  response.on("close", () => asked.destroy());
  request.pipe(asked);
}

export function passOnUpgrade(target, request, socket, head) {
  const asked = ask(target, request, BROWSER_HEADERS);
  const giveUp = () => socket.destroy();
  asked.setTimeout(TARGET_LIMIT_MS, () => asked.destroy());
  asked.on("error", giveUp);
  asked.on("response", (answered) => {
    socket.end(`HTTP/1.1 ${answered.statusCode} ${answered.statusMessage}\r\nConnection: close\r\n\r\n`);
    answered.destroy();
  });
  asked.on("upgrade", (answered, far, farHead) => {
    const lines = answered.rawHeaders.flatMap((text, at) => (at % 2 ? [] : [`${text}: ${answered.rawHeaders[at + 1]}`]));
    socket.write(["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n"));
    if (farHead.length) socket.write(farHead);
    if (head.length) far.write(head);
    far.setTimeout(0);
    far.on("error", giveUp).on("close", giveUp);
    socket.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.pipe(socket).pipe(far);
  });
  asked.end();
}

function ask(target, request, withheld) {
  const headers = { ...request.headers, host: target.host };
  for (const name of withheld) delete headers[name];
  const { hostname, port, protocol } = target;
  const client = protocol === "https:" ? https : http;
  return client.request({ hostname, port, path: request.url, method: request.method, headers });
}
