// 用手机完成 on a PC's face page: a phone films, this page goes on by itself.
import { bridge, onward } from './bridge.js';
import { all, one, show, text } from './ui.js';

/** lend prepares the panel; face is the page's own camera or null. */
export function lend(face) {
  const box = one('[data-lend]');
  if (!box) return;
  const here = one('[data-here]');
  const line = bridge(box, { address: () => box.getAttribute('data-lend'), brought: (news) => {
    if (news.state !== 'done') return;
    const archived = news.result === 'archived';
    text(one('[data-done-title]', box), archived ? '照片已存档，等待老师审核' : '人脸识别通过');
    show(one('[data-lend-foot]', box), false);
    line.state('done');
    onward(news.next);
  } });
  const open = (visible) => {
    show(box, visible);
    show(here, !visible);
    if (face) { if (visible) face.stop(); else face.film(); }
    scrollTo(0, 0);
  };
  all('[data-lend-start]').forEach((button) => button.addEventListener('click', async () => {
    await line.start(button);
    open(true);
    one('[data-lend-back]', box).focus();
  }));
  one('[data-lend-back]', box).addEventListener('click', () => { line.end(); open(false); });
  show(one('[data-lend-offer]'), true);
  line.resume().then((yes) => { if (yes) open(true); });
}
