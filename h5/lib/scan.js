// A QR code of the Official Account that waits for its scan: the page goes on
// by itself once it is scanned.
import { ask } from './net.js';
import { busy, one, show, text } from './ui.js';

const every = 1500;

/** scanBox starts a [data-scan] whose value is what the scan is for. */
export function scanBox(box) {
  one('[data-scan-start]', box).addEventListener('click', () => begin(box));
}

async function begin(box) {
  const button = one('[data-scan-start]', box);
  const done = busy(button);
  const answer = await ask('/staff/scan', new URLSearchParams({ purpose: box.getAttribute('data-scan') }));
  done();
  if (!answer.ok) return say(box, answer.error.message, true);
  const image = one('[data-scan-image]', box);
  image.src = answer.image;
  show(image, true);
  show(button, false);
  box.dataset.ref = answer.ref;
  say(box, '请用微信扫描二维码，' + Math.round(answer.seconds / 60) + ' 分钟内有效');
  wait(box, answer.ref, Date.now() + answer.seconds * 1000);
}

async function wait(box, ref, until) {
  await new Promise((go) => setTimeout(go, every));
  if (Date.now() > until) return again(box, '二维码已过期，请重新获取');
  const next = box.getAttribute('data-next') || '';
  let answer;
  try {
    const response = await fetch('/staff/scan/' + ref + '?next=' + encodeURIComponent(next),
      { credentials: 'same-origin', headers: { Accept: 'application/json', 'X-Ruxue-Background': '1' } });
    answer = await response.json();
  } catch (e) {
    return wait(box, ref, until); // the network is away for a moment
  }
  if (answer.error) return again(box, answer.error.message);
  if (answer.state === 'refused') return again(box, answer.message);
  if (answer.state !== 'done') return wait(box, ref, until);
  say(box, '已扫码，正在继续');
  if (answer.next) location.href = answer.next;
  else location.reload();
}

function again(box, message) {
  show(one('[data-scan-image]', box), false);
  show(one('[data-scan-start]', box), true);
  say(box, message, true);
}

function say(box, message, bad) {
  const line = one('[data-scan-text]', box);
  text(line, message);
  line.classList.toggle('bad-text', Boolean(bad));
}
