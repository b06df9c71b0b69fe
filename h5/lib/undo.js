// The decision that may be withdrawn: its seconds run down, then it goes.
import { one } from './ui.js';



/** watchUndo starts the countdown of the undo form on the page, if there is one. */
export function watchUndo() {
  const form = one('[data-undo]');
  if (!form || form.hasAttribute('data-running')) return;
  form.setAttribute('data-running', '');
  const words = one('[data-left]', form);
  const skew = Number(form.getAttribute('data-until')) - Number(words.textContent) * 1000 - Date.now(); // of this clock against the server's
  const until = Number(form.getAttribute('data-until')) - skew;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) { form.remove(); return; }
    words.textContent = left;
    if (form.isConnected) setTimeout(tick, 250);
  };
  tick();
}
