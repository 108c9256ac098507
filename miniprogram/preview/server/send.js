// One short answer, never cached.

export function send(response, status, body, type = "text/plain") {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" });
  response.end(body);
}
