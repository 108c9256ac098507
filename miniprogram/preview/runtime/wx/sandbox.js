// Asks the sandbox, which stands for WeChat's servers; on a phone WeChat's app asks them itself.
import { scene } from "../scene.js";
import { WxFailure } from "./call.js";

/** POST `body` to `/sandbox/<path>`; the answer's JSON. WxFailure in words where it refuses or is not reached. */
export async function askSandbox(path, body) {
  if (!scene.isOnline) throw new WxFailure("net::ERR_INTERNET_DISCONNECTED");
  const answer = await fetch(`/sandbox/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch((error) => {
    throw new WxFailure(error.message);
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new WxFailure(told.message ?? `sandbox answered ${answer.status}`);
  return told;
}
