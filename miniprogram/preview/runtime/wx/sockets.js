// wx.connectSocket over the browser's WebSocket; at most five at once, all closed when the network goes.
import { asyncCall, WxFailure } from "./call.js";

const MOST_SOCKETS = 5;
const LOST_CODE = 1006;

export function socketCalls({ scene }) {
  const open = new Set();
  scene.onChange(() => {
    if (!scene.isOnline) for (const task of [...open]) task.lose();
  });
  return {
    connectSocket(options) {
      if (open.size >= MOST_SOCKETS) throw new Error(`connectSocket:fail more than ${MOST_SOCKETS} sockets`);
      const task = new SocketTask(options, scene.isOnline, () => open.delete(task));
      open.add(task);
      asyncCall("connectSocket", () => ({ socketTaskId: open.size }))({ ...options, complete: options.complete ?? (() => {}) });
      return task;
    },
  };
}

class SocketTask {
  CONNECTING = 0;
  OPEN = 1;
  CLOSING = 2;
  CLOSED = 3;
  #listeners = { open: [], message: [], error: [], close: [] };
  #socket = null;
  #isOver = false;

  constructor({ url, protocols = [] }, isOnline, onOver) {
    this.onOver = onOver;
    if (!isOnline) {
      setTimeout(() => this.lose());
      return;
    }
    this.#socket = new WebSocket(url, protocols);
    this.#socket.addEventListener("open", () => this.#tell("open", { header: {} }));
    this.#socket.addEventListener("message", ({ data }) => this.#tell("message", { data }));
    this.#socket.addEventListener("error", () => this.#tell("error", { errMsg: "connectSocket:fail" }));
    this.#socket.addEventListener("close", ({ code, reason }) => this.#end({ code, reason }));
  }

  get readyState() {
    return this.#socket && !this.#isOver ? this.#socket.readyState : this.CLOSED;
  }

  send(options) {
    return asyncCall("sendSocketMessage", ({ data }) => {
      if (this.readyState !== this.OPEN) throw new WxFailure("SocketTask.readyState is not OPEN");
      this.#socket.send(data);
    })({ ...options, fail: options.fail ?? (() => {}) });
  }

  close(options = {}) {
    const { code = 1000, reason = "" } = options;
    return asyncCall("closeSocket", () => this.#socket?.close(code, reason))({ ...options, fail: options.fail ?? (() => {}) });
  }

  onOpen(listener) {
    this.#listeners.open.push(listener);
  }

  onMessage(listener) {
    this.#listeners.message.push(listener);
  }

  onError(listener) {
    this.#listeners.error.push(listener);
  }

  onClose(listener) {
    this.#listeners.close.push(listener);
  }

  /** The network went away under it. */
  lose() {
    if (this.#isOver) return;
    this.#tell("error", { errMsg: "net::ERR_INTERNET_DISCONNECTED" });
    this.#end({ code: LOST_CODE, reason: "abnormal closure" });
    this.#socket?.close();
  }

  #end(told) {
    if (this.#isOver) return;
    this.#tell("close", told);
    this.#isOver = true;
    this.onOver();
  }

  #tell(type, value) {
    if (!this.#isOver) for (const listener of this.#listeners[type]) listener(value);
  }
}
