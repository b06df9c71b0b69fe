// Attachments: every slot by itself; 下一步 names what is still missing.
import '../../lib/app.js';
import { slot } from '../../lib/slot.js';
import { all, one, reveal, show, text } from '../../lib/ui.js';

const forms = all('form[data-slot]');
const next = one('[data-attachments]');

function missing() {
  const left = forms.filter((form) => form.hasAttribute('data-required') && form.getAttribute('data-state') !== 'uploaded');
  const line = one('[data-missing]');
  text(line, '还差 ' + left.length + ' 项：' + left.map((form) => form.getAttribute('data-label')).join('、'));
  show(line, left.length > 0);
  return left;
}

forms.forEach((form) => slot(form, missing));
missing();
next.addEventListener('submit', (event) => {
  const left = missing();
  if (left.length === 0) return;
  event.preventDefault();
  reveal(left[0]);
});
