// What stands on a map: markers with callout and label in the fields WeChat gives them, and the person's own place.
import L from "leaflet";
import { element, pictureAddress } from "../dom.js";
import { fire } from "./definition.js";

const MARKER_PX = { width: 24, height: 30 };
const HERE_PX = 20;

/** `marker` is one of <map markers>; its taps are fired at `component`. */
export function markerLayer(component, marker) {
  const width = parseFloat(marker.width) || MARKER_PX.width;
  const height = parseFloat(marker.height) || MARKER_PX.height;
  const anchor = { x: 0.5, y: 1, ...marker.anchor };
  const markerId = marker.id;
  const shown = drawMarker(marker);
  const layer = L.marker([marker.latitude, marker.longitude], {
    icon: L.divIcon({
      html: shown.root,
      className: "wx-marker-holder",
      iconSize: [width, height],
      iconAnchor: [width * anchor.x, height * anchor.y],
    }),
    alt: marker.ariaLabel || marker.title || marker.callout?.content || `标记 ${markerId}`,
    zIndexOffset: marker.zIndex ?? 0,
    opacity: marker.alpha ?? 1,
  });
  const showCallout = () => shown.callout && (shown.callout.hidden = false);
  layer.on("click", ({ originalEvent }) => {
    L.DomEvent.stopPropagation(originalEvent);
    const hit = (part) => part?.contains(originalEvent.target);
    if (hit(shown.callout)) return fire(component, "callouttap", { markerId });
    if (hit(shown.label)) return fire(component, "labeltap", { markerId });
    showCallout();
    return fire(component, "markertap", { markerId });
  });
  return layer;
}

export function hereLayer({ latitude, longitude }) {
  const icon = L.divIcon({
    html: element("div", { class: "wx-here" }),
    className: "wx-marker-holder",
    iconSize: [HERE_PX, HERE_PX],
  });
  return L.marker([latitude, longitude], { icon, alt: "我的位置", interactive: false, zIndexOffset: -1000 });
}

function drawMarker(marker) {
  if (!marker.iconPath) console.error(`[preview] marker ${marker.id} has no iconPath, which WeChat requires`);
  if (marker.customCallout) console.error(`[preview] customCallout of marker ${marker.id} is not drawn by the preview`);
  const picture = element("img", {
    src: pictureAddress(marker.iconPath ?? "", globalThis.preview?.router.top()?.path ?? ""),
    alt: "",
    style: marker.rotate ? `transform:rotate(${marker.rotate}deg)` : false,
  });
  const callout = marker.callout && drawCallout(marker.callout);
  const label = marker.label && drawLabel(marker.label);
  return { root: element("div", { class: "wx-marker" }, picture, callout, label), callout, label };
}

function drawCallout(callout) {
  const node = element("div", { class: "wx-callout" }, callout.content ?? "");
  paint(node, { bgColor: "#ffffff", ...callout });
  node.style.setProperty("--bubble", callout.bgColor ?? "#ffffff");
  node.style.marginBottom = `${-(callout.anchorY ?? 0)}px`;
  node.style.marginLeft = `${callout.anchorX ?? 0}px`;
  node.hidden = callout.display !== "ALWAYS";
  return node;
}

function drawLabel(label) {
  const node = element("div", { class: "wx-label" }, label.content ?? "");
  paint(node, label);
  // A label hangs at the marker's anchor, the middle of its lower edge.
  node.style.left = `calc(50% + ${label.anchorX ?? 0}px)`;
  node.style.top = `calc(100% + ${label.anchorY ?? 0}px)`;
  return node;
}

function paint(node, { color, fontSize, borderRadius, bgColor, padding, textAlign, borderWidth, borderColor }) {
  Object.assign(node.style, {
    color: color ?? "#000000",
    fontSize: `${fontSize ?? 14}px`,
    borderRadius: `${borderRadius ?? 0}px`,
    background: bgColor ?? "transparent",
    padding: `${padding ?? 0}px`,
    textAlign: textAlign ?? "left",
    border: borderWidth ? `${borderWidth}px solid ${borderColor ?? "#000000"}` : "0",
  });
}
