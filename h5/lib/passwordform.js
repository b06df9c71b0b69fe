// A form with passwords: shows them on demand, names what is empty before it
// is sent, compares the two new ones.
import { phoneError, smsButton } from './smscode.js';
import { all, field, fieldError, one, reveal, show } from './ui.js';

/** passwordForm starts a [data-password-form]. */
export function passwordForm(form) {
  if (one('[data-sms-button]', form)) smsButton(form);
  all('[data-eye]', form).forEach((button) => {
    show(button, true);
    button.addEventListener('click', () => {
      const input = one('input', button.parentElement);
      const shown = input.type === 'password';
      input.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(shown));
    });
  });
  form.addEventListener('input', (event) => fieldError(event.target.closest('[data-field]'), ''));
  form.addEventListener('submit', (event) => check(form, event));
}

function wrong(form, input) {
  if (input.type === 'radio') return one('[name="' + input.name + '"]:checked', form) ? '' : input.getAttribute('data-empty');
  if (!input.value.trim()) return input.getAttribute('data-empty');
  if (input.name === 'phone') return phoneError(input.value);
  if (input.name === 'again' && input.value !== form.elements.password.value) return '两次输入的新密码不一致，请重新输入';
  const least = Number(form.getAttribute('data-least')) || 8;
  if (input.name === 'password' && form.elements.again && Array.from(input.value).length < least) return '新密码至少 ' + least + ' 位，请再加几位';
  return '';
}

function check(form, event) {
  let first = null;
  const say = (block, message) => {
    fieldError(block, message);
    if (message && !first) first = block;
  };
  all('[data-empty]', form).forEach((input) => say(input.closest('[data-field]'), wrong(form, input)));
  if (form.elements.consent) say(field('consent', form), form.elements.consent.checked ? '' : '请先阅读并勾选《个人信息处理说明》');
  if (!first) return;
  event.preventDefault();
  reveal(first);
}
