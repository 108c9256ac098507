// One open page: its navigation bar, scroll area and component, and the life-cycle calls it gets.
import { element } from "./dom.js";
import { ROOT_TAG, space, view } from "./engine.js";
import { EventChannel } from "./event_channel.js";
import { makeNavigationBar } from "./navigation_bar.js";
import { attachPullDown } from "./pull_down.js";

const BOTTOM_DISTANCE_PX = 50;

export class PageRecord {
  isReady = false;
  #isAtBottom = false;

  /** `window` is app.json's `window`; `ways` {onBack, onHome} are those of the navigation bar. */
  constructor({ path, query, window, events, isTab, ways }) {
    const config = { ...window, ...space.getComponentStaticConfig(path) };
    Object.assign(this, { path, query, config, channel: new EventChannel(events) });
    this.bar = makeNavigationBar(config, ways);
    this.holder = element("span");
    this.host = element("wx-page", { "data-path": path }, this.holder);
    this.body = element("div", { class: "mp-body" }, this.host);
    this.root = element(
      "section",
      { class: `mp-page${isTab ? " mp-has-tabs" : ""}`, "data-path": path },
      config.navigationStyle !== "custom" && this.bar.root,
      element("div", { class: "mp-content" }, this.body),
    );
    if (config.navigationStyle === "custom") this.root.classList.add("mp-custom-bar");
    if (config.backgroundColor) this.root.style.background = config.backgroundColor;
    this.pullDown = attachPullDown(this);
    this.body.addEventListener("scroll", () => this.#scrolled());
  }

  /** Draw the page and call its onLoad. `announce(page)` runs before the first script of the page does. */
  open(announce) {
    document.body.append(this.root);
    this.component = view.createRoot(ROOT_TAG, space, this.path);
    this.page = this.component.get();
    Object.assign(this.page, {
      route: this.path,
      options: this.query,
      getOpenerEventChannel: () => this.channel,
      getTabBar: () => null,
      setUpdatePerformanceListener() {},
    });
    announce(this.page);
    this.component.attach(this.host, this.holder);
    this.page.onLoad?.(this.query);
  }

  show() {
    this.root.hidden = false;
    document.title = this.bar.title.textContent;
    this.page.onShow?.();
    this.component.getComponent().triggerPageLifetime("show", []);
    if (this.isReady) return;
    this.isReady = true;
    this.page.onReady?.();
  }

  hide() {
    this.pause();
    this.root.hidden = true;
  }

  /** What a page hears when it stays on top but the whole app goes to the background. */
  pause() {
    this.page.onHide?.();
    this.component.getComponent().triggerPageLifetime("hide", []);
  }

  close() {
    this.page.onUnload?.();
    this.component.release();
    this.root.remove();
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.body;
    this.page.onPageScroll?.({ scrollTop });
    const distance = this.config.onReachBottomDistance ?? BOTTOM_DISTANCE_PX;
    const isAtBottom = scrollTop + clientHeight > scrollHeight - distance;
    if (isAtBottom && !this.#isAtBottom) this.page.onReachBottom?.();
    this.#isAtBottom = isAtBottom;
  }
}
