// wx.requestPayment: WeChat's sheet over the page; the sandbox checks the signed fields and pays or cancels.
import { element } from "../dom.js";
import { asyncCalls, WxFailure } from "./call.js";
import { askInLayer } from "./layers.js";
import { askSandbox } from "./sandbox.js";

const PREPAY = "prepay_id=";
const SIGNED = ["timeStamp", "nonceStr", "package", "signType", "paySign"];

export function paymentCalls() {
  return asyncCalls({ requestPayment });
}

async function requestPayment(options) {
  const fields = Object.fromEntries(SIGNED.map((name) => [name, options[name]]));
  const missing = SIGNED.find((name) => typeof fields[name] !== "string" || !fields[name]);
  if (missing) throw new WxFailure(`parameter error: ${missing} should be a String`);
  if (!fields.package.startsWith(PREPAY)) throw new WxFailure("parameter error: package should be prepay_id=…");
  const prepayId = fields.package.slice(PREPAY.length);
  const isPaid = await askPerson(await askSandbox("pay-sheet", { prepay_id: prepayId }));
  const outcome = isPaid ? "ok" : "cancel";
  await askSandbox("pay", { ...fields, prepay_id: prepayId, outcome });
  if (!isPaid) throw new WxFailure("cancel");
}

const askPerson = ({ description, total_fen: fen }) =>
  askInLayer("mp-shade", (answer) => [
    element(
      "div",
      { class: "mp-pay", role: "dialog", "aria-label": "微信支付" },
      element(
        "header",
        {},
        element("button", { type: "button", "aria-label": "取消支付", onclick: () => answer(false) }, "✕"),
        "微信支付",
      ),
      element("h3", {}, description),
      element("strong", {}, `¥${(fen / 100).toFixed(2)}`),
      element("p", {}, "预览由支付沙箱付款，不会真实扣款"),
      element("button", { type: "button", class: "mp-confirm", onclick: () => answer(true) }, "确认支付"),
    ),
  ]);
