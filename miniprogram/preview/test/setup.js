// The fixture is the mini-program of these tests.
import path from "node:path";
import { compileOnce } from "../testing/setup.js";

export default () => compileOnce(path.resolve(import.meta.dirname, "fixture"));
