// Whether a station takes cars now, in words: 营业中 with when it shuts, 已打烊 with when it opens, 已停业.
// @ts-check

const { untilText } = require('../format/time')

/** @typedef {import('../api/stations').StationCard['open_now']} StationOpen */

const NOTHING = { label: '', tone: '', note: '', is_shut: false }

/**
 * @param {StationOpen | undefined} open left out by what an earlier version kept on the phone
 * @param {number} nowMs
 */
function openView(open, nowMs) {
  if (!open) return NOTHING
  if (open.is_closed) return { label: '已停业', tone: 'shut', note: '', is_shut: true }
  if (!open.is_known) return NOTHING
  const at = open.changes_at === null ? '' : untilText(open.changes_at, nowMs)
  if (open.is_open) return { label: '营业中', tone: 'open', note: at && `${at} 打烊`, is_shut: false }
  return { label: '已打烊', tone: 'shut', note: at && `${at} 营业`, is_shut: true }
}

module.exports = { openView }
