// Addresses of pages as mini-programs write them: `/pages/a/b?x=1`, relative ones too; queries stay URL-encoded.

/** {path without leading slash, query}. */
export function parseAddress(address) {
  const [path, query = ""] = splitOnce(address, "?");
  const pairs = query.split("&").filter(Boolean).map((pair) => splitOnce(pair, "="));
  return { path: path.replace(/^\//, ""), query: Object.fromEntries(pairs.map(([key, value = ""]) => [key, value])) };
}

export function formatAddress(path, query) {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${value}`);
  return `/${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

/** The rooted form of `address` as seen from the page at `from`. */
export function rootedAddress(from, address) {
  if (address.startsWith("/")) return address;
  const steps = from.split("/").slice(0, -1);
  const [path, query] = splitOnce(address, "?");
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== ".") steps.push(step);
  }
  return `/${steps.join("/")}${query === undefined ? "" : `?${query}`}`;
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
