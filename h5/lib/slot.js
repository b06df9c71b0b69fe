// One upload: choose, let the assistant fit it, send with progress, say what
// happened at the tile.
import { assist } from './assistant.js';
import { ask, upload } from './net.js';
import { busy, icon, make, one, show, size, text } from './ui.js';

const largest = 15e6; // bytes of a photo that phones can still handle

/** slot prepares a form[data-slot]; changed(form) is called when stored. */
export function slot(form, changed) { return new Slot(form, changed); }

class Slot {
  constructor(form, changed) {
    this.form = form;
    this.changed = changed;
    this.input = this.part('input[type=file]');
    this.assistant = null;
    const portrait = form.getAttribute('data-kind') === 'portrait';
    const number = (name) => Number(form.getAttribute('data-' + name)) || 0;
    this.rule = { max: number('max'), width: portrait ? number('width') : 0, height: portrait ? number('height') : 0, label: form.closest('.grouped') ? form.getAttribute('data-label') : '' };

    this.input.addEventListener('change', () => this.chosen());
    form.addEventListener('submit', (event) => event.preventDefault());
    const remove = this.part('[data-remove]');
    if (remove) remove.addEventListener('click', (event) => { event.preventDefault(); this.remove(); });
    ['type', 'verify_code'].forEach((name) => {
      if (form.elements[name]) form.elements[name].addEventListener('change', () => this.details());
    });
  }

  part(selector) { return one(selector, this.form); }

  fail(message) {
    text(this.part('[data-error]'), message || '');
    show(this.part('[data-error]'), Boolean(message));
  }

  /** unfinished tells that a chosen file is not on the server yet. */
  unfinished() { return this.form.classList.contains('open') || !this.part('[data-progress]').hidden; }

  /** demand says at the tile what 下一步 waits for, and goes there. */
  demand() {
    const label = this.form.getAttribute('data-label');
    const box = this.part('[data-assistant]');
    let goal = this.input;
    if (!this.part('[data-progress]').hidden) {
      this.fail(label + '正在上传，传完后再点“下一步”');
      goal = this.part('[data-cancel]');
    } else if (this.form.classList.contains('open')) {
      this.fail('请点“使用这张”，' + label + '才会上传');
      goal = one('.button.primary', box) || this.input;
    } else if (!this.form.classList.contains('returned') || this.part('[data-error]').hidden) {
      this.fail('请上传' + label); // a returned one keeps the reason
    }
    // The form of a grouped tile has no box of its own to scroll to.
    (goal === this.input ? this.part('[data-tile]') : goal).scrollIntoView({ block: 'center' });
    goal.focus({ preventScroll: true });
  }

  close() {
    if (this.assistant) this.assistant.close();
    this.assistant = null;
    this.form.classList.remove('open');
  }

  chosen() {
    const file = this.input.files[0];
    if (!file) return;
    this.input.value = ''; // the same file may be chosen again
    this.close();
    const pdf = file.type === 'application/pdf' || /\.pdf$/i.test(file.name);
    const wrong = this.refusal(file, pdf);
    this.fail(wrong);
    if (wrong) return;
    if (pdf) this.send(file, file.name);
    else this.adjust(file);
  }

  // refusal is the sentence for a file that cannot be taken, or ''.
  refusal(file, pdf) {
    const type = this.form.elements.type;
    if (type && !type.value) { type.focus(); return '请先选择材料类型，再选择文件'; }
    if (!pdf && file.size > largest) return '照片不能超过 15 MB，这张有 ' + size(file.size) + '。请换一张，或用手机截图后再传';
    if (pdf && this.form.getAttribute('data-kind') !== 'document') return '这里要照片，不能是 PDF';
    if (pdf && this.rule.max && file.size > this.rule.max) return '文件不能超过 ' + size(this.rule.max) + '，这个有 ' + size(file.size);
    return '';
  }

  async adjust(file) {
    const box = this.part('[data-assistant]');
    const name = file.name.replace(/\.\w+$/, '') + '.jpg';
    this.form.classList.add('open');
    try {
      this.assistant = await assist(box, file, this.rule,
        (blob, made, button) => this.send(blob, name, button),
        () => { this.close(); this.input.click(); });
      box.scrollIntoView({ block: 'nearest' });
    } catch (e) {
      this.close();
      if (/heic|heif/i.test(file.type + file.name)) this.fail('这张照片是 HEIC 格式，打不开。请在相机设置里选“兼容性最佳”重拍，或截图后上传');
      else this.send(file, file.name, null, true); // this browser cannot, the server can
    }
  }

  async send(blob, name, button, original) {
    const data = new FormData();
    data.append('file', blob, name || 'photo.jpg');
    ['type', 'verify_code'].forEach((field) => { if (this.form.elements[field]) data.append(field, this.form.elements[field].value); });
    if (original) data.append('original', '1');
    const idle = button ? busy(button) : () => {};
    text(this.part('[data-progress-name]'), name);
    const meter = (part) => {
      const percent = Math.round(part * 100);
      this.part('[data-progress-bar]').value = percent;
      text(this.part('[data-progress-text]'), '正在上传 ' + percent + '%，共 ' + size(blob.size));
    };
    meter(0);
    show(this.part('[data-progress]'), true);
    this.fail('');
    const job = upload(this.form.action, data, meter);
    this.part('[data-cancel]').onclick = job.cancel;
    const answer = await job.done;
    show(this.part('[data-progress]'), false);
    idle();
    if (!answer.ok) { this.fail(answer.error.message); return; }
    this.close();
    this.stored(answer, name, blob);
  }

  /** beside is what goes with the file: its type and code. */
  beside() {
    const values = new URLSearchParams();
    ['type', 'verify_code'].forEach((name) => { if (this.form.elements[name]) values.append(name, this.form.elements[name].value); });
    return values;
  }

  /** offerPhone shows 用手机拍; act is called when the form is ready for it. */
  offerPhone(act) {
    const button = this.part('[data-phone]');
    if (!button) return;
    show(button, true);
    button.addEventListener('click', () => {
      const type = this.form.elements.type;
      const wrong = type && !type.value ? '请先选择材料类型，再用手机拍' : '';
      this.fail(wrong);
      if (wrong) type.focus(); else act();
    });
  }

  /** focus goes back to 用手机拍. */
  focus() { if (this.part('[data-phone]')) this.part('[data-phone]').focus(); }

  /** arrived shows what the phone sent; what stands beside it here counts. */
  arrived(file) {
    this.close();
    this.fail('');
    this.stored(file, file.name);
    const beside = this.beside();
    if (['type', 'verify_code'].some((name) => beside.has(name) && beside.get(name) !== (file[name] || ''))) this.details();
  }

  stored(answer, name, blob) {
    this.form.classList.remove('none', 'returned');
    this.form.classList.add('uploaded');
    this.form.setAttribute('data-state', 'uploaded');
    const pdf = /\.pdf$/i.test(name);
    const image = this.part('[data-picture]');
    if (!pdf) image.src = answer.url || URL.createObjectURL(blob); // a lent phone gets no address
    show(image, !pdf);
    show(this.part('[data-file]'), pdf);
    text(this.part('[data-file-name]'), answer.name || name);
    show(this.part('[data-empty]'), false);
    show(this.part('[data-again]'), true);
    show(this.part('[data-remove]'), true);
    const state = this.part('[data-state-text]');
    state.textContent = '';
    state.append(make('span', { class: 'ok-text' }, icon('check'), '已上传'));
    this.changed(this.form);
  }

  async remove() {
    const answer = await ask(this.form.action + '/remove', new URLSearchParams());
    if (!answer.ok) { this.fail(answer.error.message); return; }
    this.form.classList.remove('uploaded', 'returned');
    this.form.setAttribute('data-state', 'none');
    ['picture', 'file', 'again', 'remove'].forEach((name) => show(this.part('[data-' + name + ']'), false));
    show(this.part('[data-empty]'), true);
    text(this.part('[data-state-text]'), '未上传');
    this.fail('');
    this.changed(this.form);
  }

  // The kind or code of a file that is stored already can change alone.
  async details() {
    if (this.form.getAttribute('data-state') !== 'uploaded') return;
    const answer = await ask(this.form.action, this.beside());
    this.fail(answer.ok ? '' : answer.error.message);
  }
}
