// 用手机拍 on a PC: a dialog with a QR code for one slot at a time. The photo
// appears in the form, whose other fields nobody touches.
import { bridge } from './bridge.js';
import { all, one, text } from './ui.js';

/** slotPhone prepares the page's dialog for the slots that offer it. */
export function slotPhone(slots) {
  const box = one('[data-phone-dialog]');
  if (!box) return;
  let slot = slots[0]; // the one that the dialog is open for
  const line = bridge(box, {
    retakes: true,
    address: () => slot.form.action + '/handoff',
    body: () => slot.beside(),
    brought: (news) => {
      if (!news.file) return;
      slot.arrived(news.file);
      one('[data-arrived]', box).src = news.file.url;
      line.state(news.state);
    },
  });
  const open = () => {
    text(one('[data-phone-title]', box), '用手机拍：' + slot.form.getAttribute('data-label'));
    if (!box.open) { if (box.showModal) box.showModal(); else box.setAttribute('open', ''); }
  };
  const shut = () => {
    line.end();
    if (box.close) box.close(); else box.removeAttribute('open');
    slot.focus();
  };
  box.addEventListener('cancel', (event) => { event.preventDefault(); shut(); });
  all('[data-shut]', box).forEach((button) => button.addEventListener('click', shut));
  slots.forEach((mine) => mine.offerPhone(() => {
    slot = mine;
    line.state('loading');
    open();
    line.start();
  }));
  // Before a reload the phone may have been at work for one of them.
  (async () => {
    for (let i = 0; i < slots.length && !box.open; i += 1) {
      slot = slots[i];
      if (await line.resume()) { open(); return; }
    }
  })();
}
