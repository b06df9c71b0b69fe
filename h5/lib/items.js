// Repeated items (family members): add, fold, remove with undo. Indices stay
// contiguous, item.0.…, item.1.…, as the server expects them.
import { all, make, one, show, text } from './ui.js';

/** items prepares the form's list; changed is called after every change. */
export function items(form, changed) {
  const list = one('[data-items]', form);
  return list && new Items(form, list, changed);
}

const titleOf = (item) => one('[data-item-title]', item).textContent;
const labelOf = (item) => titleOf(item).replace(/ (\d+|__n__)$/, '');

class Items {
  constructor(form, list, changed) {
    this.list = list;
    this.changed = changed;
    this.blank = one('template[data-blank]', form);
    this.button = one('[data-add]', form);
    this.min = Number(form.getAttribute('data-min')) || 0;
    this.max = Number(form.getAttribute('data-max')) || Infinity;
    if (this.button) {
      this.button.type = 'button';
      this.button.addEventListener('click', () => this.add());
    }
    list.addEventListener('click', (event) => {
      const item = event.target.closest('[data-item]');
      if (!item) return;
      if (event.target.closest('[data-remove]')) this.remove(item);
      else if (event.target.closest('[data-toggle]')) this.fold(item, item.classList.contains('folded'));
    });
    this.prepare();
  }

  /** prepare readies items that the server wrote. */
  prepare() {
    all('[data-remove]', this.list).forEach((button) => { button.type = 'button'; });
    this.renumber();
  }

  living() { return all('[data-item]', this.list).filter((item) => !item.disabled); }

  renumber() {
    const now = this.living();
    now.forEach((item, i) => {
      all('[name], [id], [for], [aria-describedby], [data-field]', item).forEach((element) => {
        ['name', 'id', 'for', 'aria-describedby', 'data-field'].forEach((attribute) => {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(/item\.(\d+|__i__)\./g, 'item.' + i + '.'));
        });
      });
      const name = labelOf(item) + ' ' + (i + 1);
      text(one('[data-item-title]', item), name);
      all('[data-item-name]', item).forEach((element) => { element.textContent = name; });
      const remove = one('[data-remove]', item);
      if (!remove) return; // the page is only read
      remove.value = 'remove.' + i;
      show(remove, now.length > this.min);
    });
    show(this.button, now.length < this.max);
  }

  add() {
    const item = one('[data-item]', document.importNode(this.blank.content, true));
    this.list.append(item);
    one('[data-remove]', item).type = 'button';
    this.renumber();
    item.scrollIntoView({ block: 'nearest' });
    const control = one('input, select', item);
    if (control) control.focus();
  }

  fold(item, open) {
    item.classList.toggle('folded', !open);
    const button = one('[data-toggle]', item);
    button.setAttribute('aria-expanded', String(open));
    one('[data-toggle-text]', button).textContent = open ? '收起' : '展开';
    if (open || !one('[data-remove]', item)) return;
    const words = all('input, select', item).map((control) => {
      const option = control.tagName === 'SELECT' ? control.selectedOptions[0] : null;
      if (!control.value.trim()) return '';
      return option ? option.textContent : control.value.trim();
    }).filter(Boolean);
    text(one('[data-summary]', item), words.slice(0, 2).join('，'));
  }

  // A removed item stays in the page, disabled and so not sent, until the
  // page is left: nothing typed is lost by a slip.
  remove(item) {
    const undo = make('button', { type: 'button', class: 'more' }, '撤销');
    const row = make('p', { class: 'card undo', role: 'status' }, '已删除' + titleOf(item) + '　', undo);
    item.disabled = true;
    show(item, false);
    undo.addEventListener('click', () => {
      item.disabled = false;
      show(item, true);
      row.remove();
      this.renumber();
      this.changed();
      one('[data-toggle]', item).focus();
    });
    this.list.insertBefore(row, item);
    this.renumber();
    this.changed();
    undo.focus();
  }
}
