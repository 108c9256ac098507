// The bar on every tab with the session that is open now, or that ended while nobody looked; a tap leads to it.
// @ts-check

const { forgetSession } = require('../../api/open_session')
const { SessionWatch } = require('./watch')
const { barOf } = require('./view')

/** @typedef {import('../../api/sessions').SessionView} SessionView */

const AGE_MS = 5000

Component({
  options: { styleIsolation: 'apply-shared' },
  data: {
    /** @type {ReturnType<typeof barOf> | null} */
    bar: null,
  },
  lifetimes: {
    attached() {
      /** @type {SessionView | null} */
      let session = null
      let lostAt = 0
      const show = () => {
        if (session || this.data.bar) this.setData({ bar: session && barOf(session, lostAt, Date.now()) })
      }
      const watch = new SessionWatch((told, lostAtMs) => {
        session = told
        lostAt = lostAtMs
        show()
      })
      const timer = setInterval(() => lostAt > 0 && show(), AGE_MS)
      this.look = () => watch.look()
      this.rest = () => watch.rest()
      this.end = () => {
        watch.end()
        clearInterval(timer)
      }
      this.look()
    },
    detached() {
      this.end()
    },
  },
  pageLifetimes: {
    show() {
      this.look()
    },
    hide() {
      this.rest()
    },
  },
  methods: {
    async look() {},
    rest() {},
    end() {},
    open() {
      const { bar } = this.data
      if (!bar) return
      if (bar.kind !== 'open') forgetSession(bar.session_no)
      const page = bar.kind === 'over' ? '/pages/order/order' : '/pages/charging/charging'
      wx.navigateTo({ url: `${page}?session_no=${bar.session_no}` })
    },
  },
})
