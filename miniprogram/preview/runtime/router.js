// The page stack as WeChat keeps it: at most ten pages, tab pages that live on, one page visible.
import { PageRecord } from "./page_record.js";
import { formatAddress, parseAddress, rootedAddress } from "./page_address.js";
import { TabBar } from "./tab_bar.js";

const STACK_LIMIT = 10;

export class Router {
  stack = [];
  #tabs = new Map();
  #opening = null;

  /** `config` is app.json, `pages` the paths it declares (sub-packages included). */
  constructor(config, pages) {
    this.config = config;
    this.pages = new Set(pages);
    [this.home] = pages;
    this.tabBar = new TabBar(config.tabBar, (item) => this.#tabTapped(item));
  }

  top() {
    return this.stack.at(-1);
  }

  /** The page whose script runs now: the one being opened, else the visible one. */
  currentPage() {
    return this.#opening ?? this.top()?.page;
  }

  listPages() {
    return [...this.stack.map((record) => record.page), ...(this.#opening ? [this.#opening] : [])];
  }

  /** Returns the event channel to the opened page. */
  push(address, events) {
    if (this.stack.length >= STACK_LIMIT) throw new Error(`webview count limit exceed: ${STACK_LIMIT}`);
    const { path, query } = this.#locate(address);
    if (this.tabBar.has(path)) throw new Error("can not navigateTo a tabbar page");
    const record = this.#open(path, query, events);
    if (this.top()) this.top().hide();
    record.root.classList.add("mp-entering");
    this.#settle([...this.stack, record]);
    return record.channel;
  }

  replace(address) {
    const { path, query } = this.#locate(address);
    if (this.tabBar.has(path)) throw new Error("can not redirectTo a tabbar page");
    const left = this.top();
    const record = this.#open(path, query);
    this.#tabs.delete(left.path);
    left.close();
    this.#settle([...this.stack.slice(0, -1), record]);
  }

  back(delta = 1) {
    const steps = Math.min(delta, this.stack.length - 1);
    if (steps <= 0) return;
    for (const record of this.stack.slice(-steps).reverse()) record.close();
    this.#settle(this.stack.slice(0, -steps));
  }

  switchTab(address) {
    const { path } = this.#locate(address);
    if (!this.tabBar.has(path)) throw new Error("can not switch to no-tabBar page");
    if (this.top()?.path === path) return;
    for (const record of this.stack.slice(1).reverse()) record.close();
    const bottom = this.stack[0];
    if (bottom && this.#tabs.get(bottom.path) === bottom) {
      if (this.stack.length === 1) bottom.hide();
    } else bottom?.close();
    if (this.#tabs.has(path)) this.#settle([this.#tabs.get(path)]);
    else this.#settle([this.#open(path, {})]);
  }

  relaunch(address) {
    const { path, query } = this.#locate(address);
    for (const record of new Set([...this.stack, ...this.#tabs.values()])) record.close();
    this.stack = [];
    this.#tabs.clear();
    this.#settle([this.#open(path, query)]);
  }

  #locate(address) {
    const located = parseAddress(rootedAddress(this.top()?.path ?? "", address));
    if (!this.pages.has(located.path)) throw new Error(`page "${located.path}" is not found`);
    return located;
  }

  #open(path, query, events) {
    const isTab = this.tabBar.has(path);
    const record = new PageRecord({
      ...{ path, query, events, isTab },
      window: this.config.window,
      ways: { onBack: () => this.back(), onHome: () => this.relaunch(`/${this.home}`) },
    });
    try {
      record.open((page) => {
        this.#opening = page;
      });
    } finally {
      this.#opening = null;
    }
    if (isTab) this.#tabs.set(path, record);
    return record;
  }

  #settle(stack) {
    this.stack = stack;
    const top = this.top();
    top.bar.back.hidden = stack.length < 2;
    top.bar.home.hidden = stack.length > 1 || this.tabBar.has(top.path) || top.path === this.home;
    this.tabBar.paint(top.path);
    history.replaceState(null, "", `#${formatAddress(top.path, top.query)}`);
    top.show();
  }

  #tabTapped({ pagePath, text, index }) {
    this.switchTab(`/${pagePath}`);
    this.top().page.onTabItemTap?.({ pagePath, text, index });
  }
}
