// The wallet as its page shows it: the amounts to choose from and its movements.
// @ts-check

const { plainYuan, signedYuan, yuan } = require('../../format/money')
const { dayTime, hourMinute } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/wallet').WalletView} WalletView */
/** @typedef {import('../../api/wallet').WalletMovement} WalletMovement */

const OFFERED_FEN = [3000, 5000, 10000, 20000, 30000, 50000]
const EXACT_STEP_FEN = 100
const MOST_OFFERED = 6

/** @param {WalletView} wallet */
function walletView(wallet) {
  return {
    available: plainYuan(wallet.available_fen),
    held: yuan(wallet.held_fen),
    has_held: wallet.held_fen > 0,
    debt: wallet.debt_fen > 0 ? yuan(wallet.debt_fen) : '',
    // what the balance would pay of it at once
    payable: Math.min(wallet.debt_fen, wallet.available_fen) > 0 ? yuan(Math.min(wallet.debt_fen, wallet.available_fen)) : '',
    refunding: wallet.refund_pending_fen > 0 ? yuan(wallet.refund_pending_fen) : '',
    smallest_fen: wallet.smallest_top_up_fen,
    largest_fen: wallet.largest_top_up_fen,
    // a server of the version before does not say
    channels: wallet.top_up_channels || ['wechat'],
    range: `${yuan(wallet.smallest_top_up_fen)} – ${yuan(wallet.largest_top_up_fen)}`,
  }
}

/**
 * The amounts offered; what is needed comes first, in whole yuan.
 * @param {WalletView} wallet
 * @param {number} neededFen 0 for nothing in particular
 */
function amountsOf(wallet, neededFen) {
  const exact = Math.max(wallet.smallest_top_up_fen, Math.ceil(neededFen / EXACT_STEP_FEN) * EXACT_STEP_FEN)
  const offered = neededFen > 0 ? [exact, ...OFFERED_FEN.filter((fen) => fen > exact)] : OFFERED_FEN
  return offered
    .filter((fen) => fen >= wallet.smallest_top_up_fen && fen <= wallet.largest_top_up_fen)
    .slice(0, MOST_OFFERED)
    .map((fen) => ({ fen, text: `¥${plainYuan(fen).replace('.00', '')}`, is_exact: neededFen > 0 && fen === exact }))
}

/**
 * What is paid outside WeChat.
 * @param {NonNullable<import('./top_up').TopUpEnd['elsewhere']>} elsewhere
 */
function elsewhereView({ link, qr_image, expires_at }) {
  return { link, image: qr_image, until: hourMinute(expires_at) }
}

/** @param {number} changeFen */
function debtText(changeFen) {
  if (changeFen === 0) return ''
  return changeFen > 0 ? `新增欠费 ${yuan(changeFen)}` : `补缴欠费 ${yuan(-changeFen)}`
}

/**
 * What is held still belongs to the driver: the sum of a movement is what came or went, and a hold alone is neither.
 * @param {WalletMovement} movement
 */
function movementOf(movement) {
  const net = movement.available_change_fen + movement.held_change_fen
  const parts = [
    // a server of the version before tells none
    movement.note || '',
    movement.held_change_fen > 0 ? `暂扣 ${yuan(movement.held_change_fen)}，多退` : '',
    movement.held_change_fen < 0 && movement.available_change_fen > 0 ? `退回暂扣 ${yuan(movement.available_change_fen)}` : '',
    debtText(movement.debt_change_fen),
  ]
  return {
    entry_no: movement.entry_no,
    label: labels.EntryKind[movement.kind],
    at: dayTime(movement.at),
    change: net === 0 ? '' : signedYuan(net),
    is_in: net > 0,
    detail: parts.filter(Boolean).join('，'),
  }
}

module.exports = { walletView, amountsOf, movementOf, elsewhereView }
