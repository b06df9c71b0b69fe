// A page of staff changes its parts in place: the server's next page is fetched
// and its [data-part] elements take the place of those shown.
import { all, one } from './ui.js';

/** page fetches one of our pages as a document; null when it could not. */
export async function page(url, background) {
  const headers = background ? { 'X-Ruxue-Background': '1' } : {};
  try {
    const response = await fetch(url, { credentials: 'same-origin', headers: headers });
    if (response.redirected && new URL(response.url).pathname === '/staff/login') {
      if (!background) location.href = response.url;
      return null;
    }
    if (!response.ok) return null;
    const text = await response.text();
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    fresh.address = response.url;
    return fresh;
  } catch (e) {
    return null;
  }
}

/** swap puts the named parts of a fetched page (all of them without names) in
 * place of ours; it keeps how far they were scrolled. */
export function swap(fresh, names) {
  all('[data-part]').forEach((old) => {
    const name = old.getAttribute('data-part');
    if (names && names.indexOf(name) < 0) return;
    const part = one('[data-part="' + name + '"]', fresh);
    if (!part) return;
    const top = old.scrollTop;
    const taken = document.importNode(part, true);
    old.replaceWith(taken);
    if (name === 'queue') taken.scrollTop = top;
  });
  const nav = one('.console-nav');
  const freshNav = one('.console-nav', fresh);
  if (nav && freshNav && nav.innerHTML !== freshNav.innerHTML) nav.innerHTML = freshNav.innerHTML;
}
