// wx.requestSubscribeMessage: WeChat's question over the page; what a person allows, the sandbox may send once.
import { asyncCalls, WxFailure } from "./call.js";
import { chooseFromSheet } from "./dialogs.js";
import { currentPerson } from "./login.js";
import { askSandbox } from "./sandbox.js";

const MOST = 3;

export function subscribeCalls() {
  return asyncCalls({ requestSubscribeMessage });
}

async function requestSubscribeMessage({ tmplIds }) {
  if (!Array.isArray(tmplIds) || tmplIds.length === 0) throw new WxFailure("parameter error: tmplIds should be an Array");
  if (tmplIds.length > MOST) throw new WxFailure(`no more than ${MOST} templates at once`, { errCode: 20003 });
  const chosen = await chooseFromSheet({ title: "允许“欣象充电”发送服务通知（预览）", items: ["允许一次", "不允许"] });
  const word = chosen === 0 ? "accept" : "reject";
  if (word === "accept") await askSandbox("subscriptions", { openid: currentPerson(), template_ids: tmplIds });
  return Object.fromEntries(tmplIds.map((id) => [id, word]));
}
