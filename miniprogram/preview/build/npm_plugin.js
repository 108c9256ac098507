// Resolves what mini-program scripts require: npm packages by their mini-program folder, and `/rooted` paths.
import path from "node:path";
import { isFile } from "./project.js";

const ENDINGS = ["", ".js", ".ts", "/index.js"];

export function npmPlugin(project) {
  return {
    name: "mini-program-modules",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path: reference, importer }) => {
        if (!importer || importer.includes("/preview/runtime/")) return undefined;
        // A package may carry its own dependencies beside its components.
        const inside = importer.match(/^(.*?\/miniprogram_dist)\//)?.[1];
        return found(inside && path.join(inside, "miniprogram_npm", reference), project.fileOfPackage(reference));
      });
      build.onResolve({ filter: /^\// }, ({ path: reference }) =>
        isFile(reference) ? undefined : found(path.join(project.root, reference)),
      );
    },
  };
}

function found(...places) {
  const files = places.filter(Boolean).flatMap((place) => ENDINGS.map((ending) => place + ending));
  const file = files.find(isFile);
  return file ? { path: file } : undefined;
}
