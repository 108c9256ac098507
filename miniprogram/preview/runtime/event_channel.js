// The channel between a page and the one that opened it (wx.navigateTo's `events`).

export class EventChannel {
  #listeners = new Map();

  constructor(events = {}) {
    for (const [name, listener] of Object.entries(events)) this.on(name, listener);
  }

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  once(name, listener) {
    const only = (...values) => {
      this.off(name, only);
      listener(...values);
    };
    this.on(name, only);
  }

  off(name, listener) {
    const kept = (this.#listeners.get(name) ?? []).filter((one) => listener && one !== listener);
    this.#listeners.set(name, kept);
  }

  emit(name, ...values) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }
}
