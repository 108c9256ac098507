// The phone: its size on the desk, scanning from outside the app as WeChat's own scanner does, closing and reopening.

/** The page an operator names in WeChat's settings for「扫普通链接二维码打开小程序」. */
const QR_LINK_PAGE = "pages/confirm/confirm";
const PHONE_HEIGHT_PX = 836;
const MARGINS_PX = 56;
const SMALLEST_SCALE = 0.72;
const CURTAIN_MS = 900;

export class Phone {
  #launches = 0;
  #listeners = [];

  constructor(frame, curtain, curtainText) {
    Object.assign(this, { frame, curtain, curtainText });
    frame.addEventListener("load", () => this.#loaded());
    if (this.app) this.#loaded();
    const fit = () => {
      const scale = Math.min(1, Math.max(SMALLEST_SCALE, (innerHeight - MARGINS_PX) / PHONE_HEIGHT_PX));
      document.documentElement.style.setProperty("--phone-scale", scale.toFixed(3));
    };
    fit();
    window.addEventListener("resize", fit);
  }

  /** The running app's `preview` object; undefined while it loads. */
  get app() {
    return this.frame.contentWindow?.preview;
  }

  onReady(listener) {
    this.#listeners.push(listener);
    if (this.app) listener(this.app);
  }

  /** Into the app's own scanner where it is open, else as a link WeChat's scanner found; false while loading. */
  scan(link) {
    const { app } = this;
    if (!app) return false;
    if (app.scene.showCode(link)) return true;
    const scannedAt = Math.floor(Date.now() / 1000);
    app.enter(`/${QR_LINK_PAGE}?q=${encodeURIComponent(link)}&scancode_time=${scannedAt}`);
    return true;
  }

  /** A cold start: the app's memory is gone, its storage stays. */
  reopen(text) {
    this.curtainText.textContent = text;
    this.curtain.hidden = false;
    this.#launches += 1;
    setTimeout(() => {
      this.frame.src = `/app.html?launch=${this.#launches}`;
    }, CURTAIN_MS);
  }

  #loaded() {
    if (!this.app) return;
    this.curtain.hidden = true;
    for (const listener of this.#listeners) listener(this.app);
  }
}
