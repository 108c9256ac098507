// WeChat's own payment sheet, for whoever has been given what it takes.
// @ts-check

/** @typedef {import('../api/schema').components['schemas']['WechatPayParams']} SheetParams */

/**
 * What WeChat's sheet says: whether the driver went through with it. Whether it is paid the platform alone says.
 * @param {SheetParams} pay
 * @returns {Promise<boolean>}
 */
function payByWeChat(pay) {
  return new Promise((resolve) => {
    wx.requestPayment({
      timeStamp: pay.timeStamp,
      nonceStr: pay.nonceStr,
      package: pay.package,
      signType: /** @type {'RSA'} */ (pay.signType),
      paySign: pay.paySign,
      success: () => resolve(true),
      fail: () => resolve(false),
    })
  })
}

module.exports = { payByWeChat }
