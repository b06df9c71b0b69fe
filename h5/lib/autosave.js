// Autosave: what is typed goes to the server's draft, never into the browser's
// storage, because phones are shared.
import { ask } from './net.js';
import { leaving } from './recover.js';
import { icon, one, show, text } from './ui.js';

const quiet = 400; // ms without typing before saving
const marks = { saved: 'check', busy: 'rotate', failed: 'alert' };

/** autosave watches a form; it returns {flush, stop, touch}. */
export function autosave(form) {
  const url = form.getAttribute('data-draft');
  const line = one('[data-saved]', form);
  let timer = 0;
  let dirty = false;
  let running = null;
  let failures = 0;
  let stopped = false;

  const say = (state, words) => {
    line.classList.toggle('failed', state === 'failed');
    line.classList.toggle('busy', state === 'busy');
    one('.icon', line).replaceWith(icon(marks[state]));
    text(line, words);
    show(line, true);
  };
  const later = (ms) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, ms);
  };
  const values = () => new URLSearchParams(new FormData(form));

  async function save() {
    while (running) await running;
    if (!dirty || stopped) return;
    dirty = false;
    say('busy', '正在保存');
    running = ask(url, values(), 15);
    const answer = await running;
    running = null;
    if (stopped) return;
    if (answer.ok) {
      failures = 0;
      if (!dirty) say('saved', (answer.saved_at || '') + ' 已自动保存，离开后可以接着填');
      return;
    }
    dirty = true;
    failures += 1;
    say('failed', '没有保存成功，正在重试');
    later(Math.min(60000, 3000 * Math.pow(2, failures - 1)));
  }

  function touch() {
    dirty = true;
    later(quiet);
  }

  form.addEventListener('input', touch);
  const now = () => { if (dirty) later(0); };
  form.addEventListener('change', () => { touch(); now(); });
  form.addEventListener('focusout', now);
  addEventListener('online', now);
  document.addEventListener('visibilitychange', () => { if (document.hidden) now(); });
  // Leaving the page in the middle: the beacon outlives it, a request under way
  // may not.
  addEventListener('pagehide', () => {
    if (stopped || !(dirty || running) || !navigator.sendBeacon) return;
    leaving(url);
    navigator.sendBeacon(url, values());
  });
  return {
    touch: touch,
    flush: async () => { clearTimeout(timer); await save(); },
    stop: () => { stopped = true; clearTimeout(timer); },
  };
}
