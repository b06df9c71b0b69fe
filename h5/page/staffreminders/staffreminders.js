// The bars of rounds that are still being sent move by themselves.
import '../../lib/console.js';

for (const round of document.querySelectorAll('[data-round]')) {
  if (Number(round.dataset.percent) < 100) follow(round);
}

async function follow(round) {
  for (;;) {
    await new Promise((go) => { setTimeout(go, 1000); });
    let state;
    try {
      const res = await fetch(round.dataset.round, { headers: { Accept: 'application/json', 'X-Ruxue-Background': '1' } });
      if (res.status === 401) return;
      state = await res.json();
    } catch {
      continue; // offline for a while
    }
    if (!state.ok) return;
    round.querySelector('progress').value = state.percent;
    round.querySelector('[data-words]').textContent = `共 ${state.total} 名，已提交 ${state.sent}，未送出 ${state.failed}`;
    if (state.done) return;
  }
}
