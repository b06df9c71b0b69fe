// Photos being imported: the page follows the work and shows its result by itself.
import '../../lib/console.js';
import { ask } from '../../lib/net.js';
import { one, text } from '../../lib/ui.js';

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
    text(one('[data-words]', work), '已处理 ' + answer.done + ' 个文件，共 ' + answer.total + ' 个');
  }
  setTimeout(follow, 700);
}

if (work) follow();
