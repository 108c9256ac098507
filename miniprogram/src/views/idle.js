// The idle fee as every page says it: its terms before and while a charge runs, and the stay of a car after it.
// @ts-check

const { yuan } = require('../format/money')
const { dateTime, hourMinute, duration, toMs } = require('../format/time')
const { labels } = require('../labels/generated')

/** @typedef {import('../api/schema').components['schemas']['IdleTerms']} IdleTerms */
/** @typedef {import('../api/schema').components['schemas']['StayView']} StayView */
/** @typedef {import('../api/schema').components['schemas']['IdleLineView']} IdleLineView */

/**
 * `充电结束后 15 分钟内免费，之后每分钟 ¥0.50，每次占位每天最多 ¥20.00`; nothing where a car may stay for nothing.
 * @param {IdleTerms | null | undefined} terms
 */
function termsText(terms) {
  if (!terms) return ''
  const free = terms.free_minutes > 0 ? `充电结束后 ${terms.free_minutes} 分钟内免费，之后` : '充电结束后'
  return `${free}每分钟 ${yuan(terms.minute_fen)}，每次占位每天最多 ${yuan(terms.day_cap_fen)}`
}

/**
 * @param {StayView} stay
 * @param {number} nowMs
 */
function sentenceOf(stay, nowMs) {
  const left = Math.ceil((toMs(stay.free_until) - nowMs) / 1000)
  if (stay.state === 'waived') return '这次占位费已经免除。'
  if (stay.state === 'free') return '这次没有产生占位费。'
  if (stay.state === 'billed') return `占位 ${stay.minutes} 分钟，账单已出：先从余额扣，不够的部分记为欠费。`
  if (stay.ended_at) return '已经停止计时，正在出占位费账单。'
  if (!stay.is_sensed) return '充电已结束，请拔枪挪车，把充电枪让给下一位。'
  if (left > 0) return `充电已结束，请在 ${hourMinute(stay.free_until)} 前拔枪挪车，之后收占位费。`
  return '已过免费时间，正在收占位费，请尽快拔枪挪车。'
}

/**
 * @param {StayView | null | undefined} stay
 * @param {number} nowMs
 */
function stayView(stay, nowMs) {
  if (!stay) return null
  const left = Math.max(0, Math.ceil((toMs(stay.free_until) - nowMs) / 1000))
  const isRunning = stay.state === 'watching' && !stay.ended_at
  return {
    state: stay.state,
    label: labels.StayState[stay.state],
    is_running: isRunning,
    is_sensed: stay.is_sensed,
    /** the free time that is left, second by second; empty once it is over */
    left: isRunning && left > 0 ? clock(left) : '',
    sentence: sentenceOf(stay, nowMs),
    terms: termsText(stay.terms),
    minutes: stay.minutes,
    fee: yuan(stay.fee_fen),
    heard: stay.heard_at ? hourMinute(stay.heard_at) : '',
    ended: stay.ended_at ? dateTime(stay.ended_at) : '',
    end_reason: stay.end_reason ? labels.StayEnd[stay.end_reason] : '',
    began: dateTime(stay.began_at),
    free_until: dateTime(stay.free_until),
    lasted: stay.ended_at ? duration(Math.max(0, Math.floor((toMs(stay.ended_at) - toMs(stay.began_at)) / 1000))) : '',
    order_no: stay.order_no || '',
  }
}

/**
 * `12:05`
 * @param {number} seconds
 */
function clock(seconds) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
}

/** @param {readonly IdleLineView[]} lines */
function idleLines(lines) {
  return lines.map((line, index) => ({
    key: index,
    date: line.local_date.slice(5),
    how: `${line.minutes} 分钟 × ${yuan(line.minute_fen)}${line.is_capped ? '，到每天最高' : ''}`,
    fee: yuan(line.fee_fen),
    is_back: line.minutes < 0,
  }))
}

/** @param {readonly {from_at: string, to_at: string}[]} spells */
function idleSpells(spells) {
  return spells.map((spell) => ({ key: spell.from_at, text: `${dateTime(spell.from_at).slice(5)} – ${dateTime(spell.to_at).slice(5)}` }))
}

module.exports = { termsText, stayView, idleLines, idleSpells }
