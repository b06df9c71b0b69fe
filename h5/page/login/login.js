// Login: the SMS button counts down; what can be checked here is checked here.
import '../../lib/app.js';
import { passwordForm } from '../../lib/passwordform.js';
import { phoneError, smsButton } from '../../lib/smscode.js';
import { field, fieldError, one, reveal } from '../../lib/ui.js';

const form = one('[data-login]');
if (form) start(form);
if (one('[data-password-form]')) passwordForm(one('[data-password-form]'));

function start(form) {
  smsButton(form);
  form.addEventListener('submit', (event) => check(form, event));
  form.addEventListener('input', (event) => fieldError(event.target.closest('[data-field]'), ''));
  form.id_number.addEventListener('blur', () => { form.id_number.value = form.id_number.value.trim().toUpperCase(); });
}

function check(form, event) {
  const errors = {
    id_number: form.id_number.value.trim() ? '' : '请输入身份证号',
    name: form.elements.name.value.trim() ? '' : '请输入姓名',
    phone: phoneError(form.phone.value),
    code: form.code.value.trim() ? '' : '请输入短信验证码',
    consent: form.consent.checked ? '' : '请先阅读并勾选《个人信息处理说明》',
  };
  let first = null;
  Object.keys(errors).forEach((name) => {
    const block = field(name, form);
    fieldError(block, errors[name]);
    if (errors[name] && !first) first = block;
  });
  if (!first) return;
  event.preventDefault();
  reveal(first);
}
