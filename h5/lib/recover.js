// Leaving a form in the middle of typing sends the last words by a beacon. A
// reload may be rendered before the beacon is stored; the new page would then
// overwrite the draft with what it shows. So it looks once more before it lets
// anybody type.
import { all, one, text } from './ui.js';

const key = 'ruxue.left'; // an address and a time: no personal data
const fresh = 10000; // ms after which the beacon has come or never will
const looks = [0, 300, 700]; // ms before each look

const shown = (form) => new URLSearchParams(new FormData(form)).toString();

/** leaving notes that a form was left with words on their way. */
export function leaving(url) {
  try { sessionStorage.setItem(key, Date.now() + ' ' + url); } catch (e) { /* no storage: the beacon alone */ }
}

function left(url) {
  try {
    const parts = (sessionStorage.getItem(key) || '').split(' ');
    if (parts[1] !== url) return false;
    sessionStorage.removeItem(key);
    return Date.now() - Number(parts[0]) < fresh;
  } catch (e) { return false; }
}

async function stored() {
  try {
    const answer = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
    return new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-form]');
  } catch (e) { return null; }
}

// adopt takes the fields and items of the newer page; listeners sit above them.
function adopt(form, newer) {
  ['.form-sheet > .fields', '[data-items]'].forEach((part) => {
    const old = one(part, form);
    const now = one(part, newer);
    if (old && now) old.replaceChildren(...Array.from(now.childNodes).map((node) => document.importNode(node, true)));
  });
  const words = one('[data-saved] [data-text]', newer);
  if (words) text(one('[data-saved]', form), words.textContent);
}

/** recover calls changed() when the form got what was typed before the reload. */
export async function recover(form, changed) {
  const url = form.getAttribute('data-draft');
  if (!left(url)) return;
  form.inert = true;
  all('.button', form).forEach((button) => { button.style.pointerEvents = 'none'; }); // before iOS 15.5
  for (const wait of looks) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const newer = await stored();
    if (newer && shown(newer) !== shown(form)) {
      adopt(form, newer);
      changed();
      break;
    }
  }
  all('.button', form).forEach((button) => { button.style.pointerEvents = ''; });
  form.inert = false;
}
