// What a usual charge costs from now on, and later where waiting saves markedly.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** made by views/price.js */
    outlook: { type: Object, value: { energy: '', total: '', electricity: '', service: '', power: '', later: null } },
  },
})
