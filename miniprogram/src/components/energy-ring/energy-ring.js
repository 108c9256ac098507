// The ring of the charging page: how full the battery is around, the energy and the money inside.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** -1 where the car does not tell */
    soc: { type: Number, value: -1 },
    energy: { type: String, value: '0.000' },
    total: { type: String, value: '0.00' },
    still: { type: Boolean, value: false },
  },
})
