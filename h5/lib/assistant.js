// The photo assistant: turns and cuts a photo to the rule and shows before →
// after with pixels and bytes. What is shown after is exactly what is sent.
import { frame } from './crop.js';
import { draw, load, shrink, turned, within } from './photo.js';
import { busy, icon, isBusy, make, show, size } from './ui.js';

/**
 * assist opens in box. rule is {max, width, height, label}: with width and height the
 * photo is cut to that shape, else it is only shrunk. use(blob, info) is
 * called by 使用这张, again() by 重新选择. It rejects when the browser cannot
 * show the file.
 */
export async function assist(box, file, rule, use, again) {
  wait(box);
  let photo;
  try {
    photo = await load(file);
  } catch (e) {
    box.textContent = '';
    box.hidden = true;
    throw e;
  }
  const cut = rule.width > 0 && rule.height > 0;
  const view = build(box, photo, file, rule);
  let turns = 0;
  let part = null;
  let timer = 0; // of a change that is not rendered yet
  let work = Promise.resolve(null); // the newest picture
  let crop = null;
  let closed = false;

  function render() {
    clearTimeout(timer);
    timer = 0;
    const mine = adjusted();
    work = mine;
    mine.then((made) => { if (mine === work && !timer) view.show(made, rule, cut && part.width < rule.width); });
    return mine;
  }

  // adjusted is the picture as it is turned and cut now, null if it cannot be.
  async function adjusted() {
    try {
      if (!cut) return await shrink(photo, turns, rule.max);
      const blob = await within(draw(photo, turns, part, rule.width, rule.height), rule.max);
      return blob && { blob: blob, width: rule.width, height: rule.height };
    } catch (e) {
      return null;
    }
  }

  // current is the newest picture, with what was changed meanwhile.
  async function current() {
    const mine = timer ? render() : work;
    const made = await mine;
    return timer || mine !== work ? current() : made;
  }

  const soon = () => { view.wait(); clearTimeout(timer); timer = setTimeout(render, 120); };

  function stage() {
    const whole = turned(photo, turns);
    const width = Math.min(600, whole.width);
    const height = Math.max(1, Math.round(width * whole.height / whole.width));
    const canvas = draw(photo, turns, { x: 0, y: 0, width: whole.width, height: whole.height }, width, height);
    const fresh = view.restage(canvas);
    part = { x: 0, y: 0, width: whole.width, height: whole.height };
    if (cut) crop = frame(fresh.frame, fresh.stage, whole, rule.width / rule.height, (p) => { part = p; soon(); });
    else soon();
  }

  view.turn.addEventListener('click', () => { turns = (turns + 1) % 4; stage(); });
  if (cut) {
    view.larger.addEventListener('click', () => crop.zoom(0.9));
    view.smaller.addEventListener('click', () => crop.zoom(1.1));
  }
  view.again.addEventListener('click', () => { photo.release(); again(); });
  view.use.addEventListener('click', async () => {
    if (isBusy(view.use)) return;
    const idle = busy(view.use, '正在调整');
    const made = await current();
    idle();
    if (made && !closed) use(made.blob, made, view.use);
  });
  stage();
  return { close: () => { closed = true; clearTimeout(timer); photo.release(); box.textContent = ''; box.hidden = true; } };
}

// wait is what is seen while a large photo is decoded.
function wait(box) {
  box.textContent = '';
  box.append(make('p', { class: 'small', role: 'status' }, '正在打开照片…'));
  box.hidden = false;
}

// build makes the assistant's elements once; the stage is replaced on turning.
function build(box, photo, file, rule) {
  const cut = rule.width > 0 && rule.height > 0;
  const holder = make('div', {});
  const image = make('img', { class: 'assist-result', alt: '调整后的照片' });
  const grey = make('div', { class: 'assist-blank', 'aria-hidden': 'true' });
  const pixels = make('span', {});
  const bytes = make('span', { class: 'ok-text' });
  const before = make('figure', {}, holder, make('figcaption', {}, make('b', {}, '原照片'),
    make('span', {}, photo.width + '×' + photo.height), make('span', {}, size(file.size))));
  const after = make('figure', {}, grey, image, make('figcaption', {}, make('b', {}, '调整后'), pixels, bytes));
  const turn = tool('旋转', true);
  const larger = tool('放大');
  const smaller = tool('缩小');
  const tools = make('div', { class: 'assist-tools' }, turn);
  if (cut) tools.append(larger, smaller);
  const note = make('p', { class: 'assist-good', role: 'status' });
  const ratio = cut ? rule.height / rule.width : Math.min(1.5, photo.height / photo.width);
  grey.style.paddingTop = 100 * ratio + '%';
  image.hidden = true;
  const again = make('button', { type: 'button', class: 'button second inner' }, '重新选择');
  const use = make('button', { type: 'button', class: 'button primary inner', 'data-busy': '正在上传' });
  use.append(make('span', { 'data-label': '' }, '使用这张'));
  box.textContent = '';
  if (rule.label) box.append(make('p', { class: 'assist-name' }, rule.label));
  box.append(make('div', { class: 'assist' }, before, icon('arrow'), after), tools, note,
    make('div', { class: 'pair-buttons' }, again, use));
  box.hidden = false;
  let url = '';

  return {
    turn: turn, larger: larger, smaller: smaller, again: again, use: use,
    wait: () => { note.className = 'small'; note.textContent = '正在调整…'; use.disabled = false; },
    show: (made, rule, small) => {
      if (url) URL.revokeObjectURL(url);
      url = made ? URL.createObjectURL(made.blob) : '';
      use.disabled = !made;
      show(image, Boolean(made));
      show(grey, !made);
      if (!made) {
        note.className = 'field-error';
        note.textContent = '这张照片调整不到要求的大小，请换一张';
        return;
      }
      image.src = url;
      pixels.textContent = made.width + '×' + made.height;
      bytes.textContent = size(made.blob.size);
      note.className = small ? 'small' : 'assist-good';
      note.textContent = '';
      if (!small) note.append(icon('tick'));
      note.append(small ? '原照片较小，放大后可能不清楚，建议换一张' : '尺寸和大小已自动调整');
    },
    restage: (canvas) => {
      const stage = make('div', { class: 'assist-stage' }, canvas);
      const frameBox = make('div', { class: 'assist-frame', tabindex: '0', role: 'application', 'aria-label': '裁剪框，方向键移动，加号减号缩放' });
      if (cut) stage.append(frameBox);
      holder.textContent = '';
      holder.append(stage);
      return { stage: stage, frame: frameBox };
    },
  };
}

function tool(label, turning) {
  const button = make('button', { type: 'button' });
  if (turning) button.append(icon('rotate'));
  button.append(label);
  return button;
}
