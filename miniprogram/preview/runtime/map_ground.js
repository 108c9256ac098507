// The ground of the map: an invented city of streets, parks and water, drawn offline and the same at every zoom.
// It is no map of any real place: it gives markers something to stand on.
import L from "leaflet";

const TILE_PX = 256;
const BASE_ZOOM = 15; // one unit below is one pixel at this zoom
const TURN = 0.21; // radians the street grid is turned by
const BLOCK = 100;
const AVENUE_EVERY = 6;
const RIVER_EVERY = 2300;
const BLOCKS_FROM_ZOOM = 12;
const STREETS_FROM_ZOOM = 13;
const PAPER = "#eef0ea";
const COLOURS = { block: "#e6e9e1", park: "#d3e8cd", water: "#bcdcee", street: "#ffffff", avenue: "#fdf1cf", edge: "#e4dcc0" };

/** A Leaflet layer of drawn tiles. */
export function makeGround() {
  const Ground = L.GridLayer.extend({
    createTile({ x, y, z }) {
      const canvas = document.createElement("canvas");
      canvas.width = TILE_PX;
      canvas.height = TILE_PX;
      const pen = canvas.getContext("2d");
      if (pen) drawTile(pen, x, y, z);
      return canvas;
    },
  });
  return new Ground();
}

function drawTile(pen, x, y, z) {
  const scale = 2 ** (z - BASE_ZOOM);
  const [east, south] = [((x + 0.5) * TILE_PX) / scale, ((y + 0.5) * TILE_PX) / scale];
  const [cos, sin] = [Math.cos(TURN), Math.sin(TURN)];
  // The tile's middle in the turned grid; everything is drawn relative to it, so that floats stay small.
  const middle = { u: east * cos + south * sin, v: south * cos - east * sin };
  const reach = (TILE_PX / scale) * 0.75;
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, TILE_PX, TILE_PX);
  pen.setTransform(scale * cos, scale * sin, -scale * sin, scale * cos, TILE_PX / 2, TILE_PX / 2);
  const lines = { u: linesWithin(middle.u, reach, 1), v: linesWithin(middle.v, reach, 2) };
  if (z >= BLOCKS_FROM_ZOOM) drawBlocks(pen, lines);
  drawRivers(pen, middle, reach);
  if (z >= STREETS_FROM_ZOOM) drawStreets(pen, lines, reach, false, scale);
  drawStreets(pen, lines, reach, true, scale);
}

/** Grid lines around `middle`: {index, at (relative to the middle), isAvenue}. */
function linesWithin(middle, reach, salt) {
  const first = Math.floor((middle - reach) / BLOCK) - 1;
  const last = Math.ceil((middle + reach) / BLOCK) + 1;
  return Array.from({ length: last - first + 1 }, (_, step) => {
    const index = first + step;
    const shift = (noise(index, salt) - 0.5) * BLOCK * 0.5;
    return { index, at: index * BLOCK + shift - middle, isAvenue: index % AVENUE_EVERY === 0 };
  });
}

function drawBlocks(pen, { u, v }) {
  for (let i = 1; i < u.length; i += 1) {
    for (let j = 1; j < v.length; j += 1) {
      const luck = noise(u[i].index * 31 + 7, v[j].index * 17 + 3);
      if (luck > 0.34) continue;
      pen.fillStyle = luck < 0.13 ? COLOURS.park : COLOURS.block;
      pen.fillRect(u[i - 1].at, v[j - 1].at, u[i].at - u[i - 1].at, v[j].at - v[j - 1].at);
    }
  }
}

function drawRivers(pen, middle, reach) {
  const nearest = Math.round(middle.v / RIVER_EVERY);
  pen.strokeStyle = COLOURS.water;
  pen.lineWidth = 90;
  pen.lineJoin = "round";
  for (let river = nearest - 1; river <= nearest + 1; river += 1) {
    const bend = (u) => river * RIVER_EVERY + 900 + 380 * Math.sin(u / 1250 + river) - middle.v;
    pen.beginPath();
    const step = Math.max(40, reach / 12);
    for (let at = -reach - step; at <= reach + step; at += step) pen.lineTo(at, bend(middle.u + at));
    pen.stroke();
  }
}

function drawStreets(pen, { u, v }, reach, avenues, scale) {
  const width = avenues ? Math.max(15, 3.5 / scale) : 8;
  const strokes = avenues ? [[COLOURS.edge, width + 3 / scale], [COLOURS.avenue, width]] : [[COLOURS.street, width]];
  for (const [colour, thickness] of strokes) {
    pen.strokeStyle = colour;
    pen.lineWidth = thickness;
    pen.beginPath();
    for (const line of u.filter((one) => one.isAvenue === avenues)) {
      pen.moveTo(line.at, -2 * reach);
      pen.lineTo(line.at, 2 * reach);
    }
    for (const line of v.filter((one) => one.isAvenue === avenues)) {
      pen.moveTo(-2 * reach, line.at);
      pen.lineTo(2 * reach, line.at);
    }
    pen.stroke();
  }
}

/** 0…1, the same for the same numbers. */
function noise(a, b) {
  let hash = Math.imul(a | 0, 374761393) ^ Math.imul(b | 0, 668265263);
  hash = Math.imul(hash ^ (hash >>> 13), 1274126177);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967295;
}
