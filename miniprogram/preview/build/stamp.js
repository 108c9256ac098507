// Decides whether a built site is still what its sources say, by the contents of every file that goes into it.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const STAMP = ".built-from";
const SKIPPED = new Set(["node_modules", "miniprogram_npm"]);
const PREVIEW_PARTS = ["build", "runtime", "frame", "package-lock.json"];
const PROJECT_PARTS = ["project.config.json", "package.json", "package-lock.json"];

/** One hash of the mini-program's sources, its locked packages, and the preview's own code. */
export function inputDigest(project, preview) {
  const hash = crypto.createHash("sha256");
  const root = JSON.parse(fs.readFileSync(path.join(project, "project.config.json"), "utf8")).miniprogramRoot ?? "";
  const parts = [
    ...PROJECT_PARTS.map((part) => path.join(project, part)),
    path.join(project, root),
    ...PREVIEW_PARTS.map((part) => path.join(preview, part)),
  ];
  for (const file of parts.flatMap(filesUnder)) {
    hash.update(`${path.relative(preview, file)}\0`).update(fs.readFileSync(file));
  }
  return hash.digest("hex");
}

export function isUpToDate(out, digest) {
  const stamp = path.join(out, STAMP);
  return fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === digest;
}

export function writeStamp(out, digest) {
  fs.writeFileSync(path.join(out, STAMP), digest);
}

function filesUnder(place) {
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return [place];
  return fs
    .readdirSync(place, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(path.join(place, entry.name)));
}
