// The student card as a picture: drawn on a canvas, shown as an image that can
// be pressed long in WeChat or downloaded elsewhere.
import '../../lib/app.js';
import { busy, one, reveal, show, text } from '../../lib/ui.js';

const card = one('[data-student]');
const save = one('[data-save]');
if (card && save) save.addEventListener('click', make);

async function make() {
  const idle = busy(save);
  try {
    if (document.fonts && document.fonts.ready) await document.fonts.ready;
    const url = paint(card, one('[data-portrait]', card));
    one('[data-saved-image]').src = url;
    one('[data-download]').href = url;
  } catch (e) {
    text(one('[data-saved-text]'), '这个浏览器不能生成图片，请截图保存');
    show(one('[data-saved-image]'), false);
    show(one('[data-download]'), false);
  }
  idle();
  const box = one('[data-saved-box]');
  show(box, true);
  show(one('[data-download]'), !document.documentElement.classList.contains('on-wechat'));
  reveal(box);
}

function paint(card, portrait) {
  const value = (name) => card.getAttribute('data-' + name) || '';
  const canvas = document.createElement('canvas');
  canvas.width = 1080;
  canvas.height = 840;
  const c = canvas.getContext('2d');
  const accent = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim() || '#11509B';
  const family = getComputedStyle(document.body).fontFamily;
  const write = (words, x, y, px, bold) => {
    let size = px;
    do { c.font = (bold ? '600 ' : '400 ') + size + 'px ' + family; size -= 2; } while (c.measureText(words).width > 1080 - 2 * x && size > 20);
    c.fillText(words, x, y);
  };
  c.fillStyle = accent;
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.fillStyle = '#fff';
  write(value('institution'), 72, 130, 48, true);
  write('学号', 72, 270, 42);
  write(value('number'), 72, 372, 96, true);
  const room = portrait && portrait.naturalWidth ? 300 : 0;
  write(value('name'), 72, 540, 58, true);
  write(value('lines'), 72, 620, 42);
  write(value('major'), 72, 690, 42);
  write('请牢记学号用于后期登录', 72, 780, 36);
  if (room) {
    c.fillRect(786, 452, 228, 300);
    c.drawImage(portrait, 792, 458, 216, 288);
  }
  return canvas.toDataURL('image/png');
}
