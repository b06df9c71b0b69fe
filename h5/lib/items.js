// Repeated items (family members): add, fold, remove with undo. Indices stay
// contiguous, item.0.…, item.1.…, as the server expects them.
import { all, make, one, show, text } from './ui.js';

/** items prepares the form's list; changed is called after every change. */
export function items(form, changed) {
  const list = one('[data-items]', form);
  if (!list) return;
  const blank = one('template[data-blank]', form);
  const add = one('[data-add]', form);
  const min = Number(form.getAttribute('data-min')) || 0;
  const max = Number(form.getAttribute('data-max')) || Infinity;
  const living = () => all('[data-item]', list).filter((item) => !item.disabled);

  function renumber() {
    const now = living();
    now.forEach((item, i) => {
      all('[name], [id], [for], [aria-describedby], [data-field], [value]', item).forEach((element) => {
        ['name', 'id', 'for', 'aria-describedby', 'data-field'].forEach((attribute) => {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(/item\.(\d+|__i__)\./g, 'item.' + i + '.'));
        });
      });
      one('[data-remove]', item).value = 'remove.' + i;
      const name = label(item) + ' ' + (i + 1);
      text(one('[data-item-title]', item), name);
      all('[data-item-name]', item).forEach((element) => { element.textContent = name; });
      show(one('[data-remove]', item), now.length > min);
    });
    show(add, now.length < max);
  }

  const label = (item) => one('[data-item-title]', item).textContent.replace(/ (\d+|__n__)$/, '');

  function fold(item, open) {
    item.classList.toggle('folded', !open);
    const button = one('[data-toggle]', item);
    button.setAttribute('aria-expanded', String(open));
    one('[data-toggle-text]', button).textContent = open ? '收起' : '展开';
    if (open) return;
    const words = all('input, select', item).map((control) => {
      const option = control.tagName === 'SELECT' && control.value && control.selectedOptions[0];
      return option ? option.textContent : control.tagName === 'SELECT' ? '' : control.value.trim();
    }).filter(Boolean);
    text(one('[data-summary]', item), words.slice(0, 2).join('，'));
  }

  function remove(item) {
    const name = one('[data-item-title]', item).textContent;
    item.disabled = true; // a disabled fieldset is not sent
    show(item, false);
    const undo = make('button', { type: 'button', class: 'more' }, '撤销');
    const row = make('p', { class: 'card undo', role: 'status' }, '已删除' + name + '　', undo);
    undo.addEventListener('click', () => {
      item.disabled = false;
      show(item, true);
      row.remove();
      renumber();
      changed();
      one('[data-toggle]', item).focus();
    });
    list.insertBefore(row, item);
    renumber();
    changed();
    undo.focus();
  }

  add.type = 'button';
  add.addEventListener('click', () => {
    const item = document.importNode(blank.content, true).querySelector('[data-item]');
    list.append(item);
    one('[data-remove]', item).type = 'button';
    renumber();
    item.scrollIntoView({ block: 'nearest' });
    const control = one('input, select', item);
    if (control) control.focus();
  });
  all('[data-remove]', list).forEach((button) => { button.type = 'button'; });
  list.addEventListener('click', (event) => {
    const item = event.target.closest('[data-item]');
    if (!item) return;
    if (event.target.closest('[data-remove]')) remove(item);
    else if (event.target.closest('[data-toggle]')) fold(item, item.classList.contains('folded'));
  });
  renumber();
}
