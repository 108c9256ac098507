// Command: compile the unchanged mini-program beside this folder into static files for a browser.
// What is compiled how is decided in build/; here are only the options and the report.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inputDigest, isUpToDate, writeStamp } from "./build/stamp.js";

const HERE = import.meta.dirname;
export const DEFAULT_PROJECT = path.resolve(HERE, "..");
export const DEFAULT_OUT = path.resolve(HERE, "../../var/preview");

/**
 * Build `project` into `out` unless `out` is already made from exactly these sources.
 * Returns {isFresh, problems, ms}; `problems` are sentences naming file and place, and leave `out` unstamped.
 */
export async function buildSite({ project = DEFAULT_PROJECT, out = DEFAULT_OUT } = {}) {
  const began = performance.now();
  const digest = inputDigest(project, HERE);
  if (isUpToDate(out, digest)) return { isFresh: true, problems: [], ms: performance.now() - began };
  const { compile } = await import("./build/compile.js");
  const problems = await compile(project, out);
  if (problems.length === 0) writeStamp(out, digest);
  return { isFresh: false, problems, ms: performance.now() - began };
}

async function main() {
  const { values } = parseArgs({
    options: { out: { type: "string" }, project: { type: "string" } },
  });
  const project = path.resolve(values.project ?? DEFAULT_PROJECT);
  const out = path.resolve(values.out ?? DEFAULT_OUT);
  if (!fs.existsSync(path.join(project, "project.config.json"))) {
    throw new Error(`${project} has no project.config.json: not a mini-program`);
  }
  const { isFresh, problems, ms } = await buildSite({ project, out });
  for (const problem of problems) console.error(`problem: ${problem}`);
  if (problems.length > 0) return 1;
  console.log(isFresh ? `preview is up to date: ${out}` : `preview built in ${Math.round(ms)} ms: ${out}`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`preview could not be built: ${error.message}`);
    process.exitCode = 1;
  }
}
