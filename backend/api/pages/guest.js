// A pile's page in a browser: pay for one charge without a log-in, watch it, stop it, see what went back.
//
// Who has the link after the `#` has the charge: the token is kept there and on this device, and never sent in an address.
// All money arrives as fen; whether something may be done is said by the server (`allowed_actions`).
(function () {
  'use strict'
  var told = JSON.parse(document.getElementById('told').textContent)
  var NAME = 'charge:' + told.qr_token
  var POLL_MS = 3000, SLOW_POLL_MS = 15000, TIMEOUT_MS = 12000
  var box = document.getElementById('charge'), head = document.getElementById('head'), room = document.getElementById('parts'), offer = document.getElementById('offer')
  // a sticker scanned anew is for a new charge, unless the one before goes on
  var isScan = !location.hash
  var mine = find(), timer = 0, isAsking = false, shown = '', sessionNo = ''
  var draw = guestView(told, {
    canPay: function () { return Boolean(mine && mine.wish) }, payAgain: payAgain, stop: stop, restart: restart,
  })

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
        var away = new Error('网络不通，请检查网络后再试。')
        away.isAnswered = false
        throw away
      })
      .finally(function () { clearTimeout(limit) })
  }

  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(16))
    return Array.prototype.map.call(bytes, function (one) { return ('0' + one.toString(16)).slice(-2) }).join('')
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
        // refused: the next try is another one; not answered, by us or by the channel: the same goes on
        else if (error.isAnswered && mine && error.code.indexOf('channel_') !== 0) keep({ token: mine.token, payment_no: '', wish: null })
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
      sessionNo = asked.session_no
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
    return read()
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

  /** The money after the session: what a bill gives back is there as soon as the bill is. */
  function read() {
    var number = encodeURIComponent(mine.payment_no)
    var known = sessionNo ? Promise.resolve({ session_no: sessionNo }) : ask('GET', 'prepayments/' + number)
    return known.then(function (found) {
      sessionNo = found.session_no
      return ask('GET', 'sessions/' + encodeURIComponent(sessionNo))
    }).then(function (session) {
      var order = session.order_no ? ask('GET', 'orders/' + encodeURIComponent(session.order_no)) : null
      return Promise.all([ask('GET', 'prepayments/' + number), order]).then(function (both) {
        return { payment: both[0], session: session, order: both[1] }
      })
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
      if (payment.state === 'closed' || payment.captured_fen + payment.returned_fen === payment.amount_fen) return 0
      return SLOW_POLL_MS
    }
    return state === 'review' ? SLOW_POLL_MS : POLL_MS
  }

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
    var view = draw.of(now)
    var text = JSON.stringify(view.key)
    offer.hidden = true
    box.hidden = false
    document.getElementById('state').hidden = true // of when the page was opened
    if (text === shown) return
    shown = text
    var hadFocus = box.contains(document.activeElement) && document.activeElement.textContent
    // said aloud when it changes, and only then
    if (head.textContent !== view.title) head.textContent = view.title
    room.textContent = ''
    view.parts.forEach(function (part) { if (part) room.appendChild(part) })
    room.appendChild(draw.ownLink())
    Array.prototype.forEach.call(box.querySelectorAll('button'), function (one) { if (one.textContent === hadFocus) one.focus() })
  }

  function payAgain(one) {
    one.disabled = true
    order().catch(function (error) { one.disabled = false; say(error.message) })
  }

  function stop(sessionNo, one) {
    ask('POST', 'sessions/' + encodeURIComponent(sessionNo) + '/stop')
      .then(function () { shown = ''; refresh() })
      .catch(function (error) { one.disabled = false; say(error.message) })
  }

  function restart() {
    keep(null)
    location.reload()
  }

  var payButton = document.getElementById('pay')
  if (payButton) payButton.addEventListener('click', function () { pay(payButton) })
  document.addEventListener('visibilitychange', function () { if (!document.hidden) refresh() })
  window.addEventListener('pageshow', function (event) { if (event.persisted) location.reload() })
  window.addEventListener('hashchange', function () { mine = find(); shown = ''; sessionNo = ''; refresh() })
  if (mine) keep(mine)
  if (mine && mine.payment_no) {
    offer.hidden = true
    box.hidden = false
    head.textContent = '正在读取您的充电'
  }
  refresh()
})()
