// The tab bar of app.json, with badges and red dots.
import { element } from "./dom.js";

export class TabBar {
  #items;
  #root;

  /** `config` is app.json's `tabBar` or undefined; `onTap(item)` gets {pagePath, text, index}. */
  constructor(config, onTap) {
    this.config = config;
    if (!config) return;
    this.#items = config.list.map((item, index) => makeItem({ ...item, index }, onTap));
    this.#root = element("nav", { class: "mp-tabs", hidden: true }, ...this.#items.map((item) => item.root));
    this.#root.style.background = config.backgroundColor ?? "#ffffff";
    document.body.append(this.#root);
  }

  has(path) {
    return this.config?.list.some((item) => item.pagePath === path) ?? false;
  }

  /** Show the bar with the tab of `path` chosen, or hide it where `path` is none. */
  paint(path) {
    if (!this.#root) return;
    this.#root.hidden = !this.has(path);
    for (const { root, picture, item } of this.#items) {
      const isChosen = item.pagePath === path;
      root.style.color = (isChosen ? this.config.selectedColor : this.config.color) ?? "";
      root.toggleAttribute("aria-current", isChosen);
      if (picture) picture.src = `/${(isChosen && item.selectedIconPath) || item.iconPath}`;
    }
  }

  /** `text` null removes the badge, "" is a red dot. */
  badge(index, text) {
    const item = this.#items?.[index];
    if (!item) throw new Error(`there is no tab ${index}`);
    item.badge.hidden = text === null;
    item.badge.textContent = text ?? "";
  }
}

function makeItem(item, onTap) {
  const picture = item.iconPath && element("img", { alt: "" });
  const badge = element("em", { hidden: true });
  const root = element("button", { type: "button", onclick: () => onTap(item) }, picture, item.text, badge);
  return { root, picture, badge, item };
}
