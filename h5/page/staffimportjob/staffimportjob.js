// A list being checked or imported.
import '../../lib/console.js';
import { follow } from '../../lib/job.js';
import { one, all, busy } from '../../lib/ui.js';

follow((at, verb) => '已' + verb + ' ' + at.done + ' 行，共约 ' + at.total + ' 行');
all('form').forEach((form) => form.addEventListener('submit', () => busy(one('button[data-busy]', form))));
