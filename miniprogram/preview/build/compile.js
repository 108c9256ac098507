// Makes the site: one script that holds templates, styles, pages and runtime, beside pictures and two HTML pages.
import fs from "node:fs";
import path from "node:path";
import esbuild from "esbuild";
import { apiHostPlugin } from "./api_host.js";
import { writeIcons } from "./icons.js";
import { npmPlugin } from "./npm_plugin.js";
import { isFile, Project } from "./project.js";
import { compileStyle } from "./styles.js";
import { compileTemplates } from "./templates.js";

const PREVIEW = path.resolve(import.meta.dirname, "..");
const PICTURE = /\.(png|jpe?g|gif|svg|webp)$/;
const SKIPPED = new Set(["node_modules", "miniprogram_npm"]);
const BROWSER = "chrome100";

/** Compile the mini-program in `folder` into `out`. Returns the problems found, each a sentence. */
export async function compile(folder, out) {
  const project = new Project(folder, []);
  const icons = new Set();
  const entry = writeEntry(project, icons);
  fs.mkdirSync(out, { recursive: true });
  const done = await esbuild.build({
    stdin: { contents: entry, resolveDir: project.root, sourcefile: "entry.js" },
    bundle: true,
    format: "iife",
    target: BROWSER,
    sourcemap: true,
    sourcesContent: false,
    outfile: path.join(out, "app.js"),
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"development"' },
    loader: { ".css": "text" },
    nodePaths: [path.join(PREVIEW, "node_modules")],
    plugins: [apiHostPlugin(project), npmPlugin(project)],
  }).catch((error) => error);
  for (const one of done.errors ?? [{ text: done.message }]) project.problems.push(sentence(one));
  copyPictures(project.root, out);
  writeIcons(out, icons);
  fs.copyFileSync(path.join(PREVIEW, "runtime/app.html"), path.join(out, "app.html"));
  for (const file of fs.readdirSync(path.join(PREVIEW, "frame"))) {
    fs.copyFileSync(path.join(PREVIEW, "frame", file), path.join(out, file));
  }
  return project.problems;
}

// The order counts: the app's own script first, then components before the pages that use them.
function writeEntry(project, icons) {
  const units = project.collectUnits();
  const styleOf = (file, kind, id) => text(compileStyle(project, { file: `${file}.wxss`, kind, id, icons }));
  const app = path.join(project.root, "app");
  const lines = [
    `import { boot } from ${text(path.join(PREVIEW, "runtime/index.js"))};`,
    `const templates = ${compileTemplates(project, units)};`,
    `boot.prepare(${JSON.stringify(project.app)}, ${JSON.stringify(project.pages)}, ${styleOf(app, "app", "app")});`,
  ];
  if (scriptOf(app)) lines.push(`require(${text(scriptOf(app))});`);
  for (const unit of [...units.values()].reverse()) {
    const script = scriptOf(unit.file);
    if (!script) {
      project.problems.push(`${unit.id}: no script`);
      continue;
    }
    const style = styleOf(unit.file, unit.isPage ? "page" : "component", unit.id);
    lines.push(`boot.define(${text(unit.id)}, ${JSON.stringify(unit.json)}, templates, ${style},`);
    lines.push(`  () => require(${text(script)}));`);
  }
  return [...lines, "boot.start();"].join("\n");
}

const text = (value) => JSON.stringify(value);
const scriptOf = (file) => [".ts", ".js"].map((extension) => file + extension).find(isFile);

function sentence({ text: message, location }) {
  return location ? `${location.file}:${location.line}:${location.column + 1} ${message}` : message;
}

function copyPictures(root, out, at = root) {
  for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
    const from = path.join(at, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) copyPictures(root, out, from);
    } else if (PICTURE.test(entry.name)) {
      const to = path.join(out, path.relative(root, from));
      fs.mkdirSync(path.dirname(to), { recursive: true });
      fs.copyFileSync(from, to);
    }
  }
}
