// Says that the phone is offline, and triggers `online` when it is back so that the page can read anew.
// @ts-check

const { watchNetwork } = require('../../network')

Component({
  // without a node of its own around it, so that it stays in sight while the page scrolls
  options: { styleIsolation: 'apply-shared', virtualHost: true },
  data: { isOffline: false },
  lifetimes: {
    attached() {
      let wasOffline = false
      this.unwatch = watchNetwork((isOnline) => {
        this.setData({ isOffline: !isOnline })
        if (isOnline && wasOffline) this.triggerEvent('online')
        wasOffline = !isOnline
      })
    },
    detached() {
      this.unwatch()
    },
  },
  methods: {
    unwatch() {},
  },
})
