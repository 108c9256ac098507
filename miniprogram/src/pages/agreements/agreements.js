// The texts to accept: those that are pending first and open, and one button for all of them. Whoever was sent here by a
// refused start or top-up goes back to it.
// @ts-check

const { acceptAgreements, listAgreements } = require('../../api/agreements')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')
const { agreementView } = require('./view')

/** @typedef {import('../../api/http').ApiError} ApiError */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof agreementView>[]} */
    agreements: [],
    pending: 0,
    /** the text that is unfolded */
    open_no: '',
    is_accepting: false,
  },

  connector_no: '',

  /** @param {{connector_no?: string}} options */
  onLoad(options) {
    this.connector_no = options.connector_no || ''
    this.refresh()
  },

  refresh() {
    return load(this, async () => {
      const { agreements } = await listAgreements(this.connector_no)
      const views = agreements.map(agreementView).sort((one, other) => Number(one.is_accepted) - Number(other.is_accepted))
      const pending = views.filter((view) => !view.is_accepted)
      return {
        phase: views.length === 0 ? 'empty' : 'ready',
        agreements: views,
        pending: pending.length,
        open_no: pending.length > 0 ? pending[0].agreement_no : '',
      }
    })
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  unfold(event) {
    const { no } = event.currentTarget.dataset
    this.setData({ open_no: this.data.open_no === no ? '' : no })
  },

  async accept() {
    const { agreements, is_accepting } = this.data
    const pending = agreements.filter((view) => !view.is_accepted)
    if (is_accepting || pending.length === 0) return
    this.setData({ is_accepting: true })
    try {
      await acceptAgreements(pending.map((view) => view.agreement_no))
      say('已同意')
      this.goBack()
    } catch (thrown) {
      say(/** @type {ApiError} */ (thrown).message)
    } finally {
      this.setData({ is_accepting: false })
    }
  },

  /** Looking around needs no agreement; a start and a top-up ask again. */
  later() {
    this.goBack()
  },

  goBack() {
    if (getCurrentPages().length > 1) wx.navigateBack()
    else wx.switchTab({ url: '/pages/index/index' })
  },
})
