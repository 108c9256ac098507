/** What every answer with sums says of itself. */
export interface Counted {
  /** What happened until then is counted. */
  as_of: string
  is_behind: boolean
}
