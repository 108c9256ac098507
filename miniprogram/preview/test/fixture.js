// Opens a page of the fixture mini-program.
import { mount } from "../testing/mount.js";

export const HOME = "/pages/home/home";
export const openFixture = (address = HOME, options = {}) => mount(address, options);
