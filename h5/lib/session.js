// The session of staff ends 30 minutes after the last act. The page then hides
// behind a login, with everything on it as it was, and comes back after it.
// Typing and clicking count as acts, what the page asks by itself does not.
import { forgetAll } from './keep.js';
import { ask } from './net.js';
import { busy, fieldError, make, one, text } from './ui.js';

const idle = 30 * 60e3;
const tell = 5 * 60e3; // how often an act is told to the server
const staff = document.body.getAttribute('data-staff');
let acted = Date.now();
let told = Date.now();
let dialog = null;

export function session() {
  if (!staff) return;
  ['input', 'keydown', 'pointerdown', 'wheel', 'touchstart'].forEach((name) => addEventListener(name, act, { passive: true, capture: true }));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) check(); });
  addEventListener('focus', check);
  const out = one('form[action="/staff/logout"]');
  if (out) out.addEventListener('submit', forgetAll);
  setInterval(() => { if (Date.now() - acted >= idle) check(); }, 20e3);
}

/** sight scrolls the navigation's current entry into sight. */
function sight() {
  const here = one('.console-link[aria-current]');
  if (here) here.parentNode.scrollLeft = here.offsetLeft - 16;
}
sight();

function act() {
  acted = Date.now();
  if (dialog || acted - told < tell) return;
  told = acted;
  status(false).then((answer) => { if (answer === 'gone') lock(); });
}

// 'there', 'gone', 'other' (somebody else logged in here) or 'away' (no network).
async function status(background) {
  const headers = { Accept: 'application/json' };
  if (background) headers['X-Ruxue-Background'] = '1';
  try {
    const response = await fetch('/staff/session', { credentials: 'same-origin', headers: headers });
    if (response.status === 401) return 'gone';
    const answer = await response.json();
    return !answer.ref ? 'away' : answer.ref === staff ? 'there' : 'other';
  } catch (e) {
    return 'away';
  }
}

async function check() {
  const now = await status(true);
  if (now === 'other') location.href = '/staff';
  else if (now === 'gone') lock();
  else if (now === 'there' && dialog) unlock();
}

function input(name, label, type, autocomplete) {
  const id = 'again-' + name;
  const control = make('input', { class: 'control', id: id, name: name, type: type, autocomplete: autocomplete, autocapitalize: 'off', spellcheck: 'false', 'aria-describedby': id + '-error' });
  const line = make('p', { class: 'field-error', id: id + '-error' }, make('span', { 'data-text': '' }));
  line.hidden = true;
  return make('div', { class: 'field', 'data-field': name }, make('label', { class: 'field-label', for: id }, label),
    make('div', { class: 'field-value' }, control), line);
}

function lock() {
  if (dialog) return;
  const form = make('form', { class: 'again-card', 'data-again': '' },
    make('h2', { class: 'card-title', id: 'again-title' }, '登录已过期'),
    make('p', { class: 'small' }, '本页内容都在，重新登录后继续'),
    input('login', '账号', 'text', 'username'), input('password', '密码', 'password', 'current-password'),
    make('button', { class: 'button primary', type: 'submit' }, make('span', { 'data-label': '' }, '登录')));
  dialog = make('dialog', { class: 'again', 'aria-labelledby': 'again-title' }, form);
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  form.addEventListener('submit', (event) => { event.preventDefault(); login(form); });
  document.body.append(dialog);
  document.body.classList.add('locked');
  dialog.showModal();
}

function unlock() {
  document.body.classList.remove('locked');
  dialog.close();
  dialog.remove();
  dialog = null;
  acted = told = Date.now();
}

async function login(form) {
  const step = form.elements.code ? '/staff/factor' : '/staff/login';
  const done = busy(one('.button', form), '正在登录');
  const answer = await ask(step, new URLSearchParams(new FormData(form)));
  done();
  if (!answer.ok) {
    const name = answer.error.field && one('[data-field="' + answer.error.field + '"]', form) ? answer.error.field : form.elements.code ? 'code' : 'password';
    return fieldError(one('[data-field="' + name + '"]', form), answer.error.message);
  }
  if (answer.next.startsWith('/staff/factor?') || answer.next === '/staff/factor') return second(form);
  const now = await status(true);
  if (now === 'there') unlock();
  else location.href = '/staff'; // somebody else, or a step that needs its own page
}

function second(form) {
  one('[data-field="login"]', form).replaceWith(input('code', '验证码', 'text', 'one-time-code'));
  one('[data-field="password"]', form).remove();
  const other = make('a', { class: 'more', href: '/staff/factor', target: '_blank', rel: 'noopener' }, '用微信扫码');
  form.append(make('p', { class: 'center' }, other));
  text(one('.small', form), '请输入验证器 App 的验证码或备用码');
  form.elements.code.focus();
}
