// Sending pages of a form back: the preview names the pages that are ticked.
import '../../lib/console.js';
import { reasons } from '../../lib/reasons.js';
import { all, busy, one, show, text } from '../../lib/ui.js';
import { watchUndo } from '../../lib/undo.js';

const form = one('[data-return]');
if (form && one('input[name=reason]', form)) {
  const ticked = () => all('input[name=section]:checked', form).map((box) => box.getAttribute('data-title'));
  const why = reasons(form, () => { const t = ticked(); return t.length ? t : ['所选的页']; });
  const line = one('[data-section-error]', form);
  form.addEventListener('change', (event) => {
    if (event.target.name !== 'section') return;
    show(line, false);
    why.update();
  });
  form.addEventListener('submit', (event) => {
    if (!ticked().length) {
      event.preventDefault();
      text(line, '请选择要退回的页');
      show(line, true);
      one('input[name=section]', form).focus();
      return;
    }
    if (!why.demand()) { event.preventDefault(); return; }
    busy(one('button[data-busy]', form));
  });
  addEventListener('pageshow', why.update);
}
watchUndo();
document.addEventListener('keydown', (event) => {
  const undo = one('[data-undo]');
  if (undo && event.key.toLowerCase() === 'u' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches('input, textarea')) undo.submit();
});
