// A phone photographs one document for the form on a PC; each photo that is
// stored shows there at once, a better one may follow.
import '../../lib/app.js';
import { ask } from '../../lib/net.js';
import { slot } from '../../lib/slot.js';
import { one, show } from '../../lib/ui.js';

const form = one('form[data-slot]');
const sent = one('[data-sent]');

slot(form, () => {
  show(sent, true);
  sent.focus();
});
one('input[type=file]', form).addEventListener('change', () => ask(form.getAttribute('action').replace(/upload$/, 'active'), {}));
