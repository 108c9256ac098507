// The app: logs in silently on launch, so that the first page need not wait for it.
// @ts-check

const { getToken } = require('./api/login')

App({
  onLaunch() {
    // a failure shows itself on the page that needs the login, with its retry
    getToken().catch(() => {})
  },

  /** An old link or sticker may name a page that is no more. */
  onPageNotFound() {
    wx.switchTab({ url: '/pages/index/index' })
  },
})
