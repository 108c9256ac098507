/** What stands in the way of a new pile, for the person who stands before it: what it means, and what to do. */

import type { ArrivalState, PileArrival } from '@/api/types'
import { label } from '@/labels'

interface Words {
  tone: 'wait' | 'bad' | 'good'
  detail: string
  todo: readonly string[]
}

const CHECKS = [
  '桩通电了吗？能上网吗（网线、SIM 卡、信号）？',
  '服务器地址、端口、加密（TLS）的开关，都和安装表上一样吗？安装表上写要装 CA 证书的，装了吗？',
  '用户名、客户端 ID 都是桩编号吗？大小写和连字符也要一样。',
  '密钥填全了吗？一共 43 个字符，前后没有空格。',
]

const WORDS: Record<ArrivalState, Words> = {
  no_secret: { tone: 'wait', detail: '先发放密钥，把安装表里的内容填进桩里。', todo: [] },
  account_pending: { tone: 'wait', detail: '消息服务器正在接管新密钥，通常几秒钟。', todo: [] },
  account_stuck: { tone: 'bad', detail: '桩现在还不能用这个密钥登录。恢复后会自动生效，不用再操作。', todo: [] },
  not_connected: { tone: 'wait', detail: '请逐项检查：', todo: CHECKS },
  wrong_secret: {
    tone: 'bad',
    detail: '桩用正确的编号来登录，但密钥不对，被消息服务器拒绝。',
    todo: ['重新填一遍密钥，注意全部 43 个字符。', '找不到原来的密钥，就在这里换一个，旧的立刻失效。'],
  },
  wrong_client_id: {
    tone: 'bad',
    detail: '桩登录时，客户端 ID 和用户名不一样。',
    todo: ['把客户端 ID 改成桩编号，和用户名完全一样。'],
  },
  too_many_tries: {
    tone: 'bad',
    detail: '桩连续用错误的密钥登录，被暂停一分钟。',
    todo: ['改好密钥，等一分钟再让桩重新连接。'],
  },
  silent: {
    tone: 'bad',
    detail: '密钥是对的，桩登录成功了，但没有收到能用的消息。多半是主题写错了。',
    todo: ['发布主题应以安装表上的为准：cp/v1/桩编号/up/消息名。', '桩的程序要按协议第 1 版发送 online、boot、heartbeat、status。'],
  },
  refused_messages: {
    tone: 'bad',
    detail: '桩发来的消息，平台没有采用，原样留着等人核对。原因见下面最近几条。',
    todo: ['把下面的原因告诉桩的厂商，修改后会自动恢复。'],
  },
  gone: { tone: 'bad', detail: '桩上过线，但现在没有消息了。', todo: ['看看桩是否断电、断网。'] },
  clock_off: {
    tone: 'wait',
    detail: '桩的时钟和平台差得太多，已经发了校时指令，正在等它校准。',
    todo: ['一直不好，请检查桩的校时功能（set_time）。'],
  },
  no_status: { tone: 'wait', detail: '桩已上线，但有的枪还没有上报状态。', todo: ['核对登记的枪数和实际是否一样。'] },
  no_price: {
    tone: 'wait',
    detail: '桩好了，可以试充电；但充电站还没有选用计费模型，车主扫码会被告知不能充电。',
    todo: ['到充电站的资料里选用一个已发布的计费模型。'],
  },
  not_open: {
    tone: 'wait',
    detail: '桩好了，可以试充电；但充电站对车主隐藏或已停业，车主扫码会被告知不能充电。',
    todo: ['准备好以后，到充电站页面改为对车主显示。'],
  },
  ready: { tone: 'good', detail: '桩已经上线，每把枪都上报了状态，车主可以扫码充电。', todo: [] },
}

export function wordsOf(arrival: PileArrival): Words & { title: string } {
  const words = WORDS[arrival.state]
  const title = label('ArrivalState', arrival.state)
  if (arrival.state === 'account_stuck') {
    const why = arrival.account_problem
      ? label('BrokerProblem', arrival.account_problem)
      : '没有程序把账号交给消息服务器（账号同步没有运行）'
    return { ...words, title, detail: `${why}。${words.detail}` }
  }
  return { ...words, title }
}
