/** The pages on which a station is entered. */

export function stationScenes({ API, refuse, statesOf }) {
  return [
    ...[1440, 1280, 768].map((width) => ({
      name: `station-new-${width}`,
      size: [width, 2600],
      path: () => 'stations/new',
      act: (page) => page.getByText('当前位置').or(page.getByText('还没有定位')).waitFor(),
    })),
    {
      name: 'station-new-wrong',
      size: [1440, 2600],
      path: () => 'stations/new',
      act: async (page) => (await page.getByRole('button', { name: '建站', exact: true }).click(), page.getByText('请填写充电站名称').waitFor()),
    },
    { name: 'station-edit', size: [1440, 2800], path: ({ station }) => `stations/${station}/edit`, act: (page) => page.getByText('当前位置').waitFor() },
    {
      name: 'station-edit-conflict',
      path: ({ station }) => `stations/${station}/edit`,
      isStaged: true,
      before: (page) =>
        page.route(`${API}stations/*`, (route) =>
          route.request().method() === 'PUT'
            ? refuse(409, 'row_changed', '您打开之后，别人改过这里。请对照两份内容，再决定怎样保存。')(route)
            : route.continue(),
        ),
      act: async (page) => {
        await page.getByLabel('备注').fill('只有我写了这句')
        await page.getByRole('button', { name: '保存' }).click()
        await page.getByText('别人刚刚改过这里').waitFor()
      },
    },
    {
      name: 'station-close',
      path: ({ station }) => `stations/${station}`,
      act: async (page) => (await page.getByRole('button', { name: '停业' }).click(), page.getByRole('dialog').waitFor()),
    },
    ...statesOf('station-edit', ({ station }) => `stations/${station}/edit`, 'station-form'),
  ]
}
