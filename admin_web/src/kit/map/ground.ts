/** What a map is drawn on: the tiles that are set up, or an honest plain grid. */

import { control, GridLayer, map as makeMap, tileLayer, type Map } from 'leaflet'

import { convert, type Position, type System } from '@/format/position'

import type { MapTiles } from './places'

const MOST_ZOOM = 18

class Grid extends GridLayer {
  protected override createTile(): HTMLElement {
    return Object.assign(document.createElement('div'), { className: 'map-grid' })
  }
}

/** A map with its scale and zoom buttons, looking nowhere yet. */
export function makeGround(box: HTMLElement, tiles: MapTiles): Map {
  const map = makeMap(box, { attributionControl: Boolean(tiles.attribution), zoomControl: false })
  control.zoom({ zoomInTitle: '放大', zoomOutTitle: '缩小' }).addTo(map)
  control.scale({ imperial: false }).addTo(map)
  map.attributionControl?.setPrefix(false)
  if (tiles.url) tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: MOST_ZOOM }).addTo(map)
  else new Grid({ maxZoom: MOST_ZOOM }).addTo(map)
  return map
}

/** Where a GCJ-02 point is on tiles that speak this system. */
export function shownAt(position: Position, system: System): [number, number] {
  const { lat, lng } = convert(position, 'gcj02', system)
  return [lat, lng]
}
