// Where "nearby" is: the driver's rough position if they tell it, else a city or a point they choose, remembered.
// @ts-check

const { cities } = require('../../settings')

/** @typedef {{name: string, latitude: number, longitude: number, is_here: boolean}} NamedPlace */

const CHOSEN_KEY = 'chosen_place'
const ON_THE_MAP = '在地图上选点'

/** @returns {NamedPlace} what is shown when the position is not told */
function fallbackPlace() {
  return wx.getStorageSync(CHOSEN_KEY) || { ...cities[0], is_here: false }
}

/**
 * The rough position (some hundred metres off); null when it is refused or not found.
 * @returns {Promise<NamedPlace | null>}
 */
function findMyPlace() {
  return new Promise((resolve) => {
    wx.getFuzzyLocation({
      type: 'gcj02',
      success: (at) => resolve({ name: '我的位置', latitude: at.latitude, longitude: at.longitude, is_here: true }),
      fail: () => resolve(null),
    })
  })
}

/**
 * WeChat asks for the position once; after a refusal only its settings help.
 * @returns {Promise<NamedPlace | null>}
 */
function askForPlace() {
  return new Promise((resolve) => {
    wx.showModal({
      title: '没有获得您的位置',
      content: '可以在设置里允许使用位置信息，也可以点位置名自己选城市。',
      confirmText: '去设置',
      cancelText: '不用了',
      success: (answer) => {
        if (!answer.confirm) return resolve(null)
        wx.openSetting({ complete: () => findMyPlace().then(resolve) })
      },
      fail: () => resolve(null),
    })
  })
}

/** @returns {Promise<NamedPlace | null>} */
function chooseOnMap() {
  return new Promise((resolve) => {
    wx.chooseLocation({
      success: (at) =>
        resolve({ name: at.name || '所选位置', latitude: Number(at.latitude), longitude: Number(at.longitude), is_here: false }),
      fail: () => resolve(null),
    })
  })
}

/** @returns {Promise<number>} index of the chosen row, -1 for none */
function chooseRow() {
  return new Promise((resolve) => {
    wx.showActionSheet({
      itemList: [...cities.map((city) => city.name), ON_THE_MAP],
      success: (answer) => resolve(answer.tapIndex),
      fail: () => resolve(-1),
    })
  })
}

/**
 * Let the driver choose a city or a point; null when they change their mind.
 * @returns {Promise<NamedPlace | null>}
 */
async function choosePlace() {
  const row = await chooseRow()
  if (row < 0) return null
  const place = row < cities.length ? { ...cities[row], is_here: false } : await chooseOnMap()
  if (place) wx.setStorageSync(CHOSEN_KEY, place)
  return place
}

module.exports = { fallbackPlace, findMyPlace, choosePlace, askForPlace }
