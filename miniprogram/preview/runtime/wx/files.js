// Files of the phone: pictures that a person picked, and reading them. Nothing else of WeChat's file system.
import { element } from "../dom.js";
import { asyncCalls, WxFailure } from "./call.js";

/** Path as pages know it → the browser's file. */
const picked = new Map();

export function fileCalls() {
  const manager = asyncCalls({
    async readFile({ filePath, encoding }) {
      const file = picked.get(filePath);
      if (!file) throw new WxFailure(`no such file or directory, open ${filePath}`, { errno: 1300002 });
      return { data: await read(file, encoding) };
    },
  });
  return { getFileSystemManager: () => manager };
}

/** Let the person pick a picture; its path, or nothing when none was picked. */
export function pickPicture() {
  return new Promise((resolve) => {
    const field = element("input", { type: "file", accept: "image/*", class: "mp-picker", hidden: true });
    const finish = (path) => {
      field.remove();
      resolve(path);
    };
    field.addEventListener("cancel", () => finish(undefined));
    field.addEventListener("change", () => {
      const [file] = field.files;
      const path = file && `http://tmp/${picked.size + 1}-${file.name}`;
      if (file) picked.set(path, file);
      finish(path);
    });
    document.body.append(field);
    field.click();
  });
}

function read(file, encoding) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new WxFailure("permission denied"));
    if (encoding) reader.readAsText(file);
    else reader.readAsArrayBuffer(file);
  });
}
