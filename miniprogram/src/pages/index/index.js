// Home: the stations nearby on a map and in a list, and the way to a charge by scanning or typing a number. Works
// without a position: then a city or a point is chosen.
// @ts-check

const { listNearby } = require('../../api/stations')
const { serverNow } = require('../../api/clock')
const { fallbackPlace, findMyPlace, choosePlace } = require('./place')
const { chooseStations, cardOf, markerOf } = require('./view')
const { keepList, findKeptList } = require('./last_list')
const { agoMs } = require('../../format/time')
const { load, say, NO_ERROR } = require('../load')

/** @typedef {import('../../api/stations').StationCard} StationCard */
/** @typedef {import('./place').NamedPlace} NamedPlace */

const NEAR_M = 20000
const WIDE_M = 50000
const CITY_SCALE = 12

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    place: fallbackPlace(),
    is_refused: false,
    is_wide: false,
    scale: CITY_SCALE,
    /** @type {ReturnType<typeof markerOf>[]} */
    markers: [],
    /** @type {ReturnType<typeof cardOf>[]} */
    cards: [],
    chosen_no: '',
    found: 0,
    /** how old the list is when it is one kept from before; '' for a new one */
    kept_age: '',
    wish: { text: '', isFree: false, kind: '', isByPrice: false },
    is_typing: false,
  },

  /** @type {StationCard[]} */
  stations: [],
  isSeen: false,

  async onLoad() {
    const mine = await findMyPlace()
    this.setData({ is_refused: mine === null, place: mine || fallbackPlace() })
    await this.refresh()
    this.isSeen = true
  },

  onShow() {
    if (this.isSeen) this.refresh()
  },

  refresh() {
    return load(this, async () => {
      const list = await this.read()
      this.stations = list.stations
      return { ...this.view(), kept_age: list.age }
    })
  },

  /** The stations nearby; without a network the last ones known, if nothing is shown yet. */
  async read() {
    try {
      const stations = await listNearby(this.data.place, this.data.is_wide ? WIDE_M : NEAR_M)
      keepList(stations)
      return { stations, age: '' }
    } catch (thrown) {
      const kept = findKeptList()
      const isLost = /** @type {import('../../api/http').ApiError} */ (thrown).code === 'unreachable'
      if (!isLost || !kept || this.data.phase === 'ready') throw thrown
      return { stations: kept.stations, age: agoMs(kept.at_ms, serverNow()) }
    }
  },

  view() {
    const nowMs = serverNow()
    const { wish, chosen_no, place } = this.data
    const fitting = chooseStations(this.stations, wish)
    const ordered = [
      ...fitting.filter((station) => station.station_no === chosen_no),
      ...fitting.filter((station) => station.station_no !== chosen_no),
    ]
    return {
      found: this.stations.length,
      cards: ordered.map((station) => cardOf(station, nowMs, place.is_here)),
      markers: this.stations.map(markerOf).filter((marker) => fitting.includes(this.stations[marker.id])),
    }
  },

  /** @param {Partial<{text: string, isFree: boolean, kind: string, isByPrice: boolean}>} change */
  wishFor(change) {
    this.data.wish = { ...this.data.wish, ...change }
    this.setData({ wish: this.data.wish, ...this.view() })
  },

  /** @param {WechatMiniprogram.Input} event */
  search(event) {
    this.wishFor({ text: event.detail.value })
  },

  toggleFree() {
    this.wishFor({ isFree: !this.data.wish.isFree })
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  toggleKind(event) {
    const { kind } = event.currentTarget.dataset
    this.wishFor({ kind: this.data.wish.kind === kind ? '' : kind })
  },

  toggleOrder() {
    this.wishFor({ isByPrice: !this.data.wish.isByPrice })
  },

  clearWish() {
    this.wishFor({ text: '', isFree: false, kind: '' })
  },

  /** @param {WechatMiniprogram.CustomEvent<{markerId: number}>} event */
  choose(event) {
    const station = this.stations[event.detail.markerId]
    if (!station) return
    this.data.chosen_no = station.station_no
    this.setData({ chosen_no: station.station_no, ...this.view() })
  },

  async locate() {
    const mine = await findMyPlace()
    if (!mine) {
      this.setData({ is_refused: true })
      return say('没有获得位置，可在下方选择城市')
    }
    await this.goTo(mine)
  },

  async changePlace() {
    const place = await choosePlace()
    if (place) await this.goTo(place)
  },

  /** @param {NamedPlace} place */
  async goTo(place) {
    this.setData({ place, is_refused: this.data.is_refused && !place.is_here, is_wide: false, chosen_no: '' })
    await this.refresh()
  },

  async widen() {
    this.setData({ is_wide: true })
    await this.refresh()
  },

  scan() {
    wx.scanCode({
      scanType: ['qrCode'],
      success: (answer) => this.confirm(answer.result),
      fail: () => {},
    })
  },

  openSheet() {
    this.setData({ is_typing: true })
  },

  closeSheet() {
    this.setData({ is_typing: false })
  },

  /** @param {WechatMiniprogram.CustomEvent<{text: string}>} event */
  typed(event) {
    this.setData({ is_typing: false })
    this.confirm(event.detail.text)
  },

  /** @param {string} text */
  confirm(text) {
    wx.navigateTo({ url: `/pages/confirm/confirm?text=${encodeURIComponent(text)}` })
  },
})
