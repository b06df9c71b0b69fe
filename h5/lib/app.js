// What every page does: busy buttons, reloading after going back, focus on
// the first error, enlarged text, copying, the offline notice.
import { all, busy, one, reveal, show } from './ui.js';

let keep = () => false;

/** keepOnReturn says when a page restored by "back" must not be reloaded. */
export function keepOnReturn(test) { keep = test; }

// iOS WeChat shows the old page after going back: its state may be over.
addEventListener('pageshow', (event) => { if (event.persisted && !keep()) location.reload(); });

// SubmitEvent.submitter is younger than iOS 14, so remember the click.
let pressed = null;
document.addEventListener('click', (event) => {
  pressed = event.target.closest ? event.target.closest('button') : null;
}, true);

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.hasAttribute('data-sending')) { event.preventDefault(); return; }
  form.setAttribute('data-sending', '');
  const button = pressed && pressed.form === form && pressed.type === 'submit' && !pressed.classList.contains('vh')
    ? pressed : one('[data-submit]', form) || one('[type=submit]:not(.vh)', form);
  // After this event: a disabled or renamed button would not be sent.
  setTimeout(() => { if (button && button.hasAttribute('data-busy')) busy(button); }, 0);
  // A download or a lost connection leaves the page: allow another try.
  setTimeout(() => form.removeAttribute('data-sending'), 15000);
});

async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch (e) {
    const area = document.createElement('textarea');
    area.value = value;
    area.setAttribute('readonly', '');
    area.className = 'vh';
    document.body.appendChild(area);
    area.select();
    area.setSelectionRange(0, value.length);
    let ok = false;
    try { ok = document.execCommand('copy'); } catch (e2) { ok = false; }
    area.remove();
    return ok;
  }
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest && event.target.closest('[data-copy]');
  if (!button) return;
  const words = one('[data-label]', button) || button;
  const before = words.getAttribute('data-before') || words.textContent;
  words.setAttribute('data-before', before);
  const ok = await copy(button.getAttribute('data-copy'));
  words.textContent = ok ? '已复制' : '请长按复制';
  const note = one('[data-copied]', button.closest('.card, .main'));
  if (ok) show(note, true);
  setTimeout(() => { words.textContent = before; }, 3000);
});

document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('[data-open]');
  const target = link && document.getElementById(link.getAttribute('data-open'));
  if (!target) return;
  event.preventDefault();
  target.open = true;
  target.scrollIntoView({ block: 'center' });
  target.querySelector('summary').focus({ preventScroll: true });
});

// The bar at the bottom would hide behind the keyboard, or hide the field.
document.addEventListener('focusin', (event) => {
  if (!event.target.matches('input:not([type=checkbox]):not([type=file]), textarea')) return;
  if (!matchMedia('(pointer: coarse)').matches) return;
  document.body.classList.add('typing');
  setTimeout(() => event.target.scrollIntoView({ block: 'nearest' }), 300);
});
document.addEventListener('focusout', () => document.body.classList.remove('typing'));

function fitSteps() {
  all('[data-steps]').forEach((steps) => {
    steps.classList.remove('is-long');
    const row = one('.steps-row', steps);
    if (row.scrollWidth > row.clientWidth + 1) steps.classList.add('is-long');
  });
}

// The institution's name in full, or the short one where it would be cut.
function fitName() {
  const name = one('.bar-name [data-short]');
  if (!name) return;
  name.textContent = name.getAttribute('data-full') || name.textContent;
  name.setAttribute('data-full', name.textContent);
  const box = name.parentNode;
  if (box.scrollWidth > box.clientWidth) name.textContent = name.getAttribute('data-short');
}

function fit() {
  fitName();
  fitSteps();
}

// WeChat's own text setting: the pages are in rem, so the root size does it,
// and WeChat is told not to enlarge once more.
function followWeChatFont() {
  const bridge = window.WeixinJSBridge;
  if (!bridge || !bridge.on) return;
  const scale = { 1: 0.94, 2: 1, 3: 1.1, 4: 1.2, 5: 1.3, 6: 1.3, 7: 1.3, 8: 1.3 };
  bridge.invoke('setFontSizeCallback', { fontSize: 0 });
  bridge.on('menu:setfont', (answer) => {
    document.documentElement.style.fontSize = 16 * (scale[answer && answer.fontSize] || 1) + 'px';
    bridge.invoke('setFontSizeCallback', { fontSize: 0 });
    fit();
  });
}
if (window.WeixinJSBridge) followWeChatFont();
else document.addEventListener('WeixinJSBridgeReady', followWeChatFont);

function connection() { show(one('[data-offline]'), navigator.onLine === false); }
addEventListener('online', connection);
addEventListener('offline', connection);
connection();

addEventListener('resize', fit);
fit();
const first = one('.field.bad, .agree.bad, [data-field].bad');
if (first) reveal(first);


