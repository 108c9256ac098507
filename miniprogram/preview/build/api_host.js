// The mini-program names its API's host in one file, src/api/host.js; in the preview the page's own origin stands
// there instead, because the preview's server passes the API on. Nothing else of the source is touched.
import path from "node:path";
import { readText } from "./project.js";

export const HOST_FILE = "api/host.js";
const ADDRESS = /(['"`])(https?|wss?):\/\/[^/'"`]+([^'"`]*)\1/g;
const ORIGIN = "globalThis.location.origin";

/** An esbuild plug-in; a problem where the host's file holds no address to replace. */
export function apiHostPlugin(project) {
  return {
    name: "api-host",
    setup(build) {
      build.onLoad({ filter: /api\/host\.js$/ }, ({ path: file }) => {
        if (path.relative(project.root, file) !== HOST_FILE) return undefined;
        const source = readText(file);
        const contents = pointToOwnOrigin(source);
        if (contents === source) project.problems.push(`${HOST_FILE}: no address of the API found`);
        return { contents, loader: "js" };
      });
    },
  };
}

export function pointToOwnOrigin(source) {
  return source.replace(ADDRESS, (_, quote, scheme, rest) => {
    const origin = scheme.startsWith("ws") ? `${ORIGIN}.replace(/^http/, "ws")` : ORIGIN;
    return rest ? `(${origin} + ${quote}${rest}${quote})` : `(${origin})`;
  });
}
