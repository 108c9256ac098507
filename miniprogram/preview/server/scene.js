// What stands around the phone: the demo's connectors with their QR codes and states, and cars to plug in and out.
// The codes are the links printed on the piles; the states are the simulator's own.
import fs from "node:fs";
import { createRequire } from "node:module";
import qrcode from "qrcode-generator";
import { send } from "./send.js";

// The mini-program's own words for a connector's state; a CommonJS file, as all of its source.
const { labels } = createRequire(import.meta.url)("../../src/labels/generated.js");

export const SCENE_PREFIX = "/scene/";
const SIMULATOR_LIMIT_MS = 5_000;
const MOST_STICKERS = 5_000;
const CONNECTORS = `${SCENE_PREFIX}connectors`;
const PLUG = /^\/scene\/connectors\/(\w{1,30})(\d\d)\/(plug|unplug)$/;
const CODE = /^\/scene\/codes\/(\w{3,32})\.svg$/;

export async function answerScene(options, pathname, request, response) {
  const [, pileNo, gun, act] = pathname.match(PLUG) ?? [];
  const code = pathname.match(CODE)?.[1];
  if (act && request.method === "POST") return plug(options, `/piles/${pileNo}/connectors/${Number(gun)}/${act}`, response);
  if (request.method !== "GET") return send(response, 405, "不支持这个操作");
  if (pathname === CONNECTORS) return sendJson(response, 200, { connectors: await listConnectors(options) });
  const sticker = code && readStickers(options).find((one) => one.connector_no === code);
  if (!sticker) return send(response, 404, "没有这把充电枪");
  return send(response, 200, drawCode(linkOf(options, sticker)), "image/svg+xml");
}

/** Each sticker with its link and what the simulator says of it; `offline` when the pile is not heard of. */
async function listConnectors(options) {
  const states = await listStates(options);
  return readStickers(options).map((sticker) => ({
    station: sticker.station,
    connector_no: sticker.connector_no,
    link: linkOf(options, sticker),
    ...(states.get(sticker.connector_no) ?? shownState("offline", false, null)),
  }));
}

async function listStates({ simulator }) {
  const answer = await askSimulator(simulator, "/piles", "GET");
  const piles = answer.ok ? (await answer.json()).piles : [];
  const states = piles.flatMap((pile) => (pile.connectors ?? []).map((one) => [connectorNo(pile, one), stateOf(pile, one)]));
  return new Map(states);
}

const connectorNo = (pile, one) => `${pile.pile_no}${String(one.connector).padStart(2, "0")}`;

function stateOf(pile, { status, plugged, soc_percent: socPercent }) {
  return shownState(pile.online ? status : "offline", plugged, socPercent);
}

function shownState(status, isPlugged, socPercent) {
  return { status, label: labels.ConnectorStatus[status], is_plugged: isPlugged, soc_percent: socPercent };
}

async function plug({ simulator }, path, response) {
  const answer = await askSimulator(simulator, path, "POST");
  if (answer.ok) return sendJson(response, 200, {});
  const messages = { 404: "模拟器里没有这台充电桩", 409: "这把枪现在不能这样操作，请稍后再试" };
  return sendJson(response, answer.status, { message: messages[answer.status] ?? "充电桩模拟器没有响应" });
}

async function askSimulator(simulator, path, method) {
  try {
    return await fetch(new URL(path, simulator), { method, signal: AbortSignal.timeout(SIMULATOR_LIMIT_MS) });
  } catch {
    return { ok: false, status: 503 };
  }
}

function readStickers({ stickers }) {
  if (!stickers || !fs.existsSync(stickers)) return [];
  return JSON.parse(fs.readFileSync(stickers, "utf8")).slice(0, MOST_STICKERS);
}

const linkOf = ({ publicUrl }, sticker) => `${publicUrl}/p/${sticker.qr_token}`;

function drawCode(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  return code.createSvgTag({ cellSize: 4, margin: 0, scalable: true });
}

const sendJson = (response, status, body) => send(response, status, JSON.stringify(body), "application/json");
