// Small helpers for the page: finding, showing, waiting, errors at fields.

export const one = (selector, root) => (root || document).querySelector(selector);
export const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

/** show hides or shows an element that may be missing. */
export function show(element, visible) {
  if (element) element.hidden = !visible;
}

/** text sets the text of an element or of its [data-text] or [data-label]. */
export function text(element, value) {
  if (!element) return;
  const inner = element.querySelector('[data-text], [data-label]');
  (inner || element).textContent = value;
}

/**
 * busy greys a button, keeps its width and says what is going on; it returns
 * the function that undoes it.
 */
export function busy(button, label) {
  if (!button || button.getAttribute('aria-busy') === 'true') return () => {};
  const words = button.querySelector('[data-label]') || button;
  const before = words.textContent;
  button.style.minWidth = button.offsetWidth + 'px';
  button.setAttribute('aria-busy', 'true');
  words.textContent = label || button.getAttribute('data-busy') || '正在提交';
  return () => {
    button.removeAttribute('aria-busy');
    button.style.minWidth = '';
    words.textContent = before;
  };
}

export const isBusy = (button) => button.getAttribute('aria-busy') === 'true';

/** fieldError puts a sentence at a field, or clears it with ''. */
export function fieldError(field, message) {
  if (!field) return;
  field.classList.toggle('bad', Boolean(message));
  const line = field.querySelector('.field-error');
  text(line, message || '');
  show(line, Boolean(message));
  const control = field.querySelector('.control, input[type=checkbox]');
  if (!control) return;
  if (message) control.setAttribute('aria-invalid', 'true');
  else control.removeAttribute('aria-invalid');
}

/** field finds the block of a form value by its name. */
export const field = (name, root) => one('[data-field="' + name + '"]', root);

/** reveal scrolls to an element and focuses it or its first control. */
export function reveal(element) {
  if (!element) return;
  const target = element.matches('input, select, textarea, button, a, [tabindex]') ? element
    : element.querySelector('input:not([type=hidden]), select, textarea, canvas') || element;
  element.scrollIntoView({ block: 'center' });
  try { target.focus({ preventScroll: true }); } catch (e) { target.focus(); }
}

/** size writes bytes as the rules name them, powers of 1000. */
export function size(bytes) {
  if (bytes < 1e6) return Math.ceil(bytes / 1000) + ' KB';
  return (bytes / 1e6).toFixed(1).replace(/\.0$/, '') + ' MB';
}

/** span writes seconds as 4 分 32 秒. */
export function span(seconds) {
  const s = Math.max(0, Math.ceil(seconds));
  return s >= 60 ? Math.floor(s / 60) + ' 分 ' + (s % 60) + ' 秒' : s + ' 秒';
}

const paths = {
  check: '<circle cx="12" cy="12" r="9.5"/><path d="m8 12.3 2.8 2.8L16 9.7"/>',
  tick: '<path d="m6 12.5 4 4 8-8.5"/>',
  alert: '<circle cx="12" cy="12" r="9.5"/><path d="M12 7v6M12 16.5h.01"/>',
  arrow: '<path d="M4 12h15m-6-6.5 6 6.5-6 6.5"/>',
  rotate: '<path d="M20 12a8 8 0 1 1-2.7-6M20 3v4.5h-4.5"/>',
};

/** icon is the same drawing as part/icon.tmpl. */
export function icon(name) {
  const box = document.createElement('span');
  box.innerHTML = '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">' + paths[name] + '</svg>';
  return box.firstChild;
}

/** make builds an element: make('p', {class: 'small'}, 'text', child). */
export function make(tag, attributes) {
  const element = document.createElement(tag);
  Object.keys(attributes || {}).forEach((name) => element.setAttribute(name, attributes[name]));
  Array.prototype.slice.call(arguments, 2).forEach((child) => element.append(child));
  return element;
}
