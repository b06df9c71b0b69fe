// Reviews: the next case comes in place, by button or key; what is decided may
// be undone for ten seconds; new cases appear by themselves.
import '../../lib/console.js';
import { ask } from '../../lib/net.js';
import { reasons } from '../../lib/reasons.js';
import { page, swap } from '../../lib/swap.js';
import { busy, one, show, text } from '../../lib/ui.js';
import { watchUndo } from '../../lib/undo.js';
import { zoom } from '../../lib/zoom.js';

const desk = one('[data-desk]');
const wide = matchMedia('(min-width: 768px)');
let why = null; // the reasons of the case that is shown
let working = false;

function settle() {
  const form = one('[data-decide]');
  why = form ? reasons(form) : null;
  watchUndo();
}

function complain(message) {
  const line = one('[data-desk-error]');
  text(line, message);
  show(line, true);
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => show(line, false), 8000);
}

// The phone's bar is the case's own while one is open.
function frame(fresh) {
  desk.className = one('[data-desk]', fresh).className;
  document.body.className = fresh.body.className;
}

function help() {
  const dialog = one('[data-help]');
  if (dialog.open) dialog.close();
  else if (dialog.showModal) dialog.showModal();
}

async function go(url, back) {
  const fresh = await page(url);
  if (!fresh) { location.href = url; return; }
  swap(fresh);
  frame(fresh);
  if (!back) history.pushState(null, '', fresh.address);
  settle();
  one('.work').scrollTop = 0;
  if (!wide.matches) scrollTo(0, 0);
}

async function send(url, body, button, after) {
  if (working) return;
  working = true;
  const free = busy(button);
  const answer = await ask(url, body);
  free();
  working = false;
  if (answer.ok) { await go(answer.next); return; }
  if (answer.error.kind === 'unauthorized') { location.reload(); return; }
  if (answer.error.field === 'reason' && why) { openReasons(true); why.demand(answer.error.message); return; }
  complain(answer.error.message);
  if (after) await after();
}

function decide(verdict) {
  const form = one('[data-decide]');
  if (!form || working) return;
  if (verdict === 'reject' && !why.demand()) { openReasons(true); return; }
  const body = new URLSearchParams(new FormData(form));
  body.set('verdict', verdict);
  // Somebody was faster: show what became of it.
  send(form.getAttribute('action'), body, one(verdict === 'reject' ? '[data-reject]' : '[data-approve]', form), () => go(location.href, true));
}

function undo() {
  const form = one('[data-undo]');
  if (form) send(form.getAttribute('action'), new URLSearchParams(new FormData(form)), one('button', form));
}

function openReasons(open) {
  const sheet = one('[data-reasons]');
  if (sheet) sheet.classList.toggle('open', open);
}

let pressed = null;
document.addEventListener('click', (event) => {
  const hit = (selector) => event.target.closest(selector);
  pressed = hit('button[name=verdict]') || pressed;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = hit('[data-case], [data-next], .to-list');
  if (link) { event.preventDefault(); go(link.href); }
  if (hit('[data-open-reasons]')) { event.preventDefault(); openReasons(true); }
  if (hit('[data-close-reasons]')) { event.preventDefault(); openReasons(false); }
  if (hit('[data-open-help], [data-close-help]')) { event.preventDefault(); help(); }
  if (hit('[data-picture]')) { event.preventDefault(); zoom(); }
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.hasAttribute('data-undo')) { event.preventDefault(); undo(); }
  if (!form.hasAttribute('data-decide')) return;
  event.preventDefault();
  const by = event.submitter || pressed;
  decide(by ? by.value : 'reject');
  pressed = null;
}, true);

const typing = (target) => target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])');

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if ((event.key === '?' || event.key === '？') && !typing(event.target)) { event.preventDefault(); help(); return; }
  if (one('[data-help]').open) return;
  if (typing(event.target)) {
    if (event.key === 'Enter' && event.target.id === 'own') { event.preventDefault(); decide('reject'); }
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const key = event.key.toLowerCase();
  const open = one('[data-zoom]').open;
  if (key === 'z') { event.preventDefault(); zoom(); return; }
  if (open) return;
  const links = { j: 'next', k: 'prev' };
  if (links[key]) {
    const link = one('[data-go=' + links[key] + ']');
    if (link) go(link.href);
    else complain(key === 'j' ? '已经是最后一条' : '已经是第一条');
  } else if (key === 'a') decide('approve');
  else if (key === 'r') decide('reject');
  else if (key === 'u') undo();
  else if (/^[1-9]$/.test(key) && why) { openReasons(true); why.pick(Number(key) - 1); }
  else return;
  event.preventDefault();
});

// Not before the key is up: its own digit must not be typed.
document.addEventListener('keyup', (event) => {
  if (/^[1-9]$/.test(event.key) && why && !typing(event.target)) why.write();
});

addEventListener('popstate', () => go(location.href, true));

// New cases and those that others decided show by themselves.
setInterval(async () => {
  if (document.hidden || working || one('[data-filter]').contains(document.activeElement)) return;
  const had = one('[data-decide]');
  const shown = Boolean(had) && (wide.matches || desk.classList.contains('at-case'));
  const asked = location.href;
  // Asking for the case itself says to the others that it is still looked at.
  const fresh = (shown && await page(had.getAttribute('action') + '?' + one('input[name=query]', had).value, true)) || await page(asked, true);
  if (!fresh || working || location.href !== asked || had !== one('[data-decide]')) return;
  const has = one('[data-decide]', fresh);
  const opened = one('[data-filter]').open;
  if (!had && has && !one('[data-undo]')) swap(fresh); // the desk was empty
  else swap(fresh, ['queue', 'bar', 'looking']);
  one('[data-filter]').open = opened;
  if (had && !has && one('.notice', one('[data-part=decide]', fresh))) swap(fresh, ['decide', 'work']); // somebody else decided it
  settle();
}, 15000);

settle();
