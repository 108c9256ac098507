// The wallet as its page shows it: what it holds and the amounts to choose from.
// @ts-check

const { plainYuan, yuan } = require('../../format/money')
const { hourMinute } = require('../../format/time')

/** @typedef {import('../../api/wallet').WalletView} WalletView */

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

module.exports = { walletView, amountsOf, elsewhereView }
