// The export page: presets of columns, and files that come along by themselves.
import '../../lib/console.js';
import { all, one, show } from '../../lib/ui.js';

const boxes = all('[name=columns]');
all('[data-preset]').forEach((button) => button.addEventListener('click', () => {
  const preset = button.getAttribute('data-preset');
  boxes.forEach((box) => {
    box.checked = preset === 'all' || (preset === 'registry' && box.hasAttribute('data-registry'));
  });
}));

// Columns and format belong to tables alone.
function fit() {
  const kind = one('[name=kind]:checked');
  const value = kind ? kind.value : '';
  show(one('[data-columns]'), value === 'students');
  show(one('[data-table]'), value === 'students' || value === 'payments');
}
all('[name=kind]').forEach((radio) => radio.addEventListener('change', fit));
fit();

const choose = one('[data-go]');
if (choose) choose.addEventListener('change', () => { location.href = choose.getAttribute('data-go') + '?c=' + encodeURIComponent(choose.value); });

async function follow(job) {
  const path = '/staff/exports/' + job.getAttribute('data-job');
  for (let wait = 700; ; wait = Math.min(wait * 1.2, 5000)) {
    await new Promise((done) => setTimeout(done, wait));
    let answer;
    try {
      const reply = await fetch(path, { headers: { Accept: 'application/json', 'X-Ruxue-Background': '1' } });
      if (reply.status === 401 || reply.status === 404) return;
      answer = await reply.json();
    } catch (e) { continue; }
    if (!answer.ok) continue;
    const bar = one('[data-bar]', job);
    bar.max = answer.total;
    bar.value = answer.done;
    one('[data-text]', job).textContent = answer.text;
    if (answer.live) continue;
    show(bar, false);
    const link = one('[data-href]', job);
    if (answer.href) {
      link.href = answer.href;
      show(link, true);
    }
    return;
  }
}
all('[data-live]').forEach(follow);
