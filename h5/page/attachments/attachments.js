// Attachments: every slot by itself; 下一步 names what is still missing.
import '../../lib/app.js';
import { slot } from '../../lib/slot.js';
import { slotPhone } from '../../lib/slotphone.js';
import { all, one, show, text } from '../../lib/ui.js';

const forms = all('form[data-slot]');
const next = one('[data-attachments]');

function missing() {
  const left = forms.filter((form) => form.hasAttribute('data-required') && form.getAttribute('data-state') !== 'uploaded');
  const line = one('[data-missing]');
  text(line, '还差 ' + left.length + ' 项：' + left.map((form) => form.getAttribute('data-label')).join('、'));
  show(line, left.length > 0);
  return left;
}

const slots = forms.filter((form) => !form.hasAttribute('data-locked')).map((form) => slot(form, missing));
slotPhone(slots);
missing();
// What was sent back stands in sight, wherever on the page it is.
const returned = forms.find((form) => form.getAttribute('data-state') === 'returned');
if (returned) one('[data-tile]', returned).scrollIntoView({ block: 'center' });
// The first tile that keeps 下一步 back says so itself.
next.addEventListener('submit', (event) => {
  const left = missing();
  const first = slots.find((one) => one.unfinished() || left.indexOf(one.form) >= 0);
  if (!first) return;
  event.preventDefault();
  first.demand();
});
