// Applications: saves while typing, tells where the typed sentence differs,
// carries the signature, and says what is still missing.
import '../../lib/app.js';
import { autosave } from '../../lib/autosave.js';
import { bridge, onward } from '../../lib/bridge.js';
import { pad } from '../../lib/pad.js';
import { compare } from '../../lib/sentence.js';
import { slot } from '../../lib/slot.js';
import { all, field, fieldError, one, reveal, show, text } from '../../lib/ui.js';

const form = one('[data-apply]');
const wanted = one('[data-statement]', form);
const typed = form.elements.statement;
const reason = form.elements.reason;
const strokes = one('[data-strokes]', form);
const signed = one('[data-signature]', form);
const saver = autosave(form);
let tried = false;
let ink = null;

if (strokes) {
  const clear = one('[data-clear]', form);
  ink = pad(one('[data-pad]', form), {
    change: (empty) => { clear.disabled = empty; if (ink) check(); },
  });
  clear.addEventListener('click', () => ink.clear());
  if (strokes.value && ink.isEmpty()) earlier(strokes.value);
}

// A refused form comes back with its strokes: show them again.
function earlier(json) {
  try {
    const old = JSON.parse(json);
    const lines = old.strokes.map((s) => s.points.map((p) => ({ x: p[0], y: p[1], t: p[2], p: p[3] || 0 })));
    ink.restore({ pad: lines, fit: { scale: 1, x: 0, y: 0 }, width: old.width, height: old.height });
  } catch (e) { /* nothing usable: the box stays empty */ }
}

const difference = () => (wanted ? compare(wanted.textContent, typed.value) : { at: 0, sentence: '' });

// lacking gives, by field, the words for the line below and the sentence at it.
function lacking() {
  const out = {};
  if (reason.hasAttribute('aria-required') && !reason.value.trim()) out.reason = ['填写申请原因', '请填写申请原因'];
  const d = difference();
  if (d.sentence) out.statement = ['把上面那句话输入完整', d.sentence];
  if (ink ? ink.isEmpty() || ink.short() : !signed.value) out.signature = ['手写签名', ink && !ink.isEmpty() ? '签名太短，请写完整的姓名' : '请手写签名'];
  return out;
}

// sentence shows while typing how far the sentence is right.
function sentence(lack) {
  if (!typed) return;
  const d = difference();
  const length = Array.from(typed.value.trim()).length;
  const wrong = Boolean(d.sentence) && length > d.at;
  const told = one('[data-typed-state]', form);
  typed.classList.toggle('typed-good', length > 0 && !wrong);
  told.classList.toggle('ok-text', !d.sentence);
  text(told, d.sentence ? '已输入 ' + d.at + ' 个字，共 ' + Array.from(wanted.textContent.trim()).length + ' 个字' : '输入一致');
  show(told, length > 0 && !wrong);
  fieldError(field('statement', form), wrong || (tried && lack.statement) ? d.sentence : '');
}

function check() {
  const lack = lacking();
  const left = Object.keys(lack).map((name) => lack[name][0]);
  const rest = one('[data-lack]');
  text(rest, '还差：' + left.join('、'));
  show(rest, left.length > 0);
  all('[data-count]', form).forEach((count) => { count.textContent = Array.from(document.getElementById(count.getAttribute('data-count')).value).length; });
  sentence(lack);
  if (tried) ['reason', 'signature'].forEach((name) => fieldError(field(name, form), lack[name] ? lack[name][1] : ''));
  return lack;
}

form.addEventListener('input', (event) => {
  if (event.isComposing) return; // half a word of an input method
  resign();
  check();
});
form.addEventListener('compositionend', () => { resign(); check(); });

form.addEventListener('submit', (event) => {
  tried = true;
  const lack = check();
  const first = Object.keys(lack)[0];
  if (first) { event.preventDefault(); reveal(field(first, form)); return; }
  saver.stop();
  if (!ink) return;
  strokes.value = JSON.stringify(ink.strokes());
  ink.forget();
});

// On a PC the signature belongs to the text that the phone showed.
let line = null;
let shown = '';
const words = () => reason.value.trim() + '\n' + (typed ? typed.value.trim() : '');

function complete() {
  const lack = lacking();
  const names = ['reason', 'statement'].filter((name) => field(name, form));
  names.forEach((name) => fieldError(field(name, form), lack[name] ? lack[name][1] : ''));
  const first = names.find((name) => lack[name]);
  if (first) reveal(field(first, form));
  return !first;
}

function brought(news) {
  if (news.state === 'submitted' && news.picture) {
    one('[data-picture]', form).src = news.picture;
    text(one('[data-signer]', form), news.signer);
    text(one('[data-signed-at]', form), news.signed_at);
    signed.value = news.signature;
  }
  line.state(news.state === 'done' ? 'done' : 'submitted');
  check();
  if (news.state === 'done') onward(news.next);
}

if (signed) {
  const box = one('[data-sign]', form);
  shown = words();
  line = bridge(box, {
    address: () => box.getAttribute('data-sign') + '/handoff',
    body: () => { shown = words(); return new URLSearchParams({ reason: reason.value, statement: typed ? typed.value : '' }); },
    brought: brought,
  });
  one('[data-start]', box).addEventListener('click', (event) => { if (complete()) line.start(event.currentTarget); });
  line.state(box.getAttribute('data-state'));
  if (line.current === 'idle') line.resume();
}

// resign gives up a signature under words that were changed since.
function resign() {
  if (!line || words() === shown || line.current === 'idle') return;
  signed.value = '';
  text(one('[data-idle-text]', form), '内容改过了，需要重新扫码签名');
  line.end();
  line.state('idle');
}

// One more place for a file as soon as the last one is filled.
const places = all('[data-place]');
all('form[data-slot]').forEach((element) => slot(element, () => {
  const full = places.filter((place) => !place.hidden).every((place) => one('form', place).getAttribute('data-state') === 'uploaded');
  const next = places.find((place) => place.hidden);
  if (full && next) show(next, true);
}));

all('[data-leave]').forEach((link) => link.addEventListener('click', async (event) => {
  event.preventDefault();
  await saver.flush();
  location.href = link.href;
}));
check();
