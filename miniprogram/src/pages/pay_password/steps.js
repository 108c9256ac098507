// The ways to a payment password, step by step: what is typed in each, and which comes next. What is typed stays in the
// page's memory until it was sent, or the page was left.
// @ts-check

/** @typedef {'set' | 'change' | 'reset' | 'switch'} Way */
/** @typedef {'old' | 'new' | 'again'} Step */

/** @type {Record<Way, Step[]>} */
const STEPS = {
  set: ['new', 'again'],
  change: ['old', 'new', 'again'],
  reset: ['new', 'again'],
  switch: ['old'],
}

/** @type {Record<Step, string>} */
const TITLES = {
  old: '请输入现在的支付密码',
  new: '请设置 6 位支付密码',
  again: '请再输入一次，确认新密码',
}

const PLAIN_STEPS = [0, 1, 9]

/**
 * Among the first that anybody would try; the server refuses the same.
 * @param {string} password
 */
function isTooPlain(password) {
  const digits = [...password].map(Number)
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - digits[at] + 10) % 10))
  return steps.size === 1 && PLAIN_STEPS.includes([...steps][0])
}

/**
 * The step after; null where all is typed.
 * @param {Way} way
 * @param {Step} step
 * @returns {Step | null}
 */
function stepAfter(way, step) {
  const steps = STEPS[way]
  return steps[steps.indexOf(step) + 1] || null
}

/** @param {Way} way */
const firstStep = (way) => STEPS[way][0]

module.exports = { STEPS, TITLES, firstStep, stepAfter, isTooPlain }
