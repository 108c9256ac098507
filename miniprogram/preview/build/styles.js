// Turns WXSS into CSS: rpx, @import, `page`, built-in tags, ids and :host; the scope of a class is left open.
import path from "node:path";
import postcss from "postcss";
import selectorParser from "postcss-selector-parser";
import { BUILTIN_TAGS } from "../runtime/components/names.js";
import { rpxToVw } from "../runtime/rpx.js";
import { CLASS_SCOPE } from "../runtime/scope.js";
import { drawIcons } from "./icons.js";
import { isFile, readText } from "./project.js";

const builtins = new Set(BUILTIN_TAGS);
const KEYFRAME_WORDS = new Set(["from", "to"]);

/** CSS of `file`; "" where there is none. `kind`: app, page or component; `icons` collects names of used icons. */
export function compileStyle(project, { file, kind, id, icons }) {
  if (!isFile(file)) return "";
  const sheet = load(project, file, []);
  const pageTag = kind === "page" ? `wx-page[data-path="${id}"]` : "wx-page";
  sheet.walkRules((rule) => {
    if (rule.parent.type === "atrule" && rule.parent.name.endsWith("keyframes")) return;
    if (kind === "component" && project.isOwn(id)) refuseTags(project, id, rule);
    const rewrite = selectorParser((list) => list.each((one) => rewriteSelector(one, { kind, id, pageTag })));
    rule.selector = rewrite.processSync(rule.selector);
  });
  drawIcons(sheet, icons);
  sheet.walkDecls((declaration) => {
    declaration.value = contentHeight(rpxToVw(declaration.value));
  });
  sheet.walkAtRules((rule) => {
    rule.params = rpxToVw(rule.params);
  });
  return sheet.toString();
}

function load(project, file, chain) {
  const sheet = postcss.parse(readText(file), { from: file });
  sheet.walkAtRules("import", (rule) => {
    const reference = rule.params.replace(/^url\(|\)$/g, "").replace(/['"]/g, "");
    const target = importTarget(project, file, reference);
    if (!target) project.problems.push(`${path.relative(project.folder, file)}: @import ${reference} leads nowhere`);
    if (!target || chain.includes(target)) rule.remove();
    else rule.replaceWith(load(project, target, [...chain, target]).nodes);
  });
  return sheet;
}

function importTarget(project, file, reference) {
  const local = reference.startsWith("/")
    ? path.join(project.root, reference)
    : path.join(path.dirname(file), reference);
  return [local, project.fileOfPackage(reference)].find((one) => one && isFile(one));
}

function rewriteSelector(selector, { kind, id, pageTag }) {
  let namesPage = false;
  selector.walk((node) => {
    if (node.type === "tag") {
      if (node.value === "page") {
        node.replaceWith(selectorParser.tag({ value: pageTag }));
        namesPage = true;
      } else if (builtins.has(node.value)) node.value = `wx-${node.value}`;
      else if (!KEYFRAME_WORDS.has(node.value) && !node.value.startsWith("wx-")) node.value = `x-${node.value.replace(/^x-/, "")}`;
    } else if (node.type === "class" && kind === "component") node.value = CLASS_SCOPE + node.value;
    else if (node.type === "id") node.replaceWith(selectorParser.tag({ value: `[id$="--${node.value}"]` }));
    else if (node.value === ":host") node.replaceWith(selectorParser.tag({ value: `[data-component="${id}"]` }));
  });
  if (kind !== "page" || namesPage) return;
  selector.prepend(selectorParser.combinator({ value: " " }));
  selector.prepend(selectorParser.tag({ value: pageTag }));
}

// WeChat ignores these in a component; here they would leak into the whole page.
function refuseTags(project, id, rule) {
  selectorParser((list) =>
    list.walk((node) => {
      if (!["tag", "id", "attribute"].includes(node.type)) return;
      const line = rule.source.start.line;
      project.problems.push(`${id}.wxss:${line} a component may select by class only, not "${node.toString().trim()}"`);
    }),
  ).processSync(rule.selector);
}

// On a phone 100vh ends at the navigation bar and the tab bar; the runtime sets what remains.
const contentHeight = (value) => value.replace(/(\d*\.?\d+)vh\b/g, "calc(var(--content-vh, 1vh) * $1)");
