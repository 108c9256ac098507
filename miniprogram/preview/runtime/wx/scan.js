// wx.scanCode: a camera page; the frame around the phone holds a code in front of it, or a person types its text.
import { element } from "../dom.js";
import { asyncCalls, WxFailure } from "./call.js";
import { askInLayer } from "./layers.js";

export function scanCalls({ scene }) {
  return asyncCalls({
    async scanCode() {
      const text = await askInLayer("mp-camera", (answer) => cameraPage(scene, answer));
      if (text === null) throw new WxFailure("cancel");
      return { result: text, scanType: "QR_CODE", charSet: "UTF-8", path: "", rawData: "" };
    },
  });
}

function cameraPage(scene, answer) {
  const finish = (text) => {
    closeCamera();
    answer(text);
  };
  const closeCamera = scene.openCamera(finish);
  const field = element("input", { placeholder: "或粘贴二维码内容", "aria-label": "二维码内容" });
  const submit = (event) => {
    event.preventDefault();
    if (field.value.trim()) finish(field.value.trim());
  };
  return [
    element(
      "header",
      {},
      element("button", { type: "button", "aria-label": "关闭扫码", onclick: () => finish(null) }, "✕"),
      "扫一扫",
    ),
    element("div", { class: "mp-viewfinder" }, element("i")),
    element("p", {}, "将枪身上的二维码放入框内", element("br"), "（预览：点一下手机旁边的二维码，或在下面粘贴标签上的链接）"),
    element("form", { onsubmit: submit }, field, element("button", { type: "submit" }, "识别")),
  ];
}
