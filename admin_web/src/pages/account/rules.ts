/** What accounts and passwords look like, said before the server is asked; whether a password is hard to guess is its to say. */

const ACCOUNT = /^[a-z0-9][a-z0-9._@-]{1,49}$/

export const PASSWORD_HINT = '至少 10 个字符，混用字母、数字或符号；或者 16 个字符以上的一句话'

export const ACCOUNT_HINT = '登录用，以后不能改。小写字母、数字和 . _ @ -，例如 li.na'

export function accountCheck(value: string): string {
  return ACCOUNT.test(value) ? '' : '账号要 2 到 50 个字符，以小写字母或数字开头，只用小写字母、数字和 . _ @ -'
}
