// Reads a native mini-program as WeChat does: which pages and components it has and where each name leads.
import fs from "node:fs";
import path from "node:path";

const posix = path.posix;
const NPM = "miniprogram_npm/";

export const readText = (file) => fs.readFileSync(file, "utf8");
export const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** A mini-program on disk. `problems` collects sentences; nothing here throws for a fault of the sources. */
export class Project {
  constructor(folder, problems) {
    this.problems = problems;
    this.folder = path.resolve(folder);
    const config = readJson(path.join(this.folder, "project.config.json"));
    this.root = path.resolve(this.folder, config.miniprogramRoot ?? "");
    this.app = readJson(path.join(this.root, "app.json"));
    const packages = this.app.subPackages ?? this.app.subpackages ?? [];
    this.pages = [
      ...this.app.pages,
      ...packages.flatMap((one) => one.pages.map((page) => posix.join(one.root, page))),
    ];
    this.npmFolders = [path.join(this.root, "miniprogram_npm"), ...parentsOf(this.root, "node_modules")];
  }

  /** Every page and every component they use, by id: {id, isPage, json, file (without extension)}. */
  collectUnits() {
    const units = new Map();
    for (const page of this.pages) this.#visit(units, page, true);
    if (this.app.tabBar?.custom) this.problems.push("app.json: a custom tab bar is not supported by the preview");
    return units;
  }

  /** The file an id stands for, without its extension; undefined where its npm package is missing. */
  fileOf(id) {
    if (!id.startsWith(NPM)) return path.join(this.root, id);
    return this.fileOfPackage(id.slice(NPM.length));
  }

  /** `@scope/name/rest` or `name/rest` → the file in the package's mini-program folder. */
  fileOfPackage(reference) {
    const name = reference.split("/").slice(0, reference.startsWith("@") ? 2 : 1).join("/");
    const folder = this.npmFolders.map((one) => path.join(one, name)).find((one) => fs.existsSync(one));
    if (!folder) return undefined;
    const manifest = path.join(folder, "package.json");
    const dist = (isFile(manifest) && readJson(manifest).miniprogram) || "miniprogram_dist";
    const base = fs.existsSync(path.join(folder, dist)) ? path.join(folder, dist) : folder;
    return path.join(base, reference.slice(name.length));
  }

  /** A reference as written in `from` (relative, absolute or an npm package) → id; a problem where it leads nowhere. */
  resolve(from, reference, extension) {
    const tries = reference.startsWith("/")
      ? [reference.slice(1)]
      : [posix.normalize(posix.join(posix.dirname(from), reference)), reference, NPM + reference];
    for (const candidate of tries.flatMap((one) => [one, `${one}/index`])) {
      const file = this.fileOf(candidate);
      if (file && isFile(file + extension)) return candidate;
    }
    this.problems.push(`${from}.json: "${reference}" leads to no ${extension} file`);
    return undefined;
  }

  isOwn(id) {
    return !id.startsWith(NPM);
  }

  #visit(units, id, isPage) {
    if (units.has(id)) return;
    const file = this.fileOf(id);
    const json = isFile(`${file}.json`) ? readJson(`${file}.json`) : {};
    const used = { ...this.app.usingComponents, ...json.usingComponents };
    units.set(id, { id, isPage, json, file });
    json.usingComponents = {};
    for (const [tag, reference] of Object.entries(used)) {
      const target = this.resolve(id, reference, ".json");
      if (!target) continue;
      json.usingComponents[tag] = `/${target}`;
      this.#visit(units, target, false);
    }
    if (!isPage) json.component = true;
  }
}

function readJson(file) {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    throw new Error(`${file}: ${error.message}`, { cause: error });
  }
}

function parentsOf(folder, name) {
  const found = [];
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) found.push(path.join(at, name));
  return found;
}
