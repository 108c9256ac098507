// What the API answers in page tests: one whole example of each, changed by the test where it matters.

const PRICE = { rate_band: 'flat', electricity_e5: 64830, service_e5: 40000, total_e5: 104830, until: '2026-11-23T09:00:00Z' }
const NEXT = { rate_band: 'peak', electricity_e5: 111470, service_e5: 45000, total_e5: 156470, until: '2026-11-23T10:00:00Z' }
export const CONNECTOR_NO = '3205000000000101'
export const NOW = 'Mon, 23 Nov 2026 04:00:00 GMT'

const OPEN = { is_open: true, is_known: true, is_always: true, is_closed: false, changes_at: null }

export const card = (change = {}) => ({
  station_no: 'Z1', name: '苏州中心超级充电站', city: '苏州市', district: '工业园区', address: '苏州大道西229号',
  lat: 31.317, lng: 120.679, distance_m: 345, opening_hours: '全天营业', parking_fee: '充电期间免费停车2小时',
  open_now: OPEN, amenities: ['toilet', 'shop'], cover_url: '',
  connectors_free: 3, connectors_total: 7, kinds: [{ kind: 'dc', free: 3, total: 7, max_power_w: 160000 }],
  price: PRICE, next_price: NEXT, has_other_prices: false, updated_at: '2026-11-23T03:59:50Z', is_stale: false, ...change,
})

const state = (change = {}) => ({
  connector_no: CONNECTOR_NO, status: 'plugged', group: 'plugged', is_plugged: true, power_w: null, soc_percent: null,
  remaining_s: null, updated_at: '2026-11-23T03:59:50Z', is_stale: false, ...change,
})

const PERIODS = [
  { start_slot: 0, end_slot: 22, rate_band: 'valley', electricity_e5: 27170, service_e5: 35000, total_e5: 62170 },
  { start_slot: 22, end_slot: 48, rate_band: 'flat', electricity_e5: 64830, service_e5: 40000, total_e5: 104830 },
]

const priceDay = (change = {}) => ({
  local_date: '2026-11-23', day_kind: 'workday', day_name: '', plan_name: '', periods: PERIODS, ...change,
})

export const priceStrip = (change = {}) => ({
  tariff_no: 'T1', kinds: ['dc'], periods: PERIODS, today: priceDay(), tomorrow: priceDay({ local_date: '2026-11-24' }),
  is_tomorrow_other: false, changes_at: null, ...change,
})

export const holiday = (name) => priceDay({
  local_date: '2026-11-24', day_kind: 'holiday', day_name: name, plan_name: '假日', periods: [
    { start_slot: 0, end_slot: 48, rate_band: 'flat', electricity_e5: 50000, service_e5: 40000, total_e5: 90000 },
  ],
})

export const station = (change = {}) => ({
  station: card(), service_phone: '400-800-0512', time_zone: 'Asia/Shanghai',
  opening_spans: [], site_guide: '', parking_info: '', photos: [],
  connectors: [{
    connector_no: CONNECTOR_NO, gun: 1, pile_no: '32050000000001', pile_name: '1号快充桩', kind: 'dc',
    standard: 'GB/T 20234.3', rated_w: 160000, tariff_no: 'T1', state: state(),
  }],
  price_strips: [priceStrip()],
  ...change,
})

const OUTLOOK = {
  energy_wh: 30000, rated_w: 160000, electricity_fen: 1945, service_fen: 1200, total_fen: 3145,
  later: { start_at: '2026-11-23T15:00:00Z', total_fen: 1865, saved_fen: 1280 },
}

export const connector = (change = {}) => ({
  connector_no: CONNECTOR_NO, gun: 1, standard: 'GB/T 20234.3', rated_w: 160000, pile_no: '32050000000001',
  pile_name: '1号快充桩', kind: 'dc',
  station: {
    station_no: 'Z1', name: '苏州中心超级充电站', address: '苏州大道西229号', opening_hours: '全天营业', open_now: OPEN,
    parking_fee: '免费停车', service_phone: '400-800-0512',
  },
  price: PRICE, next_price: NEXT, coming_prices: [NEXT], outlook: OUTLOOK, state: state(), is_startable: true, obstacle: null, asks_whose_car: false, idle_terms: null, ...change,
})

export const estimate = (change = {}) => ({
  connector_no: CONNECTOR_NO, rated_w: 160000, price: PRICE, next_price: NEXT, available_fen: 10000, debt_fen: 0,
  min_hold_fen: 500, max_hold_fen: 20000, hold_fen: 10000, short_fen: 0, energy_wh: 95390, duration_s: 2146,
  total_fen: 10000, is_plug_claimed: false, obstacle: null, ...change,
})

export const bill = (change = {}) => ({
  month: '2026-11', first_month: '2026-10', movements: [], next_cursor: null,
  totals: { charged_fen: 5050, paid_fen: 10000, refunded_fen: 2000, other_fen: 0 }, ...change,
})

export const quote = (change = {}) => ({
  connector_no: CONNECTOR_NO, min_fen: 500, max_fen: 20000, channels: ['wechat', 'alipay'], texts: [],
  offers: [{ amount_fen: 2000, energy_wh: 19078, duration_s: 429 }, { amount_fen: 5000, energy_wh: 47695, duration_s: 1073 }],
  ...change,
})

export const session = (change = {}) => ({
  session_no: 'S1', state: 'charging', allowed_actions: ['stop'], station_no: 'Z1', station_name: '苏州中心超级充电站',
  service_phone: '400-800-0512', pile_no: '32050000000001', pile_name: '1号快充桩', connector_no: CONNECTOR_NO,
  created_at: '2026-11-23T03:58:00Z', start_deadline_at: '2026-11-23T03:59:30Z', is_start_sent: true,
  is_start_accepted: true, is_waiting_plug: false, started_at: '2026-11-23T03:58:20Z', ended_at: null, elapsed_s: 100,
  energy_wh: 2345, electricity_fen: 152, service_fen: 94, total_fen: 246, hold_fen: 10000, price: PRICE,
  meter: {
    at: '2026-11-23T03:59:55Z', is_stale: false, power_w: 58400, voltage_mv: 386400, current_ma: 151139,
    soc_percent: 62, temperature_c: 35, remaining_s: 1500,
  },
  stop_reason: null, failure_reason: null, order_no: null, review: null, outcome: null, idle_terms: null, stay: null, ...change,
})

export const order = (change = {}) => ({
  order_no: 'O1', session_no: 'S1', kind: 'charging', state: 'settled', station_no: 'Z1', station_name: '苏州中心超级充电站',
  service_phone: '400-800-0512', pile_no: '32050000000001', pile_name: '1号快充桩', connector_no: CONNECTOR_NO,
  started_at: '2026-11-23T03:58:20Z', ended_at: '2026-11-23T04:10:00Z', duration_s: 700, register_start_wh: 1000,
  register_end_wh: 13345, energy_wh: 12345, electricity_fen: 800, service_fen: 494, total_fen: 1294, held_fen: 10000,
  captured_fen: 1294, released_fen: 8706, debt_fen: 0, is_estimated: false, stop_reason: 'driver_app',
  fee_lines: [
    {
      local_date: '2026-11-23', start_slot: 22, end_slot: 34, rate_band: 'flat', component: 'electricity',
      energy_wh: 12345, price_e5: 64830, fee_fen: 800, note: '',
    },
    {
      local_date: '2026-11-23', start_slot: 22, end_slot: 34, rate_band: 'flat', component: 'service',
      energy_wh: 12345, price_e5: 40000, fee_fen: 494, note: '',
    },
  ],
  segments: [], settled_at: '2026-11-23T04:10:02Z', outcome: null, idle_fen: 0, stay: null, idle_lines: [], idle_spells: [], ...change,
})

export const wallet = (change = {}) => ({
  available_fen: 10000, held_fen: 0, debt_fen: 0, smallest_top_up_fen: 100, largest_top_up_fen: 500000,
  top_up_channels: ['wechat', 'alipay'], as_of: '2026-11-23T04:00:00Z', ...change,
})

const API = '/api/v1/driver'
const told = (body) => () => ({ status: 200, body, headers: { Date: NOW } })

/** Everything a page may ask, with nothing going on; a test lays its own answers over it. */
export const quiet = (change = {}) => ({
  [`GET ${API}/stations/nearby`]: told({ stations: [card()] }),
  [`GET ${API}/stations/Z1`]: told(station()),
  [`GET ${API}/sessions/live`]: told({ session: null }),
  [`POST ${API}/connectors/resolve`]: told(connector()),
  [`GET ${API}/connectors/${CONNECTOR_NO}/estimate`]: told(estimate()),
  [`GET ${API}/messages`]: told({ templates: [] }),
  [`GET ${API}/orders`]: told({ orders: [], next_cursor: null }),
  [`GET ${API}/wallet`]: told(wallet()),
  [`GET ${API}/bills`]: told(bill()),
  [`GET ${API}/help`]: told({ service_phone: '400-800-0512', service_hours: '每天 08:00-22:00' }),
  [`GET ${API}/me`]: told({
    driver_no: 'D1', nickname: '', registered_at: '2026-11-23T00:00:00Z', live_session_no: null, available_fen: 10000,
    held_fen: 0, debt_fen: 0,
  }),
  ...Object.fromEntries(Object.entries(change).map(([name, answer]) => [name.replace(' /', ` ${API}/`), answer])),
})

export const LOGGED_IN = { login_token: 'kept' }
export { told }
