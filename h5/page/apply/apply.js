// Applications: counts, checks the typed sentence, carries the signature, and
// says what is still missing.
import '../../lib/app.js';
import { pad } from '../../lib/pad.js';
import { slot } from '../../lib/slot.js';
import { all, field, fieldError, one, reveal, show, text } from '../../lib/ui.js';

const form = one('[data-apply]');
const clear = one('[data-clear]', form);
const hidden = one('[data-signature]', form);
const wanted = one('[data-statement]', form);
const typed = form.elements.statement;
const reason = form.elements.reason;
let tried = false;

let ink = null;
ink = pad(one('[data-pad]', form), {
  change: (empty) => { clear.disabled = empty; if (ink) check(); },
});
clear.addEventListener('click', () => ink.clear());
if (hidden.value && ink.isEmpty()) earlier(hidden.value);

// A refused form comes back with its strokes: show them again.
function earlier(json) {
  try {
    const old = JSON.parse(json);
    const strokes = old.strokes.map((s) => s.points.map((p) => ({ x: p[0], y: p[1], t: p[2], p: p[3] || 0 })));
    ink.restore({ pad: strokes, fit: { scale: 1, x: 0, y: 0 }, width: old.width, height: old.height });
  } catch (e) { /* nothing usable: the box stays empty */ }
}

const plain = (value) => value.replace(/\s/g, '');

function lacking() {
  const out = {};
  if (!reason.value.trim()) out.reason = '填写申请原因';
  if (wanted && plain(typed.value) !== plain(wanted.textContent)) out.statement = '把上面那句话输入完整';
  if (ink.isEmpty() || ink.short()) out.signature = '手写签名';
  return out;
}

function check() {
  const lack = lacking();
  const words = Object.keys(lack).map((name) => lack[name]);
  const line = one('[data-lack]');
  text(line, '还差：' + words.join('、'));
  show(line, words.length > 0);
  if (typed) typed.classList.toggle('typed-good', Boolean(typed.value) && plain(wanted.textContent).indexOf(plain(typed.value)) === 0);
  all('[data-count]', form).forEach((count) => { count.textContent = Array.from(document.getElementById(count.getAttribute('data-count')).value).length; });
  if (tried) Object.keys({ reason: 1, statement: 1, signature: 1 }).forEach((name) => fieldError(field(name, form), lack[name] ? '请' + lack[name] : ''));
  return lack;
}

form.addEventListener('input', check);
form.addEventListener('submit', (event) => {
  tried = true;
  const lack = check();
  const first = Object.keys(lack)[0];
  if (first) { event.preventDefault(); reveal(field(first, form)); return; }
  hidden.value = JSON.stringify(ink.strokes());
  ink.forget();
});
all('form[data-slot]').forEach((element) => slot(element, () => {}));
check();
