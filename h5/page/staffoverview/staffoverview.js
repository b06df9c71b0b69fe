// The overview: another campaign is shown as soon as it is chosen.
import '../../lib/console.js';
import { one } from '../../lib/ui.js';

const choose = one('[data-go]');
if (choose) choose.addEventListener('change', () => choose.form.submit());
