// Being told outside the app: WeChat asks the driver, in the tap that starts a charge; the server counts what was allowed.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['MessageTemplate']} MessageTemplate */

const PATH = '/api/v1/driver/messages'
const DECLINED = 'messages_declined_at'
const QUIET_MS = 30 * 86400 * 1000
/** WeChat asks for three at once at the most. */
const MOST = 3

/** @returns {Promise<MessageTemplate[]>} none where nothing is to be asked; never fails */
async function findTemplates() {
  try {
    return (await request({ method: 'GET', path: PATH })).templates
  } catch {
    return [] // a charge is started without them as well
  }
}

/**
 * Ask in a tap, and tell the server what was allowed. Whoever said no is left in peace for a month.
 * @param {MessageTemplate[]} templates
 */
async function askToTell(templates) {
  const declinedAt = Number(wx.getStorageSync(DECLINED) || 0)
  if (templates.length === 0 || Date.now() - declinedAt < QUIET_MS) return
  const asked = templates.slice(0, MOST)
  try {
    /** @type {Record<string, string>} */
    const answer = await wx.requestSubscribeMessage({ tmplIds: asked.map((one) => one.template_id) })
    const kinds = asked.filter((one) => answer[one.template_id] === 'accept').map((one) => one.kind)
    if (kinds.length === 0) wx.setStorageSync(DECLINED, Date.now())
    // not waited for: the charge goes first
    else request({ method: 'POST', path: `${PATH}/allow`, body: { kinds } }).catch(() => {})
  } catch {
    // switched off in WeChat, or an old one: nobody is told, and nothing is lost
  }
}

module.exports = { findTemplates, askToTell }
