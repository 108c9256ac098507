// The page around the phone: codes to scan, cars to plug in, and what surrounds the phone. It talks to the app only
// through the `preview` object of its window, and to the demo through /scene/.
import { startCodes } from "./codes.js";
import { Phone } from "./phone.js";

const SWITCHES = ["isOnline", "mayLocate"];

const find = (id) => document.getElementById(id);
const notice = find("notice");
const tell = (text) => {
  notice.textContent = text;
};

const phone = new Phone(find("app"), find("curtain"), find("curtain-text"));

startCodes({
  tell,
  onScan({ link, connector_no: connectorNo }) {
    tell(phone.scan(link) ? `已扫到 ${connectorNo}` : "小程序还没有准备好，请稍后再点一次");
  },
});

for (const name of SWITCHES) {
  for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
    input.addEventListener("change", () => phone.app?.scene.change({ [name]: input.value === "true" }));
  }
}

find("reopen").addEventListener("click", () => phone.reopen("小程序已关闭，正在重新打开…"));
find("hand-over").addEventListener("click", () => {
  localStorage.clear();
  phone.reopen("换了一位车主，正在打开…");
});

// The app may change these itself, on WeChat's settings page; and they outlive a reload.
phone.onReady((app) => {
  const show = () => {
    for (const name of SWITCHES) document.querySelector(`input[name="${name}"][value="${app.scene[name]}"]`).checked = true;
  };
  show();
  app.scene.onChange(show);
});
