// Command: serve the built preview, and pass its calls on, so that one origin is all the browser needs.
// What goes where is decided in server/site_server.js; here are only the options.
import { parseArgs } from "node:util";
import { DEFAULT_OUT } from "./build.mjs";
import { startServer } from "./server/site_server.js";

const USAGE = `usage: node server.mjs --port N [--host ADDRESS] [--site DIR] [--stickers FILE]
  [--api URL] [--public-url URL] [--sandbox URL] [--simulator URL]`;
const STOP_SIGNALS = ["SIGINT", "SIGTERM"];

function readOptions() {
  const text = (value) => ({ type: "string", default: value });
  const { values } = parseArgs({
    options: {
      port: text("8090"),
      host: text("127.0.0.1"),
      site: text(DEFAULT_OUT),
      stickers: { type: "string" },
      api: text("http://127.0.0.1:8080"),
      "public-url": { type: "string" },
      sandbox: text("http://127.0.0.1:8081"),
      simulator: text("http://127.0.0.1:8082"),
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is no port`);
  const addresses = Object.fromEntries(["api", "sandbox", "simulator"].map((name) => [name, address(name, values[name])]));
  return { ...values, ...addresses, port, publicUrl: (values["public-url"] ?? addresses.api.origin).replace(/\/$/, "") };
}

function address(name, text) {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new Error(`--${name} ${text} is no http address`);
  return new URL(text);
}

try {
  const server = await startServer(readOptions());
  console.log(`preview ready http://${server.host}:${server.port}`);
  for (const signal of STOP_SIGNALS) process.once(signal, () => server.close());
} catch (error) {
  const reason = error.code === "EADDRINUSE" ? `port ${error.port} is in use; choose another with --port` : error.message;
  console.error(`preview could not be served: ${reason}`);
  if (error.code?.startsWith("ERR_PARSE_ARGS")) console.error(USAGE);
  process.exitCode = 1;
}
