// An account: the sites are there for who works at one.
import '../../lib/console.js';
import { passwordForm } from '../../lib/passwordform.js';
import { all, one, show } from '../../lib/ui.js';

const form = one('[data-person]');
passwordForm(form);

function sites() {
  const role = one('[name=role]:checked', form);
  show(one('[data-sites]'), Boolean(role) && role.value === 'site');
}
all('[name=role]', form).forEach((input) => input.addEventListener('change', sites));
addEventListener('restored', sites);
sites();

all('[data-sure]').forEach((button) => button.form.addEventListener('submit', (event) => {
  if (!confirm(button.getAttribute('data-sure'))) event.preventDefault();
}));
