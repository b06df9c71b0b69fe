// An uploaded file being worked on: the page follows the work and shows its
// result by itself.
import { watch } from './net.js';
import { one, text } from './ui.js';

const work = one('[data-state]');

/** follow asks how far the work is; words says so. */
export async function follow(words) {
  if (!work) return;
  const answer = await watch(work.dataset.state);
  if (answer.ok && !answer.busy) {
    location.reload();
    return;
  }
  if (answer.ok && answer.done) {
    const bar = one('[data-bar]', work);
    bar.max = Math.max(answer.total, 1);
    bar.value = answer.done;
    text(one('[data-words]', work), words(answer, work.dataset.verb));
  }
  setTimeout(follow, 700, words);
}
