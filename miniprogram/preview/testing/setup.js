// Compiles a mini-program once for a whole vitest run; `mount` finds it by an environment variable that the workers
// inherit. Name this file in `globalSetup`, or call compileOnce with another project.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { buildSite, DEFAULT_PROJECT } from "../build.mjs";

export default () => compileOnce(DEFAULT_PROJECT);

/** Returns the function that removes what was built. */
export async function compileOnce(project) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "preview-"));
  const { problems } = await buildSite({ project, out });
  if (problems.length > 0) throw new Error(`the mini-program does not compile:\n${problems.join("\n")}`);
  process.env.PREVIEW_APP = path.join(out, "app.js");
  return () => fs.rmSync(out, { recursive: true });
}
