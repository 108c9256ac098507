// What an operator adapts besides the host: the cities a driver can pick by name.
// @ts-check

/** City centres, GCJ-02; the first is shown to a driver who refuses to tell their location. */
const cities = [
  { name: '苏州', latitude: 31.317, longitude: 120.6789 },
  { name: '上海', latitude: 31.2304, longitude: 121.4737 },
  { name: '无锡', latitude: 31.4912, longitude: 120.3119 },
  { name: '南京', latitude: 32.0603, longitude: 118.7969 },
  { name: '杭州', latitude: 30.2741, longitude: 120.1551 },
]

module.exports = { cities }
