// TDesign's icon font lies on a vendor's server; the preview asks no foreign host, so the same icons are drawn
// from the npm package tdesign-icons-svg.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { isFile, readText } from "./project.js";

const FOLDER = path.join(path.dirname(createRequire(import.meta.url).resolve("tdesign-icons-svg/package.json")), "src");
const ICON_RULE = /t-icon-([\w-]+):before$/;
const FONT_HOST = "tdesign.gtimg.com";

/** Replace the glyphs of a style sheet by masks of local pictures; their names go into the set `icons`. */
export function drawIcons(sheet, icons) {
  sheet.walkAtRules("font-face", (rule) => {
    if (rule.toString().includes(FONT_HOST)) rule.remove();
  });
  sheet.walkRules(ICON_RULE, (rule) => {
    const name = rule.selector.match(ICON_RULE)[1];
    if (!isFile(path.join(FOLDER, `${name}.svg`))) return;
    icons.add(name);
    rule.removeAll();
    rule.append(
      { prop: "content", value: '""' },
      { prop: "display", value: "inline-block" },
      { prop: "width", value: "1em" },
      { prop: "height", value: "1em" },
      { prop: "vertical-align", value: "top" },
      { prop: "background", value: "currentColor" },
      { prop: "mask", value: `url(/icons/${name}.svg) center/1em no-repeat` },
    );
  });
}

export function writeIcons(out, icons) {
  const folder = path.join(out, "icons");
  fs.mkdirSync(folder, { recursive: true });
  for (const name of icons) {
    const drawing = readText(path.join(FOLDER, `${name}.svg`));
    const mask = drawing.replace("view-box", "viewBox").replaceAll("currentColor", "#000");
    fs.writeFileSync(path.join(folder, `${name}.svg`), mask);
  }
}
