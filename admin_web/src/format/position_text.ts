/** How a position is written: it can be pasted again, latitude first. */

export function formatPosition({ lat, lng }: { lat: number; lng: number }): string {
  return `${lat.toFixed(6)}, ${lng.toFixed(6)}`
}
