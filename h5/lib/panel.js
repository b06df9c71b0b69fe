// The PC's side of a handoff: fetches a QR code, follows its state by
// server-sent events or by polling, swaps the panel's states in place.
import { ask } from './net.js';
import { all, busy, icon, one, show, span, text } from './ui.js';

const renewals = 3; // codes renewed by themselves before the reader is asked

const root = one('[data-sign]'); // a page has one panel
const address = root && root.getAttribute('data-sign');
const box = one('[data-panel]', root);
const agree = one('[data-agree]', root);
let current = root && root.getAttribute('data-state');
let ticket = null; // the handoff that is followed now
let renewed = 0;

function state(name) {
  current = name;
  all('section[data-state]', box).forEach((section) => show(section, section.getAttribute('data-state') === name));
  const step = name === 'done' ? 4 : name === 'submitted' ? 3 : agree.checked ? 2 : 1;
  all('[data-step]', box).forEach((item) => {
    const n = Number(item.getAttribute('data-step'));
    item.classList.toggle('is-done', n < step);
    item.classList.toggle('is-current', n === step);
    const dot = one('.step-dot', item);
    dot.textContent = n < step ? '' : n;
    if (n < step) dot.append(icon('tick'));
  });
}

function drop() {
  if (!ticket) return;
  ticket.over = true;
  if (ticket.source) ticket.source.close();
  clearTimeout(ticket.timer);
  clearInterval(ticket.clock);
  ticket = null;
}

async function start(button) {
  drop();
  const idle = button ? busy(button, '正在获取') : () => {};
  const answer = await ask(address + '/handoff', {});
  idle();
  if (!answer.ok) {
    text(one('[data-failed]', box), answer.error.message);
    state('failed');
    return;
  }
  one('[data-qr]', box).src = answer.qr;
  text(one('[data-code]', box), answer.code);
  ticket = { ref: answer.ref, events: answer.events, state: answer.state, ends: Date.now() + answer.expires_in * 1000, over: false, errors: 0 };
  state('waiting');
  countdown(ticket);
  listen(ticket);
}

function countdown(mine) {
  const line = one('[data-countdown]', box);
  const tick = () => {
    const left = (mine.ends - Date.now()) / 1000;
    text(line, span(left));
    if (left > 0 || current !== 'waiting') return;
    clearInterval(mine.clock);
    if (renewed < renewals && !document.hidden) { renewed += 1; start(); } else { drop(); state('expired'); }
  };
  mine.clock = setInterval(tick, 500);
  tick();
}

function listen(mine) {
  if (!window.EventSource) { poll(mine, 2000); return; }
  mine.source = new EventSource(mine.events);
  mine.source.addEventListener('state', (event) => {
    mine.errors = 0;
    try { apply(mine, JSON.parse(event.data)); } catch (e) { /* not ours */ }
  });
  mine.source.onerror = () => {
    mine.errors += 1;
    if (mine.errors < 3 && mine.source.readyState !== EventSource.CLOSED) return;
    mine.source.close();
    poll(mine, 2000);
  };
}

async function poll(mine, wait) {
  if (mine.over) return;
  const answer = await ask(mine.state);
  if (mine.over) return;
  if (answer.ok && answer.state) apply(mine, answer);
  if (!mine.over) mine.timer = setTimeout(() => poll(mine, answer.ok ? 2000 : Math.min(10000, wait * 1.5)), wait);
}

function apply(mine, news) {
  if (mine.over) return;
  if (news.expires_in) mine.ends = Date.now() + news.expires_in * 1000;
  const by = news.user ? news.user + ' ' : '';
  if (news.state === 'waiting') { if (current !== 'waiting') state('waiting'); return; }
  if (news.state === 'scanned' || news.state === 'active') {
    text(one('[data-scanned-title]', box), news.state === 'active' ? by + '正在手机上签名' : by + '已扫码，请在手机上签名');
    if (current !== 'scanned') state('scanned');
    return;
  }
  if (news.state === 'submitted' || news.state === 'done') { finish(news); return; }
  drop();
  state('expired');
}

function finish(news) {
  if (news.state === 'submitted' && root.getAttribute('data-confirm')) {
    if (news.picture) {
      one('[data-picture]', box).src = news.picture;
      one('[data-signature]', box).value = news.signature;
      text(one('[data-signer]', box), news.signer);
      text(one('[data-signed-at]', box), news.signed_at);
    }
    show(one('[data-form-error]', box), false);
    state('submitted');
    return;
  }
  if (news.picture) {
    one('[data-done-picture]', box).src = news.picture;
    show(one('[data-done-picture-box]', box), true);
  }
  state('done');
  if (news.state !== 'done' && !news.next) return;
  drop();
  setTimeout(() => { location.href = news.next || location.href; }, 900);
}

function form(selector, after) {
  const element = one(selector, box);
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    const idle = busy(one('button', element));
    const answer = await ask(element.action, new URLSearchParams(new FormData(element)));
    idle();
    const line = one('[data-form-error]', box);
    text(line, answer.ok ? '' : answer.error.message);
    show(line, !answer.ok);
    if (answer.ok) after(answer);
  });
}

function begin(button) {
  const line = one('#agree-error', root);
  show(line, !agree.checked);
  if (!agree.checked) { agree.focus(); return; }
  start(button);
}

/** panel starts the page's panel. */
export function panel() {
  agree.addEventListener('change', () => {
    if (agree.checked && current === 'idle') begin(one('[data-start]', box));
    else state(current);
    if (agree.checked) show(one('#agree-error', root), false);
  });
  one('[data-start]', box).addEventListener('click', (event) => begin(event.currentTarget));
  one('[data-cancel]', box).addEventListener('click', () => start());
  all('[data-renew]', box).forEach((button) => button.addEventListener('click', () => { renewed = 0; start(button); }));
  form('[data-confirm-form]', (answer) => { finish({ state: 'done', next: answer.next }); });
  form('[data-again-form]', () => start());
  addEventListener('pagehide', drop);
  state(current);
}
