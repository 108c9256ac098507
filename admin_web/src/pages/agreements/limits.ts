/** As the server takes them. */
export const LONGEST_TITLE = 50
export const LONGEST_TEXT = 20_000
export const LONGEST_NOTE = 500
