import type { Position, System } from '@/format/position'

/** What the ground of a map is drawn from; without a `url` it is a plain grid. */
export interface MapTiles {
  url: string
  system: System
  attribution: string
}

/** Something known to find one's way by. */
export interface Place extends Position {
  name: string
}
