import js from "@eslint/js";
import globals from "globals";

const browser = ["runtime/**/*.js", "frame/**/*.js"];

export default [
  { ignores: ["node_modules/", "test/fixture/"] },
  js.configs.recommended,
  {
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "max-lines": ["error", 300], "no-unused-vars": "error" },
  },
  { files: ["*.{js,mjs}", "build/**/*.js", "server/**/*.js", "testing/**/*.js", "test/**/*.js"], languageOptions: { globals: globals.node } },
  { files: browser, languageOptions: { globals: globals.browser } },
];
