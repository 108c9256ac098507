// The app: logs in silently on launch, so that the first page need not wait for it.
// @ts-check

const { askHelp } = require('./api/help')
const { getToken } = require('./api/login')
const { listAgreements } = require('./api/agreements')

const AGREEMENTS = '/pages/agreements/agreements'

/** After the log-in: what is to be accepted is shown at once; who has accepted sees nothing of it. */
async function askAgreements() {
  await getToken()
  const { agreements } = await listAgreements('')
  if (agreements.some((agreement) => !agreement.is_accepted)) wx.navigateTo({ url: AGREEMENTS })
}

App({
  onLaunch() {
    // a failure shows itself on the page that needs the login, with its retry; a start asks for what is not accepted
    askAgreements().catch(() => {})
    // where it fails, what was heard last is called
    askHelp().catch(() => {})
  },

  /** An old link or sticker may name a page that is no more. */
  onPageNotFound() {
    wx.switchTab({ url: '/pages/index/index' })
  },
})
