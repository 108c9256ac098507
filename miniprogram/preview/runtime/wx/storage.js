// wx storage on the browser's localStorage, apart from anything else of this origin by its prefix.
import { asyncCalls, WxFailure } from "./call.js";

const PREFIX = "wx:";
const LIMIT_KB = 10_240;

const ownKeys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

function read(key) {
  const text = localStorage.getItem(PREFIX + key);
  return text === null ? "" : JSON.parse(text);
}

function write(key, value) {
  localStorage.setItem(PREFIX + key, JSON.stringify(value ?? null));
}

function clear() {
  for (const key of ownKeys()) localStorage.removeItem(key);
}

const info = () => {
  const bytes = ownKeys().reduce((sum, key) => sum + key.length + localStorage.getItem(key).length, 0);
  return { keys: ownKeys().map((key) => key.slice(PREFIX.length)), currentSize: Math.ceil(bytes / 1024), limitSize: LIMIT_KB };
};

export function storageCalls() {
  return {
    getStorageSync: read,
    setStorageSync: write,
    removeStorageSync: (key) => localStorage.removeItem(PREFIX + key),
    clearStorageSync: clear,
    getStorageInfoSync: info,
    ...asyncCalls({
      getStorage({ key }) {
        if (localStorage.getItem(PREFIX + key) === null) throw new WxFailure("data not found");
        return { data: read(key) };
      },
      setStorage: ({ key, data }) => write(key, data),
      removeStorage: ({ key }) => localStorage.removeItem(PREFIX + key),
      clearStorage: clear,
      getStorageInfo: info,
    }),
  };
}
