// The face page: films and judges until a face is held still for two seconds,
// then asks the server. 拍照存档 takes a photo by hand for the staff. On a phone
// that lends its camera to a PC, a pass leads back there.
import { fromFile, open, square, still } from './camera.js';
import { judge, limits } from './judge.js';
import { ask } from './net.js';
import { unpack } from './pico.js';
import { all, busy, one, show, text } from './ui.js';

const root = one('[data-face]'); // null on the consent page
const part = (name) => one('[data-' + name + ']', root);
const video = part('video');
const lens = part('lens');
const side = 240; // px of the judged square
const rule = root && limits(root);
const hold = root ? Number(root.getAttribute('data-hold')) || 2000 : 0;
const patience = 8000; // ms without a face before the photo may be taken by hand
const eye = document.createElement('canvas');
let context = null;
let storing = false;
let close = null; // stops the camera
let run = 0; // number of the present filming; an older loop ends itself
let shot = null; // the photo to be stored
let shotURL = '';
let classify = null;
let paused = false; // the page was hidden while filming

const say = (hint, more) => {
  if (part('hint').textContent !== hint) text(part('hint'), hint);
  if (part('hint-more').textContent !== more) text(part('hint-more'), more);
};
const view = (name) => {
  all('[data-view]', root).forEach((element) => show(element, element.getAttribute('data-view') === name));
  scrollTo(0, 0);
};
const ring = (on) => {
  lens.style.setProperty('--hold', hold + 'ms');
  lens.classList.toggle('holding', on);
};
const stop = () => {
  run += 1;
  ring(false);
  if (close) close();
  close = null;
  show(video, false);
};
const reveal = (blob, image) => {
  if (shotURL) URL.revokeObjectURL(shotURL);
  shotURL = URL.createObjectURL(blob);
  image.src = shotURL;
  show(image, true);
};
const buttons = (names) => {
  ['snap', 'again', 'use'].forEach((name) => show(part(name), names.indexOf(name) >= 0));
  show(part('actions'), names.length > 0);
  if (part('way')) show(part('way'), names.length === 0);
};

async function cascade() {
  if (classify) return;
  const response = await fetch(root.getAttribute('data-cascade'), { credentials: 'same-origin' });
  if (!response.ok) throw new Error('人脸检测没有加载成功，请拍一张正面照片');
  classify = unpack(await response.arrayBuffer());
}

async function film() {
  view('camera');
  stop();
  shot = null;
  show(part('fallback-box'), false);
  show(part('passed-note'), false);
  show(part('shot'), false);
  show(part('example'), true);
  show(part('dont'), true);
  lens.classList.remove('passed');
  buttons([]);
  say(storing ? '请拍一张正面照片' : rule.aim, storing ? '露出双耳，不遮挡面部' : '脸放进圆框，露出双耳');
  const mine = run;
  let stopper = null;
  try {
    stopper = await open(video);
    if (!storing) await cascade();
  } catch (e) {
    if (stopper) stopper();
    if (mine !== run) return;
    text(part('fallback-text'), e.message);
    show(part('fallback-box'), true);
    return;
  }
  if (mine !== run) { stopper(); return; }
  close = stopper;
  show(video, true);
  show(part('example'), false);
  if (storing) { buttons(['snap']); return; }
  watch(mine);
}

// watch judges about eight frames a second; the picture is taken after the
// face was good for the whole time.
function watch(mine) {
  let since = 0;
  let misses = 0;
  let seen = Date.now();
  const step = async () => {
    if (mine !== run) return;
    if (video.videoWidth > 0) {
      const verdict = judge(classify, square(video, context, side), rule);
      if (verdict.ok) {
        misses = 0;
        if (!since) { since = Date.now(); ring(true); say(verdict.hint, '请保持不动2秒'); }
        if (Date.now() - since >= hold) { take(mine); return; }
      } else {
        misses += 1;
        if (misses > 2 || !since) {
          since = 0;
          ring(false);
          if (Date.now() - seen > patience) say('没有看到人脸', '换个亮的地方再试一次，或点“拍照”');
          else say(verdict.hint, verdict.more);
        }
      }
      if (!verdict.nobody) seen = Date.now();
      byHand(Date.now() - seen > patience);
    }
    setTimeout(step, 120);
  };
  step();
}

// byHand offers 拍照 beside the other way out.
function byHand(offered) {
  show(part('snap'), offered);
  show(part('actions'), offered);
}

async function take(mine) {
  const blob = await still(video);
  if (mine !== run) return;
  reveal(blob, part('shot'));
  part('shot').classList.add('mirror');
  stop();
  byHand(false);
  send(blob, 'camera');
}

async function send(blob, source) {
  say('正在核对', '请稍候，不要关闭本页');
  show(part('fallback-box'), false);
  const data = new FormData();
  data.append('photo', blob, 'face.jpg');
  data.append('source', source);
  const answer = await ask(root.getAttribute('data-check'), data, 60);
  if (answer.ok && answer.result === 'passed') { passed(answer); return; }
  failed(answer.ok ? answer : { message: answer.error.message, result: 'error' }, blob);
}

function passed(answer) {
  const lent = Boolean(root.getAttribute('data-lent'));
  if (lent) say('人脸识别通过', '请回到电脑继续，本页可以关闭');
  else say('人脸识别通过', root.getAttribute('data-student') ? '已确认是' + root.getAttribute('data-student') + '本人' : '已确认是您本人');
  lens.classList.add('passed');
  show(part('dont'), false);
  show(part('passed-note'), !lent);
  show(one('[data-lent-task]'), false);
  if (part('way')) show(part('way'), false);
  show(one('[data-lend-offer]'), false);
  if (answer.next) all('[data-next-link]', root).forEach((link) => { link.href = answer.next; });
  show(part('next-box'), true);
  if (!lent) one('[data-next-link]', part('next-box')).focus();
}

function failed(answer, blob) {
  const titles = { retake: '照片不合格，请重拍', error: '没有完成核对' };
  text(part('failed-title'), titles[answer.result] || '人脸识别失败');
  const words = answer.message || '没有认出您';
  text(part('failed-text'), /[。！？]$/.test(words) ? words : words + '。');
  reveal(blob, part('failed-shot'));
  const left = part('left');
  show(left, answer.attempts_left !== undefined && answer.result !== 'error');
  text(left, '还可以试 ' + answer.attempts_left + ' 次');
  show(part('archive-card'), Boolean(answer.archive) || root.getAttribute('data-offer') === '1');
  view('failed');
  part('failed-title').focus();
}

async function store() {
  const idle = busy(part('use'), '正在上传');
  const data = new FormData();
  data.append('photo', shot, 'face.jpg');
  const answer = await ask(root.getAttribute('data-archive'), data, 60);
  idle();
  if (!answer.ok) { say('没有传上去', answer.error.message); return; }
  reveal(shot, part('archived-shot'));
  text(part('archived-at'), '刚刚拍摄');
  if (answer.next) all('[data-next-link]', root).forEach((link) => { link.href = answer.next; });
  show(one('[data-lend-offer]'), false);
  show(one('[data-lent-task]'), false);
  view('archived');
  part('archived-title').focus();
}

// preview shows the photo that is to be stored and lets it be retaken.
function preview(blob, mirrored) {
  shot = blob;
  reveal(blob, part('shot'));
  part('shot').classList.toggle('mirror', mirrored);
  show(part('example'), false);
  show(part('fallback-box'), false);
  show(part('dont'), false);
  buttons(['again', 'use']);
  say('看看照片清不清楚', '再拍会替换上一张');
}

function wire() {
  eye.width = side;
  eye.height = side;
  context = eye.getContext('2d', { willReadFrequently: true });
  part('snap').addEventListener('click', async () => {
    if (!storing) { byHand(false); take(run); return; }
    const blob = await still(video);
    stop();
    preview(blob, true);
  });
  part('again').addEventListener('click', film);
  part('use').addEventListener('click', store);
  part('retry').addEventListener('click', () => { storing = false; film(); });
  all('[data-archive-start]', root).forEach((button) => button.addEventListener('click', () => { storing = true; film(); }));
  one('input[type=file]', part('fallback')).addEventListener('change', async (event) => {
    const file = event.target.files[0];
    event.target.value = '';
    if (!file) return;
    paused = false; // choosing hid the page
    if (file.size > 15e6) { text(part('fallback-text'), '照片不能超过 15 MB，请换一张'); return; }
    stop();
    const blob = await fromFile(file);
    if (storing) { preview(blob, false); return; }
    reveal(blob, part('shot'));
    part('shot').classList.remove('mirror');
    show(part('example'), false);
    send(blob, 'file');
  });
  part('fallback').addEventListener('submit', (event) => event.preventDefault());
  // A hidden page does not film; coming back goes on where it was.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && close) { paused = true; stop(); } else if (!document.hidden && paused) { paused = false; film(); }
  });
  const first = root.getAttribute('data-start');
  storing = first === 'documents';
  if (first === 'camera' || first === 'documents') film();
}

/**
 * facePage starts the page; it returns what stops and restarts the camera, or
 * null where consent is asked first.
 */
export function facePage() {
  if (!root) return null;
  wire();
  return { stop: () => { paused = false; stop(); }, film: film };
}
