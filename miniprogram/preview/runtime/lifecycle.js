// The life of the app as a whole: launch, foreground and background, errors; and who listens to them.
import { glassEasel } from "./engine.js";
import { parseAddress } from "./page_address.js";

const SCENE_ORDINARY = 1001;
const SCENE_QR_CODE = 1011;

export class Lifecycle {
  listeners = { show: new Set(), hide: new Set(), error: new Set() };
  launchOptions = null;

  constructor(router, app) {
    this.router = router;
    this.app = app;
  }

  launch(address) {
    this.launchOptions = { ...parseAddress(address), scene: SCENE_ORDINARY, referrerInfo: {}, shareTicket: "" };
    glassEasel.addGlobalErrorListener((error) => this.#failed(error));
    this.app.instance?.onLaunch?.(this.launchOptions);
    this.app.instance?.onShow?.(this.launchOptions);
    this.#openFirst(address);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#hide() : this.#show()));
    window.addEventListener("hashchange", () => this.#openTyped());
  }

  /** The running app is entered once more from outside, by a scanned link for one; other pages are closed. */
  enter(address) {
    this.launchOptions = { ...this.launchOptions, ...parseAddress(address), scene: SCENE_QR_CODE };
    this.app.instance?.onShow?.(this.launchOptions);
    for (const listener of this.listeners.show) listener(this.launchOptions);
    this.router.relaunch(address);
  }

  #openFirst(address) {
    const { path, query } = this.launchOptions;
    if (this.router.pages.has(path)) this.router.relaunch(address);
    else if (this.app.instance?.onPageNotFound) {
      this.app.instance.onPageNotFound({ path, query, isEntryPage: true });
    } else throw new Error(`page "${path}" is not found`);
  }

  // Someone typed another page behind the # of the address.
  #openTyped() {
    const address = location.hash.slice(1);
    if (address && parseAddress(address).path !== this.router.top().path) this.router.relaunch(address);
  }

  #show() {
    this.app.instance?.onShow?.(this.launchOptions);
    for (const listener of this.listeners.show) listener(this.launchOptions);
    this.router.top()?.show();
  }

  #hide() {
    this.router.top()?.pause();
    this.app.instance?.onHide?.();
    for (const listener of this.listeners.hide) listener({});
  }

  // glass-easel would print the message without the place it came from.
  #failed(error) {
    console.error(error);
    const message = error?.stack ?? String(error);
    this.app.instance?.onError?.(message);
    for (const listener of this.listeners.error) listener({ message, stack: error?.stack ?? "" });
    return false;
  }
}
