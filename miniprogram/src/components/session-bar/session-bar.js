// The session that is open now, on every tab: what it has come to, and a tap leads to it.
// @ts-check

const { findLiveSession, getSession } = require('../../api/sessions')
const { follow } = require('../../api/follow')
const { plainYuan } = require('../../format/money')
const { kwhShort } = require('../../format/energy')
const { isOpen } = require('../../views/session')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/sessions').SessionView} SessionView */

/** @param {SessionView} session */
function barOf(session) {
  return {
    session_no: session.session_no,
    label: labels.SessionState[session.state],
    place: `${session.station_name} ${session.pile_name}`,
    energy: kwhShort(session.energy_wh),
    total: plainYuan(session.total_fen),
    soc: session.meter && session.meter.soc_percent !== null ? session.meter.soc_percent : -1,
  }
}

Component({
  options: { styleIsolation: 'apply-shared' },
  data: {
    /** @type {ReturnType<typeof barOf> | null} */
    bar: null,
    /** counts what began or ended, so that an answer that comes too late is dropped */
    looks: 0,
  },
  lifetimes: {
    attached() {
      this.look()
    },
    detached() {
      this.stop()
    },
  },
  pageLifetimes: {
    show() {
      this.look()
    },
    hide() {
      this.stop()
    },
  },
  methods: {
    unfollow() {},
    stop() {
      this.setData({ looks: this.data.looks + 1 })
      this.unfollow()
      this.unfollow = () => {}
    },
    async look() {
      this.stop()
      const { looks } = this.data
      try {
        const session = await findLiveSession()
        if (looks !== this.data.looks) return
        if (!session) return this.setData({ bar: null })
        this.show(session)
        this.followOne(session.session_no)
      } catch (_) {
        // the page itself tells what is wrong; a bar that was true a moment ago stays
      }
    },
    /** @param {string} sessionNo */
    followOne(sessionNo) {
      this.stop()
      this.unfollow = follow({
        topic: `session:${sessionNo}`,
        read: () => getSession(sessionNo),
        onData: (session) => this.show(session),
        onError: () => {},
      })
    },
    /** @param {SessionView} session */
    show(session) {
      const isLive = isOpen(session)
      this.setData({ bar: isLive ? barOf(session) : null })
      if (!isLive) this.stop()
    },
    open() {
      const { bar } = this.data
      if (bar) wx.navigateTo({ url: `/pages/charging/charging?session_no=${bar.session_no}` })
    },
  },
})
