// Makes DOM elements of the preview's own chrome (bars, dialogs, sheets); pages never come through here.

/** `element("button", { class: "x", onclick }, "text", child…)`; falsy children are left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child || child === 0));
  return made;
}

export function addStyle(text) {
  if (text) document.head.append(element("style", {}, text));
}

/** A picture as a mini-program names it: rooted, relative to the page that shows it, or a whole address. */
export function pictureAddress(source, pagePath) {
  if (!source || /^(https?:|data:|blob:|\/)/.test(source)) return source;
  return new URL(source, `${location.origin}/${pagePath}`).href;
}
