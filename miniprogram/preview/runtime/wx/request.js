// wx.request over fetch, with WeChat's errors: timeout, abort, and a network that is away.
import { asyncCall, WxFailure } from "./call.js";

const DEFAULT_TIMEOUT_MS = 60_000;

export function requestCalls({ scene }) {
  return {
    request(options) {
      const control = new AbortController();
      const call = asyncCall("request", (asked) => send(asked, control, scene));
      const task = {
        abort: () => control.abort("abort"),
        ...{ onHeadersReceived() {}, offHeadersReceived() {}, onChunkReceived() {}, offChunkReceived() {} },
      };
      const { success, fail, complete } = options;
      if (success || fail || complete) {
        call(options);
        return task;
      }
      return Object.assign(call(options), task);
    },
  };
}

async function send(options, control, scene) {
  const clock = setTimeout(() => control.abort("timeout"), options.timeout ?? DEFAULT_TIMEOUT_MS);
  const endListening = scene.onChange(() => !scene.isOnline && control.abort("net::ERR_NETWORK_CHANGED"));
  try {
    if (!scene.isOnline) throw new WxFailure("net::ERR_INTERNET_DISCONNECTED", { errno: 600001 });
    const { url, ...request } = toFetch(options);
    const answer = await fetch(url, { ...request, signal: control.signal, credentials: "omit" });
    return { data: await readBody(answer, options), statusCode: answer.status, header: headersOf(answer), cookies: [] };
  } catch (error) {
    if (control.signal.aborted) throw new WxFailure(control.signal.reason, { errno: 5 });
    if (error instanceof WxFailure) throw error;
    throw new WxFailure(error.message, { errno: 600001 });
  } finally {
    clearTimeout(clock);
    endListening();
  }
}

/** What fetch needs for the options of wx.request. */
export function toFetch({ url, data, method = "GET", header = {} }) {
  const headers = Object.fromEntries(Object.entries(header).map(([key, value]) => [key.toLowerCase(), String(value)]));
  const verb = method.toUpperCase();
  if (data === undefined || data === null) return { url, method: verb, headers };
  if (verb === "GET") return { url: withQuery(url, data), method: verb, headers };
  headers["content-type"] ??= "application/json";
  return { url, method: verb, headers, body: bodyOf(data, headers["content-type"]) };
}

function bodyOf(data, type) {
  if (typeof data === "string" || data instanceof ArrayBuffer) return data;
  return type.includes("urlencoded") ? new URLSearchParams(data).toString() : JSON.stringify(data);
}

function withQuery(url, data) {
  const query = typeof data === "string" ? data : new URLSearchParams(data).toString();
  if (!query) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

async function readBody(answer, { responseType, dataType = "json" }) {
  if (responseType === "arraybuffer") return answer.arrayBuffer();
  const text = await answer.text();
  if (dataType !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // WeChat hands over what is no JSON as it came
  }
}

const headersOf = (answer) => Object.fromEntries(answer.headers);
