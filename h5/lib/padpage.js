// A page whose task is the pad: the phone's signing page and the handoff.
import { keepOnReturn } from './app.js';
import { ask } from './net.js';
import { pad } from './pad.js';
import { busy, fieldError, isBusy, one, reveal, show, text } from './ui.js';

/** padPage prepares a [data-padpage]. */
export function padPage(root) { return new PadPage(root); }

class PadPage {
  constructor(root) {
    this.root = root;
    this.write = this.part('write');
    this.read = this.part('read');
    this.end = this.part('end');
    this.begun = false;
    this.sent = !this.end.hidden;
    keepOnReturn(() => !this.sent);
    this.pad = pad(this.part('pad'), {
      begin: () => this.begin(),
      change: (empty) => { this.part('clear').disabled = empty; this.part('send').disabled = empty; },
    });
    this.wire();
    const agree = this.part('agree');
    if (this.sent) return;
    if (root.hasAttribute('data-handoff')) this.view(this.write);
    else if (agree && !this.pad.isEmpty()) { agree.checked = true; this.view(this.write); }
  }

  part(name) { return one('[data-' + name + ']', this.root); }

  wire() {
    const click = (name, act) => { if (this.part(name)) this.part(name).addEventListener('click', act); };
    click('clear', () => { this.pad.clear(); this.fail(''); });
    click('send', () => this.send());
    click('back', () => this.view(this.write));
    click('go', () => this.agreed());
    click('full', () => {
      this.view(this.read);
      const title = this.part('read-title') || one('h1', this.read);
      title.setAttribute('tabindex', '-1');
      title.focus();
    });
  }

  view(part) {
    [this.read, this.write, this.end].forEach((element) => show(element, element === part));
    document.body.classList.toggle('writing', part === this.write);
    if (part === this.write) this.pad.measure();
    scrollTo(0, 0);
  }

  fail(message) {
    text(this.part('pad-error'), message);
    show(this.part('pad-error'), Boolean(message));
  }

  // begin tells the server once that writing has begun.
  begin() {
    this.fail('');
    const url = this.root.getAttribute('data-active');
    if (url && !this.begun) ask(url, {});
    this.begun = true;
  }

  agreed() {
    const agree = this.part('agree');
    const block = agree.closest('[data-field]');
    fieldError(block, agree.checked ? '' : '请先勾选“' + agree.nextElementSibling.textContent + '”');
    if (agree.checked) this.view(this.write);
    else reveal(block);
  }

  async send() {
    const button = this.part('send');
    if (isBusy(button)) return;
    if (this.pad.short()) { this.fail('签名太短，请写完整的姓名'); return; }
    this.fail('');
    const idle = busy(button);
    const answer = await ask(this.root.getAttribute('data-post'), this.pad.strokes(), 30);
    idle();
    if (!answer.ok) { this.fail(answer.error.message); return; }
    this.sent = true;
    this.pad.forget();
    if (answer.next && !this.root.getAttribute('data-confirm')) { location.href = answer.next; return; }
    if (this.part('signature')) this.part('signature').value = answer.signature || '';
    const image = this.part('end-picture');
    const picture = answer.picture || this.pad.picture();
    if (picture) image.src = picture;
    show(image.parentElement, Boolean(picture));
    this.view(this.end);
    this.part('end-title').focus();
  }
}
