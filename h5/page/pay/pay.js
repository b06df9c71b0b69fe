// Paying: WeChat's bridge on the phone, a QR code on the PC. The server alone
// knows whether money came; the page asks it until it does.
import '../../lib/app.js';
import { ask } from '../../lib/net.js';
import { all, busy, isBusy, one, show, text } from '../../lib/ui.js';

const root = one('[data-pay]');
const go = one('[data-go]', root);
const address = root.getAttribute('data-pay');
const way = root.getAttribute('data-way');
let idle = () => {};
let timer = 0;
let wait = 2000;
let watching = false;

const now = () => new Date().toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false });

function mode(waiting) {
  all('[data-show]', root).forEach((element) => show(element, (element.getAttribute('data-show') === 'waiting') === waiting));
}

function fail(message) {
  tell('[data-pay-note]', '');
  tell('[data-pay-error]', message);
}

function tell(where, message) {
  const box = one(where, root);
  text(box, message || '');
  show(box, Boolean(message));
  if (message) box.scrollIntoView({ block: 'nearest' });
}

function done(next) { location.href = next || root.getAttribute('data-next') || location.href; }

async function poll() {
  clearTimeout(timer);
  const answer = await ask(address + '/state');
  if (answer.paid) { done(answer.next); return; }
  // Who looks at the code is about to pay; else there is no hurry.
  const code = one('[data-native]', root);
  wait = code && !code.hidden ? 2500 : Math.min(10000, wait * 1.15);
  if (watching) timer = setTimeout(poll, wait);
}

function watch() {
  watching = true;
  wait = 2000;
  clearTimeout(timer);
  timer = setTimeout(poll, wait);
}

/** bridge waits for WeChat's object, which comes after the page; null when it
 * does not come: another browser that calls itself WeChat. */
function bridge() {
  return new Promise((resolve) => {
    if (window.WeixinJSBridge) { resolve(window.WeixinJSBridge); return; }
    const late = setTimeout(() => resolve(null), 4000);
    document.addEventListener('WeixinJSBridgeReady', () => { clearTimeout(late); resolve(window.WeixinJSBridge); }, { once: true });
  });
}

async function jsapi(params) {
  const weixin = await bridge();
  if (!weixin) { release('没有连上微信支付。请在微信中打开本页再试；已在微信中时，请关闭页面后从公众号菜单再进入'); return; }
  // A client that opens no sheet and says nothing must not keep the button.
  const silent = setTimeout(() => {
    release('');
    tell('[data-pay-note]', '没有看到付款窗口时，请再点一次“去缴费”，不会重复扣款');
  }, 15000);
  weixin.invoke('getBrandWCPayRequest', params, (answer) => {
    clearTimeout(silent);
    const message = (answer && answer.err_msg) || '';
    if (message === 'get_brand_wcpay_request:ok') { confirming(); return; }
    if (message === 'get_brand_wcpay_request:cancel') { release(''); tell('[data-pay-note]', '您取消了付款，可以重新去缴费'); return; }
    release('付款没有完成，请再试一次；如果钱已经扣了，请点“查询付款结果”');
    one('[data-unsure]', root).open = true;
  });
}

// confirming says that WeChat reported success and our server's word is awaited.
function confirming() {
  idle();
  idle = busy(go, '正在确认付款');
  text(one('[data-since]', root), now());
  mode(true);
  one('[data-unsure]', root).open = true;
  watch();
  poll();
}

function release(message) {
  idle();
  idle = () => {};
  mode(false);
  fail(message);
  watch(); // a cancelled sheet may still have been paid: keep asking
}

function native(answer) {
  idle();
  one('[data-qr]', root).src = answer.qr;
  show(one('[data-native]', root), true);
  show(go.closest('.actions'), false);
  one('[data-native]', root).scrollIntoView({ block: 'center' });
  setTimeout(() => {
    show(one('[data-native]', root), false);
    show(go.closest('.actions'), true);
    text(go, '重新获取二维码');
  }, (answer.expires_in || 7200) * 1000);
  watch();
}

async function attempt() {
  if (isBusy(go)) return; // a second click while the first is under way
  fail('');
  idle = busy(go, '正在下单');
  const answer = await ask(address + '/attempt', {}, 30);
  if (!answer.ok) { idle(); fail(answer.error.message); return; }
  if (answer.paid) { done(answer.next); return; }
  if (answer.way === 'native') native(answer);
  else await jsapi(answer.params);
}

async function refresh(event) {
  const button = event.currentTarget;
  if (isBusy(button)) return;
  const free = busy(button, '正在查询');
  const answer = await ask(address + '/refresh', {}, 30);
  free();
  if (answer.paid) { done(answer.next); return; }
  const line = one('[data-refresh-text]', root);
  text(line, answer.ok ? answer.message || '微信还没有收到这笔付款' : answer.error.message);
  show(line, true);
}

if (go) {
  go.addEventListener('click', attempt);
  if (go.hasAttribute('data-wait')) {
    idle = busy(go, '正在确认付款');
    watch();
    // A begun payment may have been given up: after a while allow another.
    setTimeout(() => { idle(); mode(false); }, 30000);
  } else if (way === 'native') watch();
}
const again = one('[data-refresh]', root);
if (again) again.addEventListener('click', refresh);
document.addEventListener('visibilitychange', () => { if (!document.hidden && watching) poll(); });
