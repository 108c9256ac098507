/**
 * Stands in for `@ctrl/tinycolor`, which Element Plus loads to mix a button's shades from its `color`: ours take all
 * theirs from tokens, and every page would load six kilobytes that nothing calls (vite.config.ts).
 */
export class TinyColor {
  constructor(colour: string) {
    throw new Error(`colours come from the tokens, not from a property: ${colour}`)
  }
}
