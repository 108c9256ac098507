// Where the phone is, choosing a place, and WeChat's own map page. Calls app.json does not declare are refused, as
// WeChat does; so are all of them while the person refuses.
import L from "leaflet";
import { element } from "../dom.js";
import { makeGround } from "../map_ground.js";
import { asyncCalls, WxFailure } from "./call.js";
import { askInLayer } from "./layers.js";
import { currentPlace, namedPlaces } from "./places.js";

const ACCURACY_M = 30;
const FUZZY_DIGITS = 2; // about one kilometre, as coarse as WeChat's
const SCALE = 15;

export function locationCalls({ scene, config }) {
  const declared = new Set(config.requiredPrivateInfos ?? []);
  const guarded = (name, run) => (options) => {
    if (!declared.has(name)) throw new WxFailure(`the api need to be declared in the requiredPrivateInfos field in app.json`);
    if (!scene.mayLocate) throw new WxFailure("auth deny", { errno: 103 });
    return run(options);
  };
  return asyncCalls({
    getLocation: guarded("getLocation", () => ({
      ...currentPlace(),
      ...{ speed: -1, accuracy: ACCURACY_M, altitude: 0, verticalAccuracy: 0, horizontalAccuracy: ACCURACY_M },
    })),
    getFuzzyLocation: guarded("getFuzzyLocation", () => {
      const { latitude, longitude } = currentPlace();
      return { latitude: Number(latitude.toFixed(FUZZY_DIGITS)), longitude: Number(longitude.toFixed(FUZZY_DIGITS)) };
    }),
    chooseLocation: guarded("chooseLocation", choosePlace),
    openLocation: showPlace,
  });
}

async function choosePlace() {
  let chosen = namedPlaces()[0];
  const confirmed = await askInLayer("mp-place", (answer) => {
    const map = mapBox(chosen);
    const rows = namedPlaces().map((place) => placeRow(place, () => choose(place)));
    const choose = (place) => {
      chosen = place;
      map.show(place);
      rows.forEach((row, index) => row.firstChild.setAttribute("aria-pressed", String(namedPlaces()[index] === place)));
    };
    requestAnimationFrame(() => choose(chosen));
    return [
      element(
        "header",
        {},
        element("button", { type: "button", onclick: () => answer(false) }, "取消"),
        element("button", { type: "button", class: "mp-done", onclick: () => answer(true) }, "确定"),
      ),
      map.root,
      element("ul", {}, ...rows),
    ];
  });
  if (!confirmed) throw new WxFailure("cancel");
  return { ...chosen };
}

function placeRow({ name, address }, onclick) {
  return element("li", {}, element("button", { type: "button", onclick }, name, element("small", {}, address)));
}

/** WeChat's page with a pin and a button for navigation. */
async function showPlace({ latitude, longitude, name = "位置", address = "" }) {
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) {
    throw new WxFailure("parameter error: latitude and longitude must be numbers");
  }
  const map = mapBox({ latitude, longitude });
  askInLayer("mp-place", (answer) => [
    element("header", {}, element("button", { type: "button", onclick: () => answer() }, "返回"), "位置", element("span")),
    map.root,
    element(
      "footer",
      {},
      element("div", {}, element("h3", {}, name), element("p", {}, address)),
      element("button", { type: "button", class: "mp-go", onclick: tellNavigation }, "导航"),
    ),
  ]);
  requestAnimationFrame(() => map.show({ latitude, longitude }));
}

const tellNavigation = () => globalThis.wx.showToast({ title: "真机上会打开地图应用导航", icon: "none" });

function mapBox(start) {
  const root = element("div", { class: "mp-place-map" });
  let map = null;
  let pin = null;
  return {
    root,
    show({ latitude, longitude }) {
      if (!map) {
        map = L.map(root, { zoomControl: false, attributionControl: false, zoomAnimation: false });
        map.setView([start.latitude, start.longitude], SCALE);
        makeGround().addTo(map);
        pin = L.circleMarker([start.latitude, start.longitude], {
          ...{ radius: 11, weight: 5, color: "#ffffff", fillColor: "#07c160", fillOpacity: 1 },
        }).addTo(map);
      }
      pin.setLatLng([latitude, longitude]);
      map.setView([latitude, longitude], SCALE, { animate: false });
    },
  };
}
