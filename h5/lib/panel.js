// The signing page on a PC: the panel beside the document, which a phone's
// signature fills.
import { bridge, onward } from './bridge.js';
import { ask } from './net.js';
import { all, busy, icon, one, show, text } from './ui.js';

const root = one('[data-sign]'); // a page has one panel
const box = one('[data-panel]', root);
const agree = one('[data-agree]', root);
const line = root && bridge(box, { address: () => root.getAttribute('data-sign') + '/handoff', brought: finish, shown: steps });

function steps(name) {
  const step = name === 'done' ? 4 : name === 'submitted' ? 3 : agree.checked ? 2 : 1;
  all('[data-step]', box).forEach((item) => {
    const n = Number(item.getAttribute('data-step'));
    item.classList.toggle('is-done', n < step);
    item.classList.toggle('is-current', n === step);
    const dot = one('.step-dot', item);
    dot.textContent = n < step ? '' : n;
    if (n < step) dot.append(icon('tick'));
  });
}

function finish(news) {
  if (news.state === 'submitted' && root.getAttribute('data-confirm')) {
    if (news.picture) {
      one('[data-picture]', box).src = news.picture;
      one('[data-signature]', box).value = news.signature;
      text(one('[data-signer]', box), news.signer);
      text(one('[data-signed-at]', box), news.signed_at);
    }
    show(one('[data-form-error]', box), false);
    line.state('submitted');
    return;
  }
  if (news.picture) {
    one('[data-done-picture]', box).src = news.picture;
    show(one('[data-done-picture-box]', box), true);
  }
  line.state('done');
  if (news.state !== 'done' && !news.next) return;
  line.drop();
  onward(news.next);
}

function form(selector, after) {
  const element = one(selector, box);
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    const idle = busy(one('button', element));
    const answer = await ask(element.action, new URLSearchParams(new FormData(element)));
    idle();
    const error = one('[data-form-error]', box);
    text(error, answer.ok ? '' : answer.error.message);
    show(error, !answer.ok);
    if (answer.ok) after(answer);
  });
}

function begin(button) {
  show(one('#agree-error', root), !agree.checked);
  if (!agree.checked) { agree.focus(); return; }
  line.start(button);
}

/** panel starts the page's panel. */
export async function panel() {
  agree.addEventListener('change', () => {
    if (agree.checked && line.current === 'idle') begin(one('[data-start]', box));
    else steps(line.current);
    if (agree.checked) show(one('#agree-error', root), false);
  });
  one('[data-start]', box).addEventListener('click', (event) => begin(event.currentTarget));
  form('[data-confirm-form]', (answer) => { finish({ state: 'done', next: answer.next }); });
  form('[data-again-form]', () => line.start());
  line.state(root.getAttribute('data-state'));
  if (line.current === 'idle' && await line.resume()) { agree.checked = true; steps(line.current); }
}
