// A page that waits for somebody else (staff who decide, a paper that is made)
// looks by itself whether anything changed, and shows it. It asks often at
// first, seldom later, never while nobody sees it, and at once when somebody
// comes back. The header says that no person asks: the session does not slide.
import { one } from './ui.js';

const first = 3000; // ms
const most = 30000;
const shown = one('main').innerHTML;
let wait = first;
let timer = 0;

async function look() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store', headers: { 'X-Ruxue-Background': '1' } });
    // Another step is due now, or the login has ended.
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) { location.href = answer.url; return; }
    const fresh = answer.ok && one('main', new DOMParser().parseFromString(await answer.text(), 'text/html'));
    if (fresh && fresh.innerHTML !== shown) { location.reload(); return; }
  } catch (e) { /* the network is away for a moment */ }
  later();
}

function later() {
  if (document.hidden) return;
  timer = setTimeout(look, wait);
  wait = Math.min(most, wait * 1.2);
}

document.addEventListener('visibilitychange', () => {
  wait = first;
  if (document.hidden) clearTimeout(timer);
  else look();
});
later();
