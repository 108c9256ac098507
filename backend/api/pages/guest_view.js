// What a guest's charge looks like in each of its states: a title, the parts below it, and what it was drawn from (`key`).
//
// Nothing is decided or asked here; `act` is what buttons do. All texts go in as text, never as HTML.
function guestView(told, act) { // eslint-disable-line no-unused-vars -- guest.js, in the same script
  'use strict'
  var SURE_MS = 6000
  var sureUntil = 0, linkBox = null

  // ---- words

  function yuan(fen) {
    var size = Math.abs(fen)
    return (fen < 0 ? '-¥' : '¥') + Math.floor(size / 100) + '.' + ('0' + (size % 100)).slice(-2)
  }
  function kwh(wh) { return Math.floor(wh / 1000) + '.' + ('00' + (wh % 1000)).slice(-3) }
  function two(number) { return ('0' + number).slice(-2) }
  function clock(text) {
    var at = new Date(text)
    return at.getMonth() + 1 + '月' + at.getDate() + '日 ' + two(at.getHours()) + ':' + two(at.getMinutes())
  }
  function exactly(text) {
    var at = new Date(text)
    return two(at.getHours()) + ':' + two(at.getMinutes()) + ':' + two(at.getSeconds())
  }
  function lasted(seconds) {
    var minutes = Math.floor(seconds / 60)
    return minutes < 60 ? minutes + ' 分钟' : Math.floor(minutes / 60) + ' 小时 ' + (minutes % 60) + ' 分钟'
  }
  function isPaid(payment) { return payment.paid_at !== null }
  function why(kind, value) {
    if (value === 'driver_app') return '您停止了充电'
    return told.labels[kind][value] || ''
  }

  // ---- elements

  function make(tag, text, name) {
    var one = document.createElement(tag)
    if (text) one.textContent = text
    if (name) one.className = name
    return one
  }
  function card(parts) {
    var one = make('div', '', 'card')
    parts.forEach(function (part) { if (part) one.appendChild(part) })
    return one
  }
  function pairs(rows) {
    var list = make('dl')
    rows.forEach(function (row) {
      if (row[1] === '' || row[1] === null) return
      list.appendChild(make('dt', row[0]))
      list.appendChild(make('dd', row[1]))
    })
    return list
  }
  function button(text, work, name) {
    var one = make('button', text, name)
    one.type = 'button'
    one.addEventListener('click', function () { work(one) })
    return one
  }
  function views(now) {
    var session = now.session, payment = now.payment
    switch (session.state) {
      case 'awaiting_payment':
        return awaiting(session, payment)
      case 'created':
      case 'starting':
        return starting(session, payment)
      case 'failed':
        return failed(session, payment)
      case 'review':
        return { title: '核对中', key: [session.state, payment], parts: [
          make('p', '这次充电的电表记录需要人工核对，核对完才出账单。最迟 24 小时给结果，没有扣的钱会自动退回。'), paid(session, payment)] }
      case 'settled':
        return settled(session, payment, now.order)
      case 'ended':
        return { title: '充电已结束，正在出账单', key: [session.state], parts: [paid(session, payment)] }
      default:
        return charging(session, payment)
    }
  }

  function awaiting(session, payment) {
    var left = Math.max(0, Math.ceil((new Date(payment.expires_at) - Date.now()) / 1000))
    var parts = [make('p', left ? '这把枪为您保留到 ' + exactly(payment.expires_at) + '，付款后自动开始充电。' : '正在向支付宝确认有没有付款，请稍候。')]
    if (left && act.canPay()) parts.push(button('去支付宝付款 ' + yuan(payment.amount_fen), act.payAgain))
    parts.push(stopButton(session, '不充了', '确定不充了吗？已经付的钱会全部退回'))
    return { title: '等待付款', key: [session.state, left > 0], parts: [card(parts), paid(session, payment)] }
  }

  function starting(session, payment) {
    return { title: '正在启动充电', key: [session.state, session.is_start_accepted], parts: [
      card([make('p', session.is_start_accepted ? '充电桩已接受，正在和车辆握手，一般需要 10–30 秒。' : '已收到付款，正在通知充电桩。'),
        make('p', '没有启动成功，' + yuan(payment.amount_fen) + ' 会全部自动退回。', 'soft'),
        stopButton(session, '取消启动', '确定取消启动吗？付的钱会全部退回')]), paid(session, payment)] }
  }

  function charging(session, payment) {
    var meter = session.meter
    return { title: session.state === 'stopping' ? '正在停止' : '充电中', key: [session.state, session.energy_wh, session.total_fen, meter && [meter.power_w, meter.soc_percent, meter.is_stale], Math.floor(session.elapsed_s / 60)], parts: [
      card([make('p', '已充 ' + kwh(session.energy_wh) + ' 度', 'big'),
        make('p', '费用 ' + yuan(session.total_fen) + '（电费 ' + yuan(session.electricity_fen) + ' + 服务费 ' + yuan(session.service_fen) + '）'),
        meter && meter.is_stale ? make('p', '充电桩暂时没有报数，充电不受影响。', 'soft') : null,
        pairs([['已充时长', lasted(session.elapsed_s)], ['功率', meter ? Math.floor(meter.power_w / 100) / 10 + ' kW' : ''],
          ['电池', meter && meter.soc_percent !== null ? meter.soc_percent + '%' : ''],
          ['当前电价', session.price ? perKwh(session.price.total_e5) + ' 元/度' : '']]),
        stopButton(session, '停止充电', '确定停止充电吗？没用完的钱会自动退回')]), paid(session, payment)] }
  }

  function failed(session, payment) {
    var note = isPaid(payment) ? '' : payment.state === 'closed' ? '没有扣款。' : '没有收到付款；如果您已付款，会自动全部退回。'
    return { title: '没有开始充电', key: [session.state, payment], parts: [
      card([make('p', why('FailureReason', session.failure_reason) + '。'), note ? make('p', note, 'soft') : null, moneyBack(payment), button('重新开始', act.restart)]), paid(session, payment)] }
  }

  function settled(session, payment, order) {
    return { title: '充电已完成', key: [session.state, payment, order && order.state, session.allowed_actions], parts: [
      card([make('p', '实际费用 ' + yuan(session.total_fen), 'big'),
        make('p', '电费 ' + yuan(session.electricity_fen) + ' + 服务费 ' + yuan(session.service_fen), 'soft'),
        order && order.state === 'provisional' ? make('p', '充电桩断网，暂按已知电量计费；收到完整记录后更正，最迟 24 小时退余款。', 'note') : null,
        moneyBack(payment),
        payment.written_off_fen ? make('p', '超出预付的 ' + yuan(payment.written_off_fen) + ' 不向您收取。', 'soft') : null,
        stopButton(session, '停止充电', '确定停止充电吗？')]),
      card([pairs([['充入电量', kwh(session.energy_wh) + ' 度'], ['开始', session.started_at ? clock(session.started_at) : ''],
        ['结束', session.ended_at ? clock(session.ended_at) : ''], ['结束原因', why('StopReason', session.stop_reason)],
        ['电表起止', order && order.register_end_wh !== null ? kwh(order.register_start_wh) + ' → ' + kwh(order.register_end_wh) : ''],
        ['订单号', order ? order.order_no : '']]), lines(order)]),
      paid(session, payment), button('再充一次', act.restart, 'light')] }
  }

  /** Each line as it was priced, so that anyone can add it up again. */
  function lines(order) {
    if (!order || !order.fee_lines.length) return null
    var more = make('details'), table = make('table')
    more.appendChild(make('summary', '费用明细'))
    order.fee_lines.forEach(function (line) {
      var row = make('tr')
      row.appendChild(make('td', (line.component === 'electricity' ? '电费 ' : '服务费 ') + slot(line.start_slot) + '–' + slot(line.end_slot)))
      row.appendChild(make('td', kwh(line.energy_wh) + ' 度 × ' + perKwh(line.price_e5)))
      row.appendChild(make('td', yuan(line.fee_fen)))
      table.appendChild(row)
    })
    more.appendChild(make('div')).appendChild(table)
    return more
  }
  function slot(number) { return two(Math.floor(number / 2)) + ':' + (number % 2 ? '30' : '00') }
  function perKwh(e5) { return (Math.floor(e5 / 100000) + '.' + ('0000' + (e5 % 100000)).slice(-5)).replace(/0$/, '') }

  function moneyBack(payment) {
    if (!isPaid(payment)) return null
    if (!payment.going_back_fen) return payment.captured_fen < payment.amount_fen ? null : make('p', '预付的 ' + yuan(payment.amount_fen) + ' 已全部用完。', 'soft')
    var text = payment.refunds.some(function (one) { return one.state === 'needs_staff' })
      ? '要退给您 ' + yuan(payment.going_back_fen) + '，支付渠道没有办成，工作人员会处理。也可以联系客服。'
      : payment.returned_fen === payment.going_back_fen
        ? '已原路退回 ' + yuan(payment.returned_fen) + '。'
        : '正在原路退回 ' + yuan(payment.going_back_fen) + '，一般几分钟到账，付款用银行卡的要 1–3 个工作日。'
    return make('p', text, 'note good')
  }

  function paid(session, payment) {
    return card([pairs([['充电站', session.station_name], ['充电枪', session.pile_name + ' · ' + session.connector_no],
      ['预付', yuan(payment.amount_fen) + (isPaid(payment) ? '' : '（未付）')], ['付款时间', isPaid(payment) ? clock(payment.paid_at) : ''],
      ['支付单号', payment.payment_no], ['客服电话', session.service_phone]])])
  }

  function stopButton(session, text, question) {
    if (session.allowed_actions.indexOf('stop') < 0) return null
    var sure = question + '，再点一次确认'
    var one = button(Date.now() < sureUntil ? sure : text, function () {
      if (Date.now() < sureUntil) {
        one.disabled = true
        act.stop(session.session_no, one)
        return
      }
      // asked for some seconds, also while the figures around it are drawn anew
      sureUntil = Date.now() + SURE_MS
      one.textContent = sure
      setTimeout(function () { one.textContent = text }, SURE_MS)
    }, 'danger')
    return one
  }

  function ownLink() {
    if (linkBox) return linkBox // opened, it stays open
    var more = make('details'), inside = make('div'), link = make('p', location.href, 'link soft')
    more.appendChild(make('summary', '保存这次充电的专属链接'))
    inside.appendChild(make('p', '关掉页面后，用这个链接回来查看、停止或看退款，30 天内有效。不要发给别人。', 'soft'))
    inside.appendChild(link)
    inside.appendChild(button('复制链接', function (one) {
      navigator.clipboard.writeText(location.href).then(function () { one.textContent = '已复制' }, function () { one.textContent = '复制不了，请长按上面的链接' })
    }, 'light'))
    more.appendChild(inside)
    linkBox = more
    return more
  }

  return { of: views, ownLink: ownLink }
}
