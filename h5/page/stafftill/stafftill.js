// One student's money: while some of it is on its way, the page looks by itself
// and shows what arrived. The forms beside it stay as they are typed.
import '../../lib/console.js';
import { one } from '../../lib/ui.js';
import { page, swap } from '../../lib/swap.js';

const most = 30000; // ms
let wait = 2000;

async function look() {
  const fresh = document.hidden ? null : await page(location.href, true);
  if (fresh) swap(fresh, ['top', 'events']);
  wait = Math.min(most, wait * 1.3);
  later();
}

function later() {
  if (one('[data-moving]')) setTimeout(look, wait);
}
later();
