// What a page shows while it has nothing to show yet: a skeleton, an error with its retry, or why it is empty. The
// content itself is the slot.
// @ts-check

const { comeBack } = require('../../api/login')

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
  },
  data: {
    cards: ['first', 'second', 'third'],
  },
  methods: {
    retry() {
      if (this.data.error.code === 'logged_out') comeBack()
      this.triggerEvent('retry')
    },
    act() {
      this.triggerEvent('act')
    },
  },
})
