// A [data-keep] form keeps what is typed in this tab until it is sent, so that
// neither a reload nor a new login loses it. Passwords and files are not kept.
import { all } from './ui.js';

const key = (form) => 'ruxue.keep ' + location.pathname + ' ' + (form.getAttribute('action') || '');
const kept = (input) => input.name && !/^(password|file|hidden|submit|button)$/.test(input.type);

export function keepForms() { all('form[data-keep]').forEach(keepForm); }

function keepForm(form) {
  restore(form);
  const save = () => {
    const values = Array.from(form.elements).filter(kept).map((input) =>
      [input.name, /^(checkbox|radio)$/.test(input.type) ? [input.value, input.checked] : input.value]);
    try { sessionStorage.setItem(key(form), JSON.stringify(values)); } catch (e) { /* no storage: the page itself keeps it */ }
  };
  form.addEventListener('input', save);
  form.addEventListener('change', save);
  form.addEventListener('submit', () => forget(key(form)));
}

function forget(name) { try { sessionStorage.removeItem(name); } catch (e) { /* no storage */ } }

function restore(form) {
  let values = null;
  try { values = JSON.parse(sessionStorage.getItem(key(form))); } catch (e) { return; }
  // A page that came back with errors shows what was sent, which is newer.
  if (!values || form.querySelector('.field.bad, fieldset.bad')) return;
  const inputs = Array.from(form.elements).filter(kept);
  values.forEach(([name, value], i) => {
    const input = inputs[i];
    if (!input || input.name !== name) return;
    if (Array.isArray(value)) { if (input.value === value[0]) input.checked = value[1]; } else input.value = value;
  });
  dispatchEvent(new Event('restored'));
}

/** forgetAll drops what this tab keeps: the person has left. */
export function forgetAll() {
  try {
    Object.keys(sessionStorage).filter((name) => name.startsWith('ruxue.keep ')).forEach(forget);
  } catch (e) { /* no storage */ }
}
