import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.js"],
    globalSetup: "test/setup.js",
    testTimeout: 120_000,
    maxWorkers: 2,
  },
});
