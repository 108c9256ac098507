// <map>: Leaflet over the invented ground, with WeChat's properties and events.
import L from "leaflet";
import { element } from "../dom.js";
import { makeGround } from "../map_ground.js";
import { scene } from "../scene.js";
import { hereLayer, markerLayer } from "./map_marks.js";
import { domOf, fire } from "./definition.js";
import { currentPlace } from "../wx/places.js";

const INCLUDE_PADDING_PX = 40;
const INCLUDE_MAX_ZOOM = 16;
const PROPERTIES = {
  ...{ longitude: Number, latitude: Number, scale: { type: Number, value: 16 }, minScale: Number, maxScale: Number },
  ...{ markers: { type: Array, value: [] }, polyline: { type: Array, value: [] }, circles: { type: Array, value: [] } },
  ...{ polygons: { type: Array, value: [] }, includePoints: { type: Array, value: [] }, showLocation: Boolean },
  ...{ enableZoom: { type: Boolean, value: true }, enableScroll: { type: Boolean, value: true } },
  ...{ enableRotate: Boolean, enableOverlooking: Boolean, enable3D: Boolean, enableSatellite: Boolean },
  ...{ enableTraffic: Boolean, enableBuilding: Boolean, enablePoi: Boolean, showCompass: Boolean, showScale: Boolean },
  ...{ subkey: String, layerStyle: null, setting: Object, rotate: Number, skew: Number },
};

export function defineMap(define) {
  define("map", {
    properties: PROPERTIES,
    observers: {
      "longitude, latitude, scale"() {
        if (this.leaflet) moveTo(this, [this.data.latitude, this.data.longitude], this.data.scale);
      },
      "markers, polyline, circles, polygons, showLocation"() {
        if (this.leaflet) drawMarks(this);
      },
      includePoints(points) {
        if (this.leaflet && points?.length) includePoints(this, points);
      },
    },
    methods: {
      /** The same as MapContext's calls; see wx/map_context.js. */
      moveTo(place, scale) {
        moveTo(this, place, scale);
      },
      include(points, padding) {
        includePoints(this, points, padding);
      },
    },
    attached() {
      this.box = element("div", { class: "wx-map-canvas" });
      domOf(this).append(this.box);
      this.drawing = requestAnimationFrame(() => openMap(this));
      this.endListening = scene.onChange(() => this.leaflet && drawMarks(this));
    },
    detached() {
      cancelAnimationFrame(this.drawing);
      this.endListening();
      this.sizes?.disconnect();
      this.leaflet?.remove();
      this.leaflet = null;
    },
  });
}

function openMap(component) {
  const { latitude, longitude, scale, minScale, maxScale, enableZoom, enableScroll } = component.data;
  const map = L.map(component.box, {
    ...{ zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false },
    ...{ minZoom: minScale || 3, maxZoom: maxScale || 20, dragging: enableScroll, zoomSnap: 0.5 },
    ...{ scrollWheelZoom: enableZoom, touchZoom: enableZoom, doubleClickZoom: enableZoom, keyboard: false },
  });
  map.setView([latitude || 0, longitude || 0], scale);
  makeGround().addTo(map);
  component.leaflet = map;
  component.sizes = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  component.sizes.observe(component.box);
  listen(component, map);
  drawMarks(component);
  if (component.data.includePoints?.length) includePoints(component, component.data.includePoints);
  fire(component, "updated");
}

function listen(component, map) {
  const region = (type, causedBy) => {
    const { lat, lng } = map.getCenter();
    const detail = { type, causedBy, centerLocation: { latitude: lat, longitude: lng }, scale: map.getZoom() };
    // WeChat tells it later, never in the middle of the page's own setData that moved the map
    queueMicrotask(() => component.leaflet && fire(component, "regionchange", detail, { type, causedBy }));
  };
  let cause = "drag";
  map.on("click", ({ latlng }) => fire(component, "tap", { latitude: latlng.lat, longitude: latlng.lng }));
  map.on("zoomstart", () => {
    cause = "scale";
  });
  map.on("dragstart", () => {
    cause = "drag";
  });
  map.on("movestart", () => region("begin", component.isMoved ? "update" : "gesture"));
  map.on("moveend", () => region("end", component.isMoved ? "update" : cause));
}

/** Move by the program, not by hand: the page hears `causedBy: "update"`. */
function byProgram(component, move) {
  component.isMoved = true;
  try {
    move();
  } finally {
    component.isMoved = false;
  }
}

function moveTo(component, place, scale) {
  byProgram(component, () => component.leaflet.setView(place, scale ?? component.leaflet.getZoom(), { animate: false }));
}

/** `padding` in pixels, as WeChat takes it: top, right, bottom, left, or fewer for all alike. */
function includePoints(component, points, padding = [INCLUDE_PADDING_PX]) {
  const [top, right = top, bottom = top, left = right] = padding;
  const corners = points.map(({ latitude, longitude }) => [latitude, longitude]);
  const room = { paddingTopLeft: [left, top], paddingBottomRight: [right, bottom] };
  byProgram(component, () => component.leaflet.fitBounds(corners, { ...room, maxZoom: INCLUDE_MAX_ZOOM, animate: false }));
}

function drawMarks(component) {
  const { markers, polyline, circles, polygons, showLocation } = component.data;
  component.layer?.remove();
  const layer = L.layerGroup();
  const path = (points) => points.map(({ latitude, longitude }) => [latitude, longitude]);
  for (const one of polyline ?? []) L.polyline(path(one.points), { color: one.color, weight: one.width }).addTo(layer);
  for (const one of polygons ?? []) {
    L.polygon(path(one.points), { color: one.strokeColor, weight: one.strokeWidth, fillColor: one.fillColor }).addTo(layer);
  }
  for (const { latitude, longitude, radius, color, fillColor } of circles ?? []) {
    L.circle([latitude, longitude], { radius, color, weight: 1, fillColor }).addTo(layer);
  }
  for (const marker of markers ?? []) markerLayer(component, marker).addTo(layer);
  if (showLocation && scene.mayLocate) hereLayer(currentPlace()).addTo(layer);
  component.layer = layer.addTo(component.leaflet);
}
