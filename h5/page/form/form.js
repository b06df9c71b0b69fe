// A form section: autosave, repeated items, errors that go away when changed.
import '../../lib/app.js';
import { autosave } from '../../lib/autosave.js';
import { items } from '../../lib/items.js';
import { recover } from '../../lib/recover.js';
import { all, fieldError, one, show, text } from '../../lib/ui.js';

const form = one('[data-form]');
const saver = autosave(form);
const list = items(form, saver.touch);
recover(form, () => list && list.prepare());

form.addEventListener('input', (event) => {
  fieldError(event.target.closest('[data-field]'), '');
  errors();
  if (event.target.tagName === 'SELECT') event.target.classList.toggle('empty', !event.target.value);
});

// errors keeps the count on top true while fields are corrected.
function errors() {
  const box = one('[data-errors]', form);
  const left = all('.field.bad', form).length;
  text(box && one('p', box), '有 ' + left + ' 处要修改，其余内容都已保存');
  show(box, left > 0);
}

form.addEventListener('submit', () => saver.stop());
all('[data-leave]', form).forEach((link) => link.addEventListener('click', async (event) => {
  event.preventDefault();
  await saver.flush();
  location.href = link.href;
}));
