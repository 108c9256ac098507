// Compiles WXML and WXS by WeChat's own open-source compiler (glass-easel), and names tags that nobody defines.
import { createRequire } from "node:module";
import path from "node:path";
import { BUILTIN_TAGS } from "../runtime/components/names.js";
import { isFile, readText } from "./project.js";

// The compiler is a CommonJS package around WebAssembly.
const { TmplGroup } = createRequire(import.meta.url)("glass-easel-template-compiler");
const posix = path.posix;
const TEMPLATE_TAGS = new Set(["slot", "block", "template", "import", "include", "wxs"]);
// The compiled templates hand every event handler written in WXS to this global of the runtime.
const WXS_LISTENER = "Q.C=function(c,e,f,p){return globalThis.__wxsListener(c,e,f,p)};";

/** JavaScript of an object that holds the template of each unit by its id. */
export function compileTemplates(project, units) {
  const state = { project, group: new TmplGroup(), templates: new Set(), scripts: new Set() };
  for (const id of units.keys()) addTemplate(state, id);
  state.group.setExtraRuntimeScript(WXS_LISTENER);
  for (const unit of units.values()) if (project.isOwn(unit.id)) nameUnknownTags(state, unit);
  return state.group.getTmplGenObjectGroups();
}

function addTemplate(state, id) {
  if (state.templates.has(id)) return;
  state.templates.add(id);
  const { project, group } = state;
  const file = `${project.fileOf(id)}.wxml`;
  if (!isFile(file)) {
    project.problems.push(`${id}.wxml is missing`);
    return;
  }
  for (const warning of group.addTmpl(id, readText(file))) {
    if (!project.isOwn(id) && !warning.isError) continue;
    const place = `${warning.startLine + 1}:${warning.startColumn + 1}`;
    project.problems.push(`${id}.wxml:${place} ${warning.message}`);
  }
  for (const name of group.getInlineScriptModuleNames(id)) {
    group.setInlineScript(id, name, asJavaScript(group.getInlineScript(id, name)));
  }
  for (const one of group.getDirectDependencies(id)) addTemplate(state, one);
  for (const one of group.getScriptDependencies(id)) addScript(state, one);
}

function addScript(state, id) {
  if (state.scripts.has(id)) return;
  state.scripts.add(id);
  const file = `${state.project.fileOf(id)}.wxs`;
  if (!isFile(file)) {
    state.project.problems.push(`${id}.wxs is missing`);
    return;
  }
  const source = asJavaScript(readText(file)).replace(
    /require\(\s*(['"])([^'"]+?)(?:\.wxs)?\1\s*\)/g,
    (_, quote, reference) => {
      addScript(state, posix.normalize(posix.join(posix.dirname(id), reference)));
      return `require(${quote}${reference}${quote})`;
    },
  );
  state.group.addScript(id, source);
}

// In WXS the constructor of a value is its name as a string: 'Array', 'Object', …
const asJavaScript = (wxs) => wxs.replace(/\.constructor\b(?!\s*\.)/g, ".constructor.name");

function nameUnknownTags({ project, group }, unit) {
  if (!isFile(`${unit.file}.wxml`)) return;
  const known = new Set([...BUILTIN_TAGS, ...TEMPLATE_TAGS, ...Object.keys(unit.json.usingComponents)]);
  for (const name of Object.keys(unit.json.componentGenerics ?? {})) known.add(name);
  for (const [, tag] of group.getTmplGenObject(unit.id).matchAll(/\bE\("([^"]+)"/g)) {
    if (!known.has(tag)) project.problems.push(`${unit.id}.wxml: <${tag}> is neither built in nor in usingComponents`);
    known.add(tag);
  }
}
