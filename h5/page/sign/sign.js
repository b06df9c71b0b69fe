// Signing: the phone writes here, the PC shows a code for the phone.
import '../../lib/app.js';
import { padPage } from '../../lib/padpage.js';
import { panel } from '../../lib/panel.js';
import { one, text } from '../../lib/ui.js';

const phone = one('[data-padpage]');
const pc = one('[data-sign]');
if (phone) padPage(phone);
if (pc) {
  panel();
  const zoom = one('[data-zoom]', pc);
  zoom.addEventListener('click', () => {
    const large = one('.doc-text', pc).classList.toggle('large');
    zoom.setAttribute('aria-pressed', String(large));
    text(zoom, large ? '恢复文字' : '放大文字');
  });
}
