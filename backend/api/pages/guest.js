// A pile's page in a browser: pay for one charge without a log-in, watch it, stop it, see what went back.
//
// Who has the link after the `#` has the charge: the token is kept there and on this device, and never sent in an address.
// All money arrives as fen; whether something may be done is said by the server (`allowed_actions`).
(function () {
  'use strict'
  var told = JSON.parse(document.getElementById('told').textContent)
  var NAME = 'charge:' + told.qr_token
  var POLL_MS = 3000, SLOW_POLL_MS = 15000, TIMEOUT_MS = 12000
  var box = document.getElementById('charge'), offer = document.getElementById('offer')
  // a sticker scanned anew is for a new charge, unless the one before goes on
  var isScan = !location.hash
  var mine = find(), timer = 0, isAsking = false, shown = ''

  // ---- what this device knows

  function find() {
    var inLink = {}
    location.hash.slice(1).split('&').forEach(function (part) {
      var at = part.indexOf('=')
      if (at > 0) inLink[part.slice(0, at)] = part.slice(at + 1)
    })
    var kept = null
    try {
      kept = JSON.parse(localStorage.getItem(NAME) || 'null')
    } catch (_) {
      // a browser that keeps nothing: the link does
    }
    if (!inLink.t || !inLink.p) return kept
    return kept && kept.token === inLink.t ? kept : { token: inLink.t, payment_no: inLink.p }
  }

  function keep(value) {
    mine = value
    try {
      if (value) localStorage.setItem(NAME, JSON.stringify(value))
      else localStorage.removeItem(NAME)
    } catch (_) {
      // as above
    }
    var hash = value && value.payment_no ? '#t=' + value.token + '&p=' + value.payment_no : ''
    history.replaceState(null, '', location.pathname + hash)
  }

  // ---- asking

  function ask(method, path, body, key) {
    var headers = {}
    if (mine && mine.token) headers.Authorization = 'Bearer ' + mine.token
    if (body) headers['Content-Type'] = 'application/json'
    if (key) headers['Idempotency-Key'] = key
    var cut = new AbortController()
    var limit = setTimeout(function () { cut.abort() }, TIMEOUT_MS)
    return fetch('/api/v1/driver/' + path, { method: method, headers: headers, body: body && JSON.stringify(body), signal: cut.signal })
      .then(function (answer) {
        return answer.json().catch(function () { return {} }).then(function (said) {
          if (answer.ok) return said
          var error = new Error(said.error ? said.error.message : '服务暂时没有答复，请稍后再试。')
          error.code = said.error ? said.error.code : ''
          error.isAnswered = Boolean(said.error)
          throw error
        })
      }, function () {
        var lost = new Error('网络不通，请检查网络后再试。')
        lost.isAnswered = false
        throw lost
      })
      .finally(function () { clearTimeout(limit) })
  }

  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(16))
    return Array.prototype.map.call(bytes, function (one) { return ('0' + one.toString(16)).slice(-2) }).join('')
  }

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
  function lasted(seconds) {
    var minutes = Math.floor(seconds / 60)
    return minutes < 60 ? minutes + ' 分钟' : Math.floor(minutes / 60) + ' 小时 ' + (minutes % 60) + ' 分钟'
  }
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
  function say(text) {
    var note = document.getElementById('said')
    note.hidden = !text
    note.textContent = text || ''
    if (text) note.scrollIntoView({ block: 'nearest' })
  }

  // ---- paying

  function pay(one) {
    var chosen = document.querySelector('input[name=amount]:checked')
    var own = document.getElementById('own'), agreed = document.getElementById('agreed')
    if (!chosen) return say('请先选择金额。')
    if (own && !own.checked) return say('请确认插着的是您的车；不是就请换一把枪。')
    if (agreed && !agreed.checked) return say('请先阅读并同意协议。')
    one.disabled = true
    say('')
    var body = { connector_no: told.connector_no, amount_fen: Number(chosen.value), channel: told.channel, is_own_car: own ? true : null }
    return guest()
      .then(function () { return told.texts.length ? ask('POST', 'agreements/accept', { agreement_nos: told.texts }) : null })
      .then(function () {
        var same = mine.wish && mine.wish.body.amount_fen === body.amount_fen && !mine.payment_no
        keep({ token: mine.token, payment_no: '', wish: same ? mine.wish : { key: newKey(), body: body } })
        return order()
      })
      .catch(function (error) {
        if (error.code === 'unauthenticated') keep(null)
        // refused: the next try is another one; not answered: the same goes on
        else if (error.isAnswered && mine) keep({ token: mine.token, payment_no: '', wish: null })
        say(error.message)
        one.disabled = false
      })
  }

  function guest() {
    if (mine && mine.token && !mine.payment_no) return Promise.resolve()
    mine = null
    return ask('POST', 'guests', { qr_token: told.qr_token }).then(function (made) { keep({ token: made.token, payment_no: '', wish: null }) })
  }

  /** The same key gives the same payment, with a fresh link to the cashier. */
  function order() {
    return ask('POST', 'prepayments', mine.wish.body, mine.wish.key).then(function (asked) {
      keep({ token: mine.token, payment_no: asked.payment_no, wish: mine.wish })
      if (asked.pay && asked.pay.link) location.assign(asked.pay.link)
      else refresh()
    })
  }

  // ---- watching

  function refresh() {
    clearTimeout(timer)
    if (!mine || !mine.payment_no) return showOffer()
    if (isAsking) return undefined
    isAsking = true
    return ask('GET', 'prepayments/' + encodeURIComponent(mine.payment_no))
      .then(function (payment) {
        return ask('GET', 'sessions/' + encodeURIComponent(payment.session_no)).then(function (session) {
          if (!session.order_no) return { payment: payment, session: session, order: null }
          return ask('GET', 'orders/' + encodeURIComponent(session.order_no)).then(function (order) {
            return { payment: payment, session: session, order: order }
          })
        })
      })
      .then(function (now) {
        isAsking = false
        say('')
        var wait = waits(now)
        if (isScan && !wait) {
          keep(null)
          return showOffer()
        }
        isScan = false
        show(now)
        if (wait) again(wait)
      })
      .catch(function (error) {
        isAsking = false
        if (error.code === 'unauthenticated' || error.code === 'payment_not_found') return lost()
        say(error.isAnswered ? error.message : '网络不通，正在重新连接。充电不受影响。')
        again(POLL_MS)
      })
  }

  function again(ms) {
    clearTimeout(timer)
    timer = setTimeout(function () { if (!document.hidden) refresh() }, ms)
  }

  /** How soon something may change; nothing once all has come to its end. */
  function waits(now) {
    var state = now.session.state, payment = now.payment
    if (state === 'failed' || state === 'settled') {
      if (payment.state === 'closed' || (payment.going_back_fen === payment.returned_fen && !payment.rest_due_at && isPaid(payment))) return 0
      return SLOW_POLL_MS
    }
    return state === 'review' ? SLOW_POLL_MS : POLL_MS
  }
  function isPaid(payment) { return payment.paid_at !== null }

  function lost() {
    keep(null)
    showOffer()
    say('这个专属链接打不开：可能没有复制完整，或已超过 30 天。如有问题请联系客服。')
  }

  function showOffer() {
    box.hidden = true
    offer.hidden = false
    // a plug that is put in now is seen without a tap
    if (told.reload_s) timer = setTimeout(function () { if (!document.hidden) location.reload() }, told.reload_s * 1000)
  }

  function show(now) {
    var view = views(now)
    var text = JSON.stringify(view.key)
    offer.hidden = true
    box.hidden = false
    document.getElementById('state').hidden = true // of when the page was opened
    if (text === shown) return
    shown = text
    var hadFocus = box.contains(document.activeElement) && document.activeElement.textContent
    box.textContent = ''
    var head = make('h2', view.title)
    head.setAttribute('role', 'status')
    box.appendChild(head)
    view.parts.forEach(function (part) { if (part) box.appendChild(part) })
    box.appendChild(ownLink())
    Array.prototype.forEach.call(box.querySelectorAll('button'), function (one) { if (one.textContent === hadFocus) one.focus() })
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
    var parts = [make('p', left ? '这把枪为您保留到 ' + two(new Date(payment.expires_at).getHours()) + ':' + two(new Date(payment.expires_at).getMinutes()) + ':' + two(new Date(payment.expires_at).getSeconds()) + '，付款后自动开始充电。' : '正在向支付宝确认有没有付款，请稍候。')]
    if (left && mine.wish) parts.push(button('去支付宝付款 ' + yuan(payment.amount_fen), function (one) {
      one.disabled = true
      order().catch(function (error) { one.disabled = false; say(error.message) })
    }))
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
      card([make('p', why('FailureReason', session.failure_reason) + '。'), note ? make('p', note, 'soft') : null, moneyBack(payment), button('重新开始', restart)]), paid(session, payment)] }
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
      paid(session, payment), button('再充一次', restart, 'light')] }
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
    if (!payment.going_back_fen) return payment.rest_due_at ? null : make('p', '预付的 ' + yuan(payment.amount_fen) + ' 已全部用完。', 'soft')
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
    return button(text, function (one) {
      if (!one.dataset.sure) {
        one.dataset.sure = '1'
        one.textContent = question + '，再点一次确认'
        setTimeout(function () { delete one.dataset.sure; one.textContent = text }, 6000)
        return
      }
      one.disabled = true
      ask('POST', 'sessions/' + encodeURIComponent(session.session_no) + '/stop')
        .then(function () { shown = ''; refresh() })
        .catch(function (error) { one.disabled = false; say(error.message) })
    }, 'danger')
  }

  function restart() {
    keep(null)
    location.reload()
  }

  function ownLink() {
    var more = make('details'), inside = make('div'), link = make('p', location.href, 'link soft')
    more.appendChild(make('summary', '保存这次充电的专属链接'))
    inside.appendChild(make('p', '关掉页面后，用这个链接回来查看、停止或看退款，30 天内有效。不要发给别人。', 'soft'))
    inside.appendChild(link)
    inside.appendChild(button('复制链接', function (one) {
      navigator.clipboard.writeText(location.href).then(function () { one.textContent = '已复制' }, function () { one.textContent = '复制不了，请长按上面的链接' })
    }, 'light'))
    more.appendChild(inside)
    return more
  }

  var payButton = document.getElementById('pay')
  if (payButton) payButton.addEventListener('click', function () { pay(payButton) })
  document.addEventListener('visibilitychange', function () { if (!document.hidden) refresh() })
  window.addEventListener('pageshow', function (event) { if (event.persisted) location.reload() })
  window.addEventListener('hashchange', function () { mine = find(); shown = ''; refresh() })
  if (mine) keep(mine)
  if (mine && mine.payment_no) {
    offer.hidden = true
    box.hidden = false
    box.appendChild(make('p', '正在读取您的充电…', 'soft'))
  }
  refresh()
})()
