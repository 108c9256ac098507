// Command: `node check.cjs PROJECT OUT.zip`. WeChat's own compile of a mini-program, without a network: it builds
// the npm packages as DevTools does, compiles everything, and leaves in OUT.zip what would be uploaded.
// Exit status 1 with WeChat's own code and text for the first fault. It decides nothing about sizes.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const ci = require("miniprogram-ci");

// Only their form is looked at; nothing is uploaded or signed with them.
const APP_ID = "wx1234567890abcdef";
const KEY_BITS = 2048;

async function main(folder, out) {
  const config = JSON.parse(fs.readFileSync(path.join(folder, "project.config.json"), "utf8"));
  const key = path.join(path.dirname(path.resolve(out)), "key-of-no-use.pem");
  if (!fs.existsSync(key)) fs.writeFileSync(key, makeKey(), { mode: 0o600 });
  for (const { packageJsonPath, miniprogramNpmDistDir } of config.setting.packNpmRelationList ?? []) {
    await ci.packNpmManually({
      packageJsonPath: path.resolve(folder, packageJsonPath),
      miniprogramNpmDistDir: path.resolve(folder, miniprogramNpmDistDir),
    });
  }
  const project = new ci.Project({
    appid: APP_ID,
    type: "miniProgram",
    projectPath: folder,
    privateKeyPath: key,
    ignores: ["node_modules/**/*"],
  });
  // The one step that asks WeChat's servers; `attr` is internal, hence the exact version in package.json.
  project.attr = async () => ci.DefaultProjectAttr;
  project._attr = ci.DefaultProjectAttr;
  const { es6, minified, minifyWXML, minifyWXSS } = config.setting;
  const setting = { ...config.setting, es6, minify: minified, minifyWXML, minifyWXSS };
  await ci.getCompiledResult({ project, desp: "check", setting, onProgressUpdate() {} }, out);
}

function makeKey() {
  const { privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: KEY_BITS });
  return privateKey.export({ type: "pkcs1", format: "pem" });
}

const [folder, out] = process.argv.slice(2);
main(path.resolve(folder), path.resolve(out)).then(
  () => process.exit(0), // its worker processes would keep this one alive
  (error) => {
    console.error(`${error.code ?? ""} ${error.message ?? error}`.trim());
    process.exit(1);
  },
);
