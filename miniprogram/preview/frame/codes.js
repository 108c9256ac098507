// The demo's connectors beside the phone: their codes, their live states, and a car to plug in or out.

const REFRESH_MS = 3_000;
const PER_PAGE = 8;
const PLUGGABLE = new Set(["idle"]);
const UNPLUGGABLE = new Set(["plugged", "finishing", "charging", "suspended_ev", "suspended_pile"]);
const FAILED = "暂时读不到充电桩的状态，正在重试…";

const find = (id) => document.getElementById(id);
const view = { connectors: [], station: "", page: 0, error: "" };

/** `onScan(connector)` is called when a code is clicked; `tell(text)` says what happened. */
export function startCodes({ onScan, tell }) {
  const actions = { onScan, tell };
  find("stations").addEventListener("change", (event) => {
    Object.assign(view, { station: event.target.value, page: 0 });
    draw(actions);
  });
  find("previous").addEventListener("click", () => turn(-1, actions));
  find("next").addEventListener("click", () => turn(1, actions));
  refresh(actions);
  setInterval(() => document.hidden || refresh(actions), REFRESH_MS);
}

function turn(step, actions) {
  view.page += step;
  draw(actions);
}

async function refresh(actions) {
  try {
    const answer = await fetch("/scene/connectors");
    if (!answer.ok) throw new Error(String(answer.status));
    view.connectors = (await answer.json()).connectors;
    view.error = "";
  } catch {
    view.error = FAILED;
  }
  draw(actions);
}

function draw(actions) {
  const stations = [...new Set(view.connectors.map((one) => one.station))];
  if (!stations.includes(view.station)) Object.assign(view, { station: stations[0] ?? "", page: 0 });
  drawStations(stations);
  drawSteps(stations.length > 0 || Boolean(view.error));
  const here = view.connectors.filter((one) => one.station === view.station);
  const pages = Math.max(1, Math.ceil(here.length / PER_PAGE));
  view.page = Math.min(view.page, pages - 1);
  const shown = here.slice(view.page * PER_PAGE, (view.page + 1) * PER_PAGE);
  const holder = find("codes");
  const fits = holder.dataset.shown === shown.map((one) => one.connector_no).join() && shown.length > 0;
  if (!fits) holder.replaceChildren(...(shown.length ? shown.map(makeCard) : [empty()]));
  holder.dataset.shown = shown.map((one) => one.connector_no).join();
  shown.forEach((one, index) => fillCard(holder.children[index], one, actions));
  drawPages(pages);
}

function drawStations(stations) {
  const list = find("stations");
  if (list.dataset.shown !== stations.join()) {
    list.replaceChildren(...stations.map((name) => new Option(name, name)));
    list.dataset.shown = stations.join();
  }
  list.value = view.station;
  list.hidden = stations.length === 0;
}

/** Where there is nothing to click, the way leads over the operator's own piles. */
function drawSteps(hasCodes) {
  find("demo-steps").hidden = !hasCodes;
  find("own-steps").hidden = hasCodes;
}

function drawPages(pages) {
  find("pages").hidden = pages < 2;
  find("page-no").textContent = `${view.page + 1} / ${pages}`;
  find("previous").disabled = view.page === 0;
  find("next").disabled = view.page === pages - 1;
}

function empty() {
  const text = document.createElement("p");
  text.textContent =
    view.error ||
    "这里没有演示用的充电枪，用您自己的：桩上线后，把标签上的链接粘贴到手机的“扫码”里，和扫枪上的二维码一样。";
  return text;
}

function makeCard() {
  const card = document.createElement("article");
  card.className = "code";
  card.innerHTML =
    '<button type="button" class="scan"><img alt="" /><span></span></button>' +
    '<footer><span class="state"></span><button type="button" class="plug"></button></footer>';
  return card;
}

function fillCard(card, one, actions) {
  const [scan, picture, number] = [".scan", ".scan img", ".scan span"].map((part) => card.querySelector(part));
  const address = `/scene/codes/${one.connector_no}.svg`;
  if (picture.getAttribute("src") !== address) picture.src = address;
  number.textContent = one.connector_no.replace(/(.{4})(?=.)/g, "$1 ");
  scan.setAttribute("aria-label", `扫描枪 ${one.connector_no} 的二维码`);
  scan.onclick = () => actions.onScan(one);
  const state = card.querySelector(".state");
  state.dataset.status = one.status;
  state.textContent = one.is_plugged && one.soc_percent !== null ? `${one.label} ${one.soc_percent}%` : one.label;
  const plug = card.querySelector(".plug");
  const act = one.is_plugged ? "unplug" : "plug";
  plug.textContent = one.is_plugged ? "拔枪" : "插枪";
  plug.classList.toggle("is-main", !one.is_plugged);
  plug.disabled = !(one.is_plugged ? UNPLUGGABLE : PLUGGABLE).has(one.status);
  plug.onclick = () => move(one, act, actions);
}

async function move(one, act, actions) {
  const answer = await fetch(`/scene/connectors/${one.connector_no}/${act}`, { method: "POST" });
  const done = act === "plug" ? "已插枪，可以扫码了" : "已拔枪";
  actions.tell(answer.ok ? done : (await answer.json()).message);
  await refresh(actions);
}
