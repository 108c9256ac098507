/** How long what is said of an operator may be, in characters. */

export const LONGEST_NAME = 100
export const LONGEST_HOURS = 50
export const LONGEST_ACCOUNT = 50
