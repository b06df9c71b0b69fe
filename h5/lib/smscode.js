// The button that sends a code by SMS: what can be checked is checked, then it
// counts down.
import { ask } from './net.js';
import { busy, field, fieldError, isBusy, one, reveal, text } from './ui.js';

/** smsButton starts the [data-sms-button] of a form with data-sms, the address. */
export function smsButton(form) {
  const button = one('[data-sms-button]', form);
  button.type = 'button'; // Enter must submit the form, not send a message
  resume(form, button);
  button.addEventListener('click', () => send(form, button));
}

const key = 'ruxue.sms'; // when the next message may be sent, and nothing else

// A refused attempt loads the page again: the seconds are still running.
function resume(form, button) {
  try {
    const left = (Number(sessionStorage.getItem(key)) - Date.now()) / 1000;
    if ((!form.phone || form.phone.value) && left > 0 && left < 3600) count(button, left);
  } catch (e) { /* no storage: the server says how long */ }
}

const digits = (value) => value.replace(/[\s-]/g, '');

/** phoneError says what is wrong with a phone number, or ''. */
export function phoneError(value) {
  const phone = digits(value);
  if (!phone) return '请输入手机号';
  if (!/^\d+$/.test(phone)) return '手机号只能是数字';
  if (phone.length !== 11) return '手机号应为 11 位，现在' + (phone.length < 11 ? '只有 ' : '有 ') + phone.length + ' 位';
  return '';
}

async function send(form, button) {
  if (isBusy(button) || button.disabled) return;
  const typed = form.phone ? form.phone.value : null; // without a field the server knows the phone
  const wrong = typed === null ? '' : phoneError(typed);
  fieldError(field('phone', form), wrong);
  if (wrong) { reveal(field('phone', form)); return; }
  const idle = busy(button, '正在发送');
  const answer = await ask(form.getAttribute('data-sms'), new URLSearchParams(typed === null ? {} : { phone: digits(typed) }));
  idle();
  const state = one('[data-sms-state]', form);
  if (!answer.ok) {
    const at = answer.error.field === 'phone' && form.phone ? 'phone' : 'code';
    fieldError(field(at, form), answer.error.message);
    if (answer.error.wait) count(button, answer.error.wait);
    return;
  }
  fieldError(field('code', form), '');
  state.textContent = '验证码已发送，请查看短信';
  count(button, answer.wait || 60);
  form.code.focus();
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
