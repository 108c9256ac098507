// wx.login by the sandbox: the same person on every start of this browser, until somebody else takes the phone.
import { asyncCalls } from "./call.js";
import { askSandbox } from "./sandbox.js";

const PERSON = "preview:openid";

/** Who holds this phone; empty before the first log-in. */
export function currentPerson() {
  return localStorage.getItem(PERSON) ?? "";
}

export function loginCalls() {
  return asyncCalls({
    async login() {
      const openid = localStorage.getItem(PERSON);
      const answer = await askSandbox("login-codes", openid ? { openid } : {});
      localStorage.setItem(PERSON, answer.openid);
      return { code: answer.code };
    },
    checkSession: () => {},
  });
}
