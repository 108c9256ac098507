// Home: the stations nearby on a map and in a list, and the way to a charge by scanning or typing a number. Works
// without a position: then a city or a point is chosen.
// @ts-check

const { listNearby } = require('../../api/stations')
const { keep, findKept } = require('../../api/keep')
const { serverNow } = require('../../api/clock')
const { fallbackPlace, findMyPlace, choosePlace, askForPlace } = require('./place')
const { chooseStations, cardOf } = require('./view')
const { groupsOf, markerOf, placeOf } = require('./pins')
const { keepShowing } = require('../live')
const { NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/stations').StationCard} StationCard */
/** @typedef {import('./place').NamedPlace} NamedPlace */
/** A list and where its distances are measured from. @typedef {{stations: StationCard[], place: NamedPlace}} Nearby */

const NEAR_M = 20000
const WIDE_M = 50000
const CITY_SCALE = 12
const REFRESH_MS = 60000
const KEPT = 'stations'
const FITTED = 3
/** Room for a pin's words above it and to its sides. */
const FIT_PADDING = [88, 64, 32, 64]
/** As in index.wxss. */
const MAP_SHARE = 0.34

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
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
    /** where distances are measured from, when that is not where the driver is */
    measured_from: '',
    wish: { text: '', isFree: false, kind: '', isByPrice: false },
    is_typing: false,
    /** the card to scroll to */
    into: '',
  },

  /** @type {Nearby} */
  nearby: { stations: [], place: fallbackPlace() },
  /** @type {StationCard[][]} */
  groups: [],
  /** what the map shows now */
  view_of_map: { centre: /** @type {import('../../api/stations').Place} */ (fallbackPlace()), scale: CITY_SCALE, width: 0, height: 0 },
  isLocated: false,
  isSeen: false,
  mayFit: true,
  unfollow() {},

  async onLoad() {
    const { windowWidth, windowHeight } = wx.getWindowInfo()
    Object.assign(this.view_of_map, { width: windowWidth, height: Math.floor(windowHeight * MAP_SHARE) })
    const mine = await findMyPlace()
    this.setData({ is_refused: mine === null, place: mine || fallbackPlace() })
    this.isLocated = true
    if (this.isSeen) this.refresh()
  },

  async onShow() {
    this.isSeen = true
    if (!this.isLocated) return
    this.refresh()
    // the driver may have allowed it meanwhile, in WeChat's settings
    if (!this.data.is_refused) return
    const mine = await findMyPlace()
    if (mine && this.data.is_refused) this.goTo(mine)
  },

  onHide() {
    this.stop()
  },

  onUnload() {
    this.stop()
  },

  stop() {
    this.isSeen = false
    this.unfollow()
    this.unfollow = () => {}
  },

  refresh() {
    this.unfollow()
    this.unfollow = keepShowing(this, {
      topic: '',
      everyMs: REFRESH_MS,
      read: () => this.read(),
      show: (nearby) => this.show(nearby),
      findKept: () => findKept(KEPT),
    })
  },

  /** @returns {Promise<Nearby>} */
  async read() {
    const { place, is_wide } = this.data
    const nearby = { stations: await listNearby(place, is_wide ? WIDE_M : NEAR_M), place }
    keep(KEPT, nearby)
    return nearby
  },

  /** @param {Nearby} nearby */
  show(nearby) {
    this.nearby = nearby
    this.setData({ phase: 'ready', error: NO_ERROR, place: nearby.place, ...this.view() })
    if (this.mayFit) this.fit(nearby.stations.slice(0, FITTED), true)
    this.mayFit = false
  },

  view() {
    const nowMs = serverNow()
    const { wish, chosen_no } = this.data
    const { stations, place } = this.nearby
    const fitting = chooseStations(stations, wish)
    const isChosen = (/** @type {StationCard} */ station) => station.station_no === chosen_no
    const ordered = [...fitting.filter(isChosen), ...fitting.filter((station) => !isChosen(station))]
    this.groups = groupsOf(ordered, this.view_of_map.scale)
    return {
      found: stations.length,
      cards: ordered.map((station) => cardOf(station, nowMs)),
      markers: this.groups.map((group, id) => markerOf(group, id, chosen_no, this.view_of_map)),
      measured_from: place.is_here ? '' : place.name,
    }
  },

  /**
   * Move the map so that these are seen, with their words.
   * @param {StationCard[]} stations
   * @param {boolean} withHere the driver's own place, too
   */
  fit(stations, withHere) {
    const here = withHere && this.nearby.place.is_here ? [this.nearby.place] : []
    const points = [...stations.map(placeOf), ...here].map(({ latitude, longitude }) => ({ latitude, longitude }))
    if (stations.length > 0) wx.createMapContext('map').includePoints({ points, padding: FIT_PADDING, fail: () => {} })
  },

  /**
   * The map shows something else: other pins touch one another, other words are cut.
   * @param {WechatMiniprogram.CustomEvent<{type: string, scale?: number, centerLocation?: import('../../api/stations').Place}>} event
   */
  regionChange(event) {
    const { type, scale, centerLocation } = event.detail
    if ((type || event.type) !== 'end' || !scale || !centerLocation) return
    Object.assign(this.view_of_map, { scale, centre: centerLocation })
    this.setData({ markers: this.view().markers })
  },

  /** @param {Partial<{text: string, isFree: boolean, kind: string, isByPrice: boolean}>} change */
  wishFor(change) {
    this.data.wish = { ...this.data.wish, ...change }
    this.setData({ wish: this.data.wish, ...this.view() })
  },

  /** @param {WechatMiniprogram.Input} event */
  search(event) {
    const text = event.detail.value
    this.wishFor({ text })
    const found = chooseStations(this.nearby.stations, this.data.wish)
    if (text.trim()) this.fit(found, false)
    else this.fit(found.slice(0, FITTED), true)
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
    const group = this.groups[event.detail.markerId]
    if (!group) return
    this.data.chosen_no = group[0].station_no
    // told anew each time: the same card may have been scrolled away since
    this.setData({ chosen_no: this.data.chosen_no, into: '', ...this.view() })
    this.setData({ into: 'list-top' })
    if (group.length > 1) this.fit(group, false)
  },

  async locate() {
    const mine = (await findMyPlace()) || (await askForPlace())
    if (mine) await this.goTo(mine)
    else this.setData({ is_refused: true })
  },

  async changePlace() {
    const place = await choosePlace()
    if (place) await this.goTo(place)
  },

  /** @param {NamedPlace} place */
  goTo(place) {
    this.mayFit = true
    const isRefused = this.data.is_refused && !place.is_here
    this.setData({ place, is_refused: isRefused, is_wide: false, chosen_no: '', phase: 'loading' })
    this.refresh()
  },

  widen() {
    this.mayFit = true
    this.setData({ is_wide: true })
    this.refresh()
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
