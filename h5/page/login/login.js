// Login: the SMS button counts down; what can be checked here is checked here.
import '../../lib/app.js';
import { passwordForm } from '../../lib/passwordform.js';
import { phoneError, smsButton } from '../../lib/smscode.js';
import { field, fieldError, one, reveal } from '../../lib/ui.js';

const key = 'ruxue.sms'; // when the next message may be sent, and nothing else

const form = one('[data-login]');
if (form) start(form);
if (one('[data-password-form]')) passwordForm(one('[data-password-form]'));

function start(form) {
<<<<<<< HEAD
  smsButton(form);
=======
  const button = one('[data-sms-button]', form);
  button.type = 'button'; // Enter must log in, not send a message
  resume(form, button);
  button.addEventListener('click', () => send(form, button));
>>>>>>> main
  form.addEventListener('submit', (event) => check(form, event));
  form.addEventListener('input', (event) => fieldError(event.target.closest('[data-field]'), ''));
  form.id_number.addEventListener('blur', () => { form.id_number.value = form.id_number.value.trim().toUpperCase(); });
}

<<<<<<< HEAD
=======
const digits = (value) => value.replace(/[\s-]/g, '');

function phoneError(value) {
  const phone = digits(value);
  if (!phone) return '请输入手机号';
  if (!/^\d+$/.test(phone)) return '手机号只能是数字';
  if (phone.length !== 11) return '手机号应为 11 位，现在' + (phone.length < 11 ? '只有 ' : '有 ') + phone.length + ' 位';
  return '';
}

async function send(form, button) {
  if (isBusy(button) || button.disabled) return;
  const wrong = phoneError(form.phone.value);
  fieldError(field('phone', form), wrong);
  if (wrong) { reveal(field('phone', form)); return; }
  const idle = busy(button, '正在发送');
  const answer = await ask(form.getAttribute('data-sms'), new URLSearchParams({ phone: digits(form.phone.value) }));
  idle();
  const state = one('[data-sms-state]', form);
  if (!answer.ok) {
    const at = answer.error.field === 'phone' ? 'phone' : 'code';
    fieldError(field(at, form), answer.error.message);
    if (answer.error.wait) count(button, answer.error.wait);
    return;
  }
  fieldError(field('code', form), '');
  state.textContent = '验证码已发送，请查看短信';
  count(button, answer.wait || 60);
  form.code.focus();
}

// A refused attempt loads the page again: the seconds are still running.
function resume(form, button) {
  try {
    const left = (Number(sessionStorage.getItem(key)) - Date.now()) / 1000;
    if (form.phone.value && left > 0 && left < 3600) count(button, left);
  } catch (e) { /* no storage: the server says how long */ }
}

function count(button, seconds) {
  const end = Date.now() + seconds * 1000;
  try { sessionStorage.setItem(key, String(end)); } catch (e) { /* as above */ }
  button.disabled = true;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) {
      button.disabled = false;
      text(button, '获取验证码');
      return;
    }
    text(button, left + ' 秒后重发');
    setTimeout(tick, 500);
  };
  tick();
}

>>>>>>> main
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
