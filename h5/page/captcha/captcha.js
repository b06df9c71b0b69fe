// The slider: a range input moves the tile, so pointer and arrow keys both do;
// letting go or Enter submits. Where the hole is only the server knows.
import '../../lib/app.js';
import { ask } from '../../lib/net.js';
import { smsButton } from '../../lib/smscode.js';
import { one, show, text } from '../../lib/ui.js';

const root = one('[data-captcha]');
const address = root.getAttribute('data-captcha');
const range = one('[data-range]', root);
const tile = one('[data-tile]', root);
let puzzle = null;
let keys = false; // moved by keys: letting go of one does not submit
let sending = false;

function place() {
  if (!puzzle) return;
  tile.style.left = (range.value / puzzle.width) * 100 + '%';
  show(one('[data-track-text]', root), Number(range.value) === 0);
}

function fail(message) {
  const line = one('[data-slider-error]', root);
  text(line, message);
  show(line, Boolean(message));
}

async function renew(message) {
  puzzle = null;
  range.disabled = true;
  const answer = await ask(address + '/new', {});
  show(one('[data-slider]', root), true);
  fail(answer.ok ? message || '' : answer.error.message);
  if (!answer.ok) return;
  puzzle = answer;
  one('[data-picture]', root).src = answer.picture;
  tile.src = answer.tile;
  tile.style.top = (answer.y / answer.height) * 100 + '%';
  tile.style.width = (answer.size / answer.width) * 100 + '%';
  range.max = answer.width - answer.size;
  range.value = 0;
  range.disabled = false;
  place();
  range.focus();
}

async function submit() {
  if (!puzzle || sending || Number(range.value) === 0) return;
  sending = true;
  range.disabled = true;
  const answer = await ask(address, new URLSearchParams({ id: puzzle.id, x: range.value }));
  sending = false;
  if (answer.ok) { location.href = answer.next; return; }
  if (answer.error.kind === 'network') { range.disabled = false; fail(answer.error.message); return; }
  renew(answer.error.message);
}

range.addEventListener('input', place);
range.addEventListener('pointerdown', () => { keys = false; });
range.addEventListener('keydown', (event) => {
  keys = true;
  if (event.key === 'Enter') { event.preventDefault(); submit(); }
});
range.addEventListener('change', () => { if (!keys) submit(); });
one('[data-new]', root).addEventListener('click', () => renew());
one('[data-keys-button]', root).addEventListener('click', () => {
  show(one('[data-keys]', root), true);
  range.focus();
});
smsButton(one('[data-code-form]', root));
if (!one('[data-second]', root).open) renew();
else { one('[data-second]', root).addEventListener('toggle', () => { if (!puzzle) renew(); }, { once: true }); }
