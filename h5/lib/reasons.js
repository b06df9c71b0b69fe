// The reasons to send something back: what the student will read follows the
// choice, and staff's own words follow what is typed.
import { all, one, show, text } from './ui.js';

/** reasons wires the reasons within root; it returns {chosen, pick, write, demand, update}.
 * titles, where given, returns what the sentence is about: one line for each. */
export function reasons(root, titles) {
  const box = one('[data-preview]', root);
  const own = one('#own', root);
  const chosen = () => one('input[name=reason]:checked', root);

  function update() {
    all('.reason', root).forEach((label) => label.classList.toggle('on', one('input', label).checked));
    const reason = chosen();
    const mine = Boolean(reason && reason.hasAttribute('data-own'));
    show(one('[data-own-box]', root), mine);
    if (box) {
      show(box, Boolean(reason));
      if (reason) {
        const typed = own ? own.value.trim().replace(/[。．.!！;；]+$/, '') : '';
        const sentence = reason.getAttribute('data-sentence').replace('{}', () => typed || '……');
        text(one('[data-preview-text]', box), titles ? titles().map((t) => sentence.replace('{title}', () => t)).join('\n') : sentence);
      }
    }
    return mine;
  }

  root.addEventListener('change', (event) => {
    if (event.target.name === 'reason') show(one('[data-reason-error]', root), false);
    if (event.target.name === 'reason' && update() && own) own.focus();
  });
  if (own) own.addEventListener('input', update);
  update();
  return {
    chosen: chosen,
    update: update,
    pick: (n) => {
      const list = all('input[name=reason]', root);
      if (!list[n]) return;
      list[n].checked = true;
      show(one('[data-reason-error]', root), false);
      if (!update()) list[n].focus({ preventScroll: true });
    },
    /** write puts the cursor where staff's own words go, if they are chosen. */
    write: () => { if (own && !one('[data-own-box]', root).hidden) own.focus(); },
    /** demand says what is missing; true when nothing is. */
    demand: (message) => {
      const line = one('[data-reason-error]', root);
      const reason = chosen();
      if (!message && reason && !(reason.hasAttribute('data-own') && own && !own.value.trim())) return true;
      text(line, message || (reason ? '请写明退回原因，学生会看到这句话' : '请先选退回原因'));
      show(line, true);
      (reason && own && reason.hasAttribute('data-own') ? own : one('input[name=reason]', root)).focus();
      return false;
    },
  };
}
