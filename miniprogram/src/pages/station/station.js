// A station: the day's prices, its connectors as they are now, and the way there.
// @ts-check

const { getStation } = require('../../api/stations')
const { serverNow } = require('../../api/clock')
const { stationView } = require('./view')
const { callService } = require('../call_service')
const { keepShowing } = require('../live')
const { NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/stations').StationDetail} StationDetail */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof stationView> | null} */
    station: null,
    chosen_strip: 0,
  },

  station_no: '',
  unfollow() {},

  /** @param {{station_no?: string}} options */
  onLoad(options) {
    this.station_no = options.station_no || ''
  },

  onShow() {
    this.refresh()
  },

  onHide() {
    this.unfollow()
  },

  onUnload() {
    this.unfollow()
  },

  refresh() {
    this.unfollow()
    this.unfollow = keepShowing(this, {
      topic: `station:${this.station_no}`,
      read: () => getStation(this.station_no, null),
      show: (detail) => this.show(detail),
    })
  },

  onPullDownRefresh() {
    this.refresh()
    wx.stopPullDownRefresh()
  },

  /** @param {StationDetail} detail */
  show(detail) {
    this.setData({ phase: 'ready', error: NO_ERROR, station: stationView(detail, serverNow()) })
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseStrip(event) {
    this.setData({ chosen_strip: event.currentTarget.dataset.index })
  },

  navigate() {
    const { station } = this.data
    if (!station) return
    const { latitude, longitude, name, address } = station
    wx.openLocation({ latitude, longitude, name, address, scale: 16 })
  },

  call() {
    const { station } = this.data
    if (station) callService(station.phone)
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  openConnector(event) {
    wx.navigateTo({ url: `/pages/confirm/confirm?text=${event.currentTarget.dataset.no}` })
  },
})
