// A page whose task is the pad: the phone's signing page and the handoff.
import { keepOnReturn } from './app.js';
import { ask } from './net.js';
import { pad } from './pad.js';
import { busy, fieldError, isBusy, one, reveal, show, text } from './ui.js';

/** padPage prepares a [data-padpage]. */
export function padPage(root) {
  const write = one('[data-write]', root);
  const read = one('[data-read]', root);
  const end = one('[data-end]', root);
  const clear = one('[data-clear]', root);
  const send = one('[data-send]', root);
  const error = one('[data-pad-error]', root);
  const handoff = root.hasAttribute('data-handoff');
  let begun = false;
  let sent = !end.hidden;
  keepOnReturn(() => !sent);

  const view = (part) => {
    show(read, part === read);
    show(write, part === write);
    show(end, part === end);
    document.body.classList.toggle('writing', part === write);
    if (part === write) ink.measure();
    scrollTo(0, 0);
  };
  const fail = (message) => { text(error, message); show(error, Boolean(message)); };

  const ink = pad(one('[data-pad]', root), {
    begin: () => {
      fail('');
      const url = root.getAttribute('data-active');
      if (url && !begun) { begun = true; ask(url, {}); }
    },
    change: (empty) => { clear.disabled = empty; send.disabled = empty; },
  });

  clear.addEventListener('click', () => { ink.clear(); fail(''); });
  send.addEventListener('click', async () => {
    if (isBusy(send)) return;
    if (ink.short()) { fail('签名太短，请写完整的姓名'); return; }
    fail('');
    const idle = busy(send);
    const answer = await ask(root.getAttribute('data-post'), ink.strokes(), 30);
    idle();
    if (!answer.ok) { fail(answer.error.message); return; }
    sent = true;
    ink.forget();
    if (answer.next && !root.getAttribute('data-confirm')) { location.href = answer.next; return; }
    const image = one('[data-end-picture]', root);
    const picture = answer.picture || ink.picture();
    if (picture) image.src = picture;
    show(image.parentElement, Boolean(picture));
    view(end);
    one('[data-end-title]', root).focus();
  });

  const full = one('[data-full]', root);
  if (full) full.addEventListener('click', () => {
    view(read);
    const title = one('[data-read-title]', root) || one('h1, h2', read);
    title.setAttribute('tabindex', '-1');
    title.focus();
  });
  const back = one('[data-back]', root);
  if (back) back.addEventListener('click', () => view(write));
  const go = one('[data-go]', root);
  if (go) go.addEventListener('click', () => {
    const agree = one('[data-agree]', root);
    const block = agree.closest('[data-field]');
    fieldError(block, agree.checked ? '' : '请先勾选“' + agree.nextElementSibling.textContent + '”');
    if (agree.checked) view(write);
    else reveal(block);
  });
  if (handoff && !sent) view(write);
  else if (!ink.isEmpty() && !sent && one('[data-agree]', root)) { one('[data-agree]', root).checked = true; view(write); }
}
