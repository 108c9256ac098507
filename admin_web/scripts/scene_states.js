/** What pages have in common when they are looked at: states that are brought about, and what is waited for. */

export const API = '**/api/v1/admin/'
export const REQUEST_ID = '01KB0000000000000000000000'

export function refuse(status, code, message, data = {}) {
  const body = JSON.stringify({ error: { code, message, data, request_id: REQUEST_ID } })
  return (route) => route.fulfill({ status, contentType: 'application/json', body })
}

export const isBusy = refuse(503, 'service_unavailable', '服务繁忙，请稍后再试；正在进行的充电不受影响。')
export const isExpired = refuse(401, 'unauthenticated', '登录已失效，请重新登录。')
export const never = () => undefined

export function ready(page) {
  return page.locator('main .scroll tbody tr').first().waitFor()
}

export function settled(page) {
  return page.locator('h1').first().waitFor()
}

/** Neither asked nor told: the live feed would bring what the request does not. */
export async function breakOff(page, what, answer) {
  await page.routeWebSocket('**/ws', never)
  await page.route(`${API}${what}`, answer)
}

/** The same states of a page that shows `what`. */
export function statesOf(name, path, what) {
  return [
    {
      name: `${name}-loading`,
      path,
      isStaged: true,
      before: (page) => breakOff(page, what, never),
      act: (page) => page.locator('.el-skeleton').first().waitFor(),
    },
    {
      name: `${name}-error`,
      path,
      isStaged: true,
      before: (page) => breakOff(page, what, isBusy),
      act: (page) => page.getByText('请求编号').first().waitFor(),
    },
    {
      name: `${name}-offline`,
      path,
      isStaged: true,
      before: (page) => breakOff(page, what, (route) => route.abort('internetdisconnected')),
      act: (page) => page.getByText('网络已断开').first().waitFor(),
    },
  ]
}

/** `what` is answered with this: for rows that a demo does not make by itself. */
export function tell(what, body) {
  return (page) => page.route(`${API}${what}`, (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify(body) }))
}

export function emptyOf(name, path, what, body) {
  return {
    name: `${name}-empty`,
    path,
    before: (page) =>
      page.route(`${API}${what}`, (route) =>
        route.fulfill({
          contentType: 'application/json',
          body: JSON.stringify({ ...body, prev_cursor: null, next_cursor: null, total: { count: 0, is_capped: false } }),
        }),
      ),
    act: (page) => page.locator('.notice').first().waitFor(),
  }
}

export async function wrongLogIn(page) {
  await page.getByLabel('账号', { exact: true }).fill('admin')
  await page.getByLabel('密码', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('alert').waitFor()
}

/** The draft of the first tariff, begun where there is none. */
export async function openEditor(page) {
  await page.locator('main .scroll tbody a').first().click()
  await page.getByRole('button', { name: /改价|继续编辑草稿/ }).click()
  await page.getByRole('listbox').first().waitFor()
}
