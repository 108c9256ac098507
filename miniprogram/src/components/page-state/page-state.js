// What a page shows while it has nothing to show yet: a skeleton, an error with its ways on, or why it is empty. The
// content itself is the slot.
// @ts-check

const { comeBack } = require('../../api/login')
const { waysOn } = require('./ways_on')
const { callService } = require('../../pages/call_service')

const TABS = ['pages/index/index', 'pages/orders/orders', 'pages/me/me']
const HOME = '/pages/index/index'
/** @type {Record<string, string>} */
const ICONS = { unreachable: 'offline', logged_out: 'driver' }

function isOnTab() {
  const page = getCurrentPages().slice(-1)[0]
  return Boolean(page) && TABS.includes(page.route)
}

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** `loading`, `error`, `empty` or `ready` */
    phase: { type: String, value: 'loading' },
    /** of an ApiError: code, message, requestId */
    error: { type: Object, value: { code: '', message: '', requestId: '' } },
    emptyIcon: { type: String, value: 'empty' },
    emptyText: { type: String, value: '' },
    emptyHint: { type: String, value: '' },
    /** text of the one button of an empty page; it triggers `act` */
    emptyAction: { type: String, value: '' },
    /** text of a second, lighter button; it triggers `other` */
    emptyOther: { type: String, value: '' },
  },
  data: {
    cards: ['first', 'second', 'third'],
    /** @type {import('./ways_on').Way[]} */
    ways: [],
    icon: 'warn',
  },
  observers: {
    /** @param {{code: string}} error */
    error(error) {
      if (error.code) this.setData({ ways: waysOn(error.code, isOnTab()), icon: ICONS[error.code] || 'warn' })
    },
  },
  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    go(event) {
      switch (event.currentTarget.dataset.go) {
        case 'login':
          comeBack()
          return this.triggerEvent('retry')
        case 'orders':
          return wx.switchTab({ url: '/pages/orders/orders' })
        case 'service':
          return callService()
        case 'home':
        case 'stations':
          return wx.switchTab({ url: HOME })
        default:
          return this.triggerEvent('retry')
      }
    },
    act() {
      this.triggerEvent('act')
    },
    other() {
      this.triggerEvent('other')
    },
  },
})
