// What surrounds the phone and the app cannot decide: the network, the person's answer about location, and the
// QR code in front of the camera. It outlives a restart of the app, so that a closed app wakes up in the same world.
const KEY = "preview:scene";
const USUAL = { isOnline: true, mayLocate: true };

class Scene {
  #state = { ...USUAL, ...JSON.parse(sessionStorage.getItem(KEY) ?? "{}") };
  #listeners = new Set();
  #camera = null;

  get isOnline() {
    return this.#state.isOnline;
  }

  get mayLocate() {
    return this.#state.mayLocate;
  }

  /** Change some of {isOnline, mayLocate}. */
  change(part) {
    this.#state = { ...this.#state, ...part };
    sessionStorage.setItem(KEY, JSON.stringify(this.#state));
    for (const listener of this.#listeners) listener(this);
  }

  /** Returns the function that ends the listening. */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Open the camera: `onText` gets what is held in front of it. Returns the function that closes it. */
  openCamera(onText) {
    this.#camera = onText;
    return () => {
      if (this.#camera === onText) this.#camera = null;
    };
  }

  /** Hold a code in front of the camera; false when the app is not scanning. */
  showCode(text) {
    if (!this.#camera) return false;
    this.#camera(text);
    return true;
  }
}

export const scene = new Scene();
