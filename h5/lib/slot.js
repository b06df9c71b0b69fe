// One upload: choose, let the assistant fit it, send with progress, say what
// happened at the tile.
import { assist } from './assistant.js';
import { ask, upload } from './net.js';
import { busy, icon, make, one, show, size, text } from './ui.js';

const largest = 15e6; // bytes of a photo that phones can still handle

/** slot prepares a form[data-slot]; changed(form) is called when stored. */
export function slot(form, changed) {
  const rule = {
    max: Number(form.getAttribute('data-max')) || 0,
    width: form.getAttribute('data-kind') === 'portrait' ? Number(form.getAttribute('data-width')) : 0,
    height: form.getAttribute('data-kind') === 'portrait' ? Number(form.getAttribute('data-height')) : 0,
  };
  const input = one('input[type=file]', form);
  const box = one('[data-assistant]', form);
  let open = null;

  const fail = (message) => {
    text(one('[data-error]', form), message || '');
    show(one('[data-error]', form), Boolean(message));
  };
  const close = () => {
    if (open) open.close();
    open = null;
    form.classList.remove('open');
  };

  async function chosen() {
    const file = input.files[0];
    if (!file) return;
    input.value = ''; // the same file may be chosen again
    fail('');
    close();
    const type = one('select[name=type]', form);
    if (type && !type.value) { fail('请先选择材料类型，再选择文件'); type.focus(); return; }
    const pdf = file.type === 'application/pdf' || /\.pdf$/i.test(file.name);
    if (pdf) {
      if (form.getAttribute('data-kind') !== 'document') { fail('这里要照片，不能是 PDF'); return; }
      if (rule.max && file.size > rule.max) { fail('文件不能超过 ' + size(rule.max) + '，这个有 ' + size(file.size)); return; }
      send(file, file.name, false);
      return;
    }
    if (file.size > largest) { fail('照片不能超过 15 MB，这张有 ' + size(file.size) + '。请换一张，或用手机截图后再传'); return; }
    form.classList.add('open');
    try {
      open = await assist(box, file, rule, (blob, made, button) => send(blob, file.name.replace(/\.\w+$/, '') + '.jpg', false, button), () => { close(); input.click(); });
      box.scrollIntoView({ block: 'nearest' });
    } catch (e) {
      close();
      if (/heic|heif/i.test(file.type + file.name)) { fail('这张照片是 HEIC 格式，打不开。请在相机设置里选“兼容性最佳”重拍，或截图后上传'); return; }
      send(file, file.name, true); // this browser cannot, the server can
    }
  }

  async function send(blob, name, original, button) {
    const data = new FormData();
    data.append('file', blob, name || 'photo.jpg');
    ['type', 'verify_code'].forEach((field) => { if (form.elements[field]) data.append(field, form.elements[field].value); });
    if (original) data.append('original', '1');
    const idle = button ? busy(button) : () => {};
    const panel = one('[data-progress]', form);
    text(one('[data-progress-name]', form), name);
    const meter = (part) => {
      one('[data-progress-bar]', form).value = Math.round(part * 100);
      text(one('[data-progress-text]', form), '正在上传 ' + Math.round(part * 100) + '%，共 ' + size(blob.size));
    };
    meter(0);
    show(panel, true);
    fail('');
    const job = upload(form.action, data, meter);
    const cancel = one('[data-cancel]', form);
    cancel.onclick = job.cancel;
    const answer = await job.done;
    show(panel, false);
    idle();
    if (!answer.ok) { fail(answer.error.message); return; }
    close();
    stored(answer, blob, name);
  }

  function stored(answer, blob, name) {
    form.classList.remove('none', 'returned');
    form.classList.add('uploaded');
    form.setAttribute('data-state', 'uploaded');
    const picture = /\.pdf$/i.test(name) ? '' : answer.url;
    const image = one('[data-picture]', form);
    if (picture) image.src = picture;
    show(image, Boolean(picture));
    show(one('[data-empty]', form), false);
    show(one('[data-file]', form), !picture);
    text(one('[data-file-name]', form), answer.name || name);
    show(one('[data-again]', form), true);
    show(one('[data-remove]', form), true);
    const state = one('[data-state-text]', form);
    state.textContent = '';
    state.append(make('span', { class: 'ok-text' }, icon('check'), '已上传'));
    changed(form);
  }

  async function remove(event) {
    event.preventDefault();
    const answer = await ask(form.action + '/remove', new URLSearchParams());
    if (!answer.ok) { fail(answer.error.message); return; }
    form.classList.remove('uploaded', 'returned');
    form.setAttribute('data-state', 'none');
    ['picture', 'file', 'again', 'remove'].forEach((name) => show(one('[data-' + name + ']', form), false));
    show(one('[data-empty]', form), true);
    text(one('[data-state-text]', form), '未上传');
    fail('');
    changed(form);
  }

  // The kind or code of a file that is stored already can change alone.
  async function details() {
    if (form.getAttribute('data-state') !== 'uploaded') return;
    const answer = await ask(form.action, new URLSearchParams({
      type: form.elements.type ? form.elements.type.value : '',
      verify_code: form.elements.verify_code ? form.elements.verify_code.value : '',
    }));
    fail(answer.ok ? '' : answer.error.message);
  }

  input.addEventListener('change', chosen);
  form.addEventListener('submit', (event) => event.preventDefault());
  const button = one('[data-remove]', form);
  if (button) button.addEventListener('click', remove);
  ['type', 'verify_code'].forEach((name) => { if (form.elements[name]) form.elements[name].addEventListener('change', details); });
}
