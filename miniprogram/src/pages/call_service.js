// Call customer service: a station's own phone where there is one, else the platform's.
// @ts-check

const { askHelp, knownHelp } = require('../api/help')
const { say } = require('./load')

const NO_PHONE = '平台还没有留客服电话，请拨打充电桩上贴的电话。'

/** @param {string} [ownPhone] of the station that is looked at */
async function callService(ownPhone) {
  try {
    const phoneNumber = ownPhone || knownHelp().service_phone || (await askHelp()).service_phone
    if (!phoneNumber) return say(NO_PHONE)
    wx.makePhoneCall({ phoneNumber, fail: () => {} })
  } catch (thrown) {
    say(/** @type {import('../api/http').ApiError} */ (thrown).message)
  }
}

module.exports = { callService }
