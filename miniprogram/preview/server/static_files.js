// Sends files of the built site and nothing beside it; the browser asks again each time and mostly hears 304.
import fs from "node:fs";
import path from "node:path";

const TYPES = {
  ...{ ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" },
  ...{ ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp" },
  ...{ ".svg": "image/svg+xml", ".map": "application/json" },
};
const HEADERS = {
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  // The pages style themselves from script, as a mini-program's are; scripts come from files only.
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; object-src 'none'; base-uri 'none'",
};

export function sendFile(site, pathname, request, response) {
  const file = fileOf(site, pathname);
  const found = file && fs.statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" });
    response.end("没有这个页面");
    return;
  }
  const tag = `"${found.mtimeMs.toString(36)}-${found.size.toString(36)}"`;
  const headers = { ...HEADERS, etag: tag, "content-type": TYPES[path.extname(file)] };
  if (request.headers["if-none-match"] === tag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  response.writeHead(200, { ...headers, "content-length": found.size });
  if (request.method === "HEAD") response.end();
  else fs.createReadStream(file).on("error", () => response.destroy()).pipe(response);
}

function fileOf(site, pathname) {
  let name;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const file = path.join(site, path.normalize(name));
  const isInside = file.startsWith(path.resolve(site) + path.sep);
  return isInside && path.extname(file) in TYPES ? file : undefined;
}
