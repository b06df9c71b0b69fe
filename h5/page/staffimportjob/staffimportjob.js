// A list being checked or imported: the page follows the work and shows its
// result by itself.
import '../../lib/console.js';
import { ask } from '../../lib/net.js';
import { one, all, text, busy } from '../../lib/ui.js';

const work = one('[data-state]');

async function follow() {
  const answer = await ask(work.dataset.state);
  if (answer.ok && !answer.busy) {
    location.reload();
    return;
  }
  if (answer.ok && answer.done) {
    const bar = one('[data-bar]', work);
    bar.max = Math.max(answer.total, 1);
    bar.value = answer.done;
    text(one('[data-words]', work), '已' + work.dataset.verb + ' ' + answer.done + ' 行，共约 ' + answer.total + ' 行');
  }
  setTimeout(follow, 700);
}

if (work) follow();
all('form').forEach((form) => form.addEventListener('submit', () => busy(one('button[data-busy]', form))));
