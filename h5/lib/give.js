// A form that gives one file: how much has gone, and what is wrong at its field.
import { upload } from './net.js';
import { one, show, text, busy, field, fieldError, reveal } from './ui.js';

const choose = one('[data-go]');
if (choose) choose.addEventListener('change', () => choose.form.submit());

const form = one('[data-give]');
const sending = one('[data-sending]');

form.addEventListener('submit', async (e) => {
  e.preventDefault();
  fieldError(field('file'), '');
  const done = busy(one('button[type=submit]', form));
  show(sending, true);
  const bar = one('[data-bar]', sending);
  const words = one('[data-words]', sending);
  const sent = upload(form.action, new FormData(form), (part) => {
    bar.value = Math.round(100 * part);
    text(words, part < 1 ? '已上传 ' + bar.value + '%' : '已上传，正在打开');
  });
  const answer = await sent.done;
  if (answer.ok) {
    location.href = answer.next;
    return;
  }
  done();
  show(sending, false);
  fieldError(field('file'), answer.error.message);
  reveal(field('file'));
});
