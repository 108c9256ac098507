// How old the page's content is, where it is not what is true now: one line for every page, counting while it stands.
// @ts-check

const { watchNetwork } = require('../../network')
const { agedMs } = require('../../format/time')

const COUNT_MS = 5000

/** @typedef {import('../../api/follow').Fresh} Fresh */

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** of api/follow.js */
    fresh: { type: Object, value: { kind: 'live', heard_at_ms: 0 } },
  },
  data: {
    age: '',
    is_offline: false,
  },
  observers: {
    fresh() {
      this.count()
    },
  },
  lifetimes: {
    attached() {
      const timer = setInterval(() => this.count(), COUNT_MS)
      const unwatch = watchNetwork((isOnline) => {
        this.setData({ is_offline: !isOnline })
        this.count()
      })
      this.end = () => {
        clearInterval(timer)
        unwatch()
      }
    },
    detached() {
      this.end()
    },
  },
  methods: {
    end() {},
    count() {
      const { kind, heard_at_ms } = /** @type {Fresh} */ (this.data.fresh)
      const isOld = kind === 'lost' || this.data.is_offline
      const age = isOld && heard_at_ms > 0 ? agedMs(heard_at_ms, Date.now()) : ''
      if (age !== this.data.age) this.setData({ age })
    },
    retry() {
      this.triggerEvent('retry')
    },
  },
})
