// Times as people read them, always of Asia/Shanghai: it has had no summer time since 1991, so a fixed offset is
// right, and Intl is missing on some phones.
// @ts-check

const OFFSET_MS = 8 * 3600 * 1000
const DAY_MS = 86400 * 1000
const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86400
const SLOT_MINUTES = 30
const WHOLE_DAY = /^0?0:00\s*[-–—~～至]\s*24:00$/
const WIRE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z$/

/** @param {number} value */
const two = (value) => String(value).padStart(2, '0')

/**
 * Milliseconds since 1970 of the API's UTC text; its microseconds are beyond what every phone's Date.parse takes.
 * @param {string} text
 */
function toMs(text) {
  const found = WIRE.exec(text)
  if (!found) throw new Error(`not a UTC time: ${text}`)
  const parts = found.slice(1, 7).map(Number)
  return Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5]) + Number((found[7] || '').padEnd(3, '0').slice(0, 3))
}

/** @param {number} ms */
function local(ms) {
  return new Date(ms + OFFSET_MS)
}

/** @param {number} ms */
function dayOf(ms) {
  return Math.floor((ms + OFFSET_MS) / DAY_MS)
}

/**
 * `17:00`
 * @param {string} text
 */
function hourMinute(text) {
  const at = local(toMs(text))
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
}

/**
 * `17:00`, or `明日 00:00` when it is not today.
 * @param {string} text
 * @param {number} nowMs
 */
function untilText(text, nowMs) {
  const days = dayOf(toMs(text)) - dayOf(nowMs)
  return `${days === 1 ? '明日 ' : ''}${days > 1 ? `${days} 天后 ` : ''}${hourMinute(text)}`
}

/**
 * `2026-11-23 11:04:33`
 * @param {string} text
 */
function dateTime(text) {
  const at = local(toMs(text))
  return `${at.toISOString().slice(0, 10)} ${at.toISOString().slice(11, 19)}`
}

/**
 * `11月23日 11:04`
 * @param {string} text
 */
function dayTime(text) {
  const at = local(toMs(text))
  return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${hourMinute(text)}`
}

/**
 * `2026年11月`
 * @param {string} text
 */
function month(text) {
  const at = local(toMs(text))
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月`
}

/**
 * `1小时23分`, `36分钟`, `48秒`.
 * @param {number} seconds
 */
function duration(seconds) {
  if (seconds < MINUTE_S) return `${seconds}秒`
  const hours = Math.floor(seconds / HOUR_S)
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S)
  if (hours === 0) return `${minutes}分钟`
  return minutes === 0 ? `${hours}小时` : `${hours}小时${minutes}分`
}

/**
 * A running clock: `00:07:05`.
 * @param {number} seconds
 */
function stopwatch(seconds) {
  return [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / MINUTE_S), seconds % MINUTE_S].map(two).join(':')
}

/**
 * How old something is: `刚刚`, `5分钟前`, `2小时前`, `3天前`.
 * @param {number} atMs
 * @param {number} nowMs
 */
function agoMs(atMs, nowMs) {
  const seconds = Math.max(0, Math.floor((nowMs - atMs) / 1000))
  if (seconds < MINUTE_S) return '刚刚'
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}分钟前`
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)}小时前`
  return `${Math.floor(seconds / DAY_S)}天前`
}

/**
 * How old something is that should be new: to the second in its first minute, `20秒前`, then as agoMs.
 * @param {number} atMs
 * @param {number} nowMs
 */
function agedMs(atMs, nowMs) {
  const seconds = Math.max(1, Math.floor((nowMs - atMs) / 1000))
  return seconds < MINUTE_S ? `${seconds}秒前` : agoMs(atMs, nowMs)
}

/**
 * The same as agoMs of the API's UTC text.
 * @param {string} text
 * @param {number} nowMs
 */
function ago(text, nowMs) {
  return agoMs(toMs(text), nowMs)
}

/**
 * The start of a half-hour of the day: `08:30` for 17, `24:00` for 48.
 * @param {number} slot
 */
function slotTime(slot) {
  const minutes = slot * SLOT_MINUTES
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/**
 * How much of the day has passed, in half-hours and parts of one: 22.5 at 11:15.
 * @param {number} nowMs
 */
function slotNow(nowMs) {
  return ((nowMs + OFFSET_MS) % DAY_MS) / (SLOT_MINUTES * MINUTE_S * 1000)
}

/**
 * `全天` for a day without a break; anything else as the operator wrote it.
 * @param {string} text
 */
function openingHours(text) {
  return text.replace(WHOLE_DAY, '全天')
}

module.exports = {
  ...{ toMs, hourMinute, untilText, dateTime, dayTime, month, duration, stopwatch, ago, agoMs, agedMs },
  ...{ slotTime, slotNow, openingHours },
}
