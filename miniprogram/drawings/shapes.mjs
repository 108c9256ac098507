// The app's icons as strokes on a 24 × 24 grid.

export const shapes = {
  scan: '<path d="M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16"/>',
  keypad: '<rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h.01M11 10h.01M15 10h.01M7 14h10"/>',
  bolt: '<path d="M13 2.5 5.5 13.5H11l-1 8 7.5-11H12z"/>',
  pin: '<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>',
  route: '<path d="M20.5 3.5 3.5 10.5l7 3 3 7z"/>',
  phone: '<path d="M5 4h3.5l1.5 4-2 1.5a11 11 0 0 0 6.5 6.5l1.5-2 4 1.5V19a1.5 1.5 0 0 1-1.5 1.5A15.5 15.5 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4z"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
  parking: '<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M10 17V7.5h3a2.75 2.75 0 0 1 0 5.5h-3"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
  wallet: '<path d="M4 7.5A2.5 2.5 0 0 1 6.5 5H17v3M4 7.5V17a2.5 2.5 0 0 0 2.5 2.5H20V8H5.5"/><path d="M16.5 13.7h.01"/>',
  order: '<path d="M6 3.5h12v17l-3-2-3 2-3-2-3 2z"/><path d="M9.5 8.5h5M9.5 12.5h5"/>',
  right: '<path d="m9 5 7 7-7 7"/>',
  down: '<path d="m5 9 7 7 7-7"/>',
  up: '<path d="m5 15 7-7 7 7"/>',
  home: '<path d="M4 11 12 4l8 7v8.5h-5.5V14h-5v5.5H4z"/>',
  driver: '<circle cx="12" cy="8" r="4"/><path d="M4 20.5a8 8 0 0 1 16 0"/>',
  offline: '<path d="M3 3l18 18M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-5.5-2.9M2 8.5A15 15 0 0 1 6 6M22 8.5A15 15 0 0 0 11 5M12 19h.01"/>',
  warn: '<path d="M12 4 2.5 20h19z"/><path d="M12 10v4.5M12 17.2h.01"/>',
  check: '<path d="m4.5 12.5 5 5 10-11"/>',
  plug: '<path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4.5"/>',
  leave: '<path d="M14 4.5H6v15h8M10.5 12H21M17.5 8.5 21 12l-3.5 3.5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  empty: '<path d="M3.5 13.5 6.5 5h11l3 8.5V19h-17zM3.5 13.5H9a3 3 0 0 0 6 0h5.5"/>',
  locate: '<circle cx="12" cy="12" r="6"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5V6a1.5 1.5 0 0 0-1.5-1.5H6A1.5 1.5 0 0 0 4.5 6v8A1.5 1.5 0 0 0 6 15.5h2.5"/>',
  stop: '<rect x="6.5" y="6.5" width="11" height="11" rx="1.5"/>',
  shield: '<path d="M12 3 5 5.8v5.7c0 4.5 3 7.8 7 9.5 4-1.7 7-5 7-9.5V5.8z"/><path d="m9 11.8 2.2 2.2 4-4.5"/>',
}

/** @param {string} name @param {string} colour */
export function svg(name, colour, width = 1.8) {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" ` +
    `stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round">${shapes[name]}</svg>`
  )
}

/** A pin of the map, 48 × 60 units, its tip at the bottom centre. @param {string} colour */
export function pinSvg(colour) {
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 60">' +
    `<path d="M24 58S44 37 44 22A20 20 0 0 0 4 22c0 15 20 36 20 36z" fill="${colour}" stroke="#fff" stroke-width="3"/>` +
    '<path d="M26 9 14 25h8l-2 12 13-17h-8z" fill="#fff"/></svg>'
  )
}
