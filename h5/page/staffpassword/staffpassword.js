// Setting a password.
import '../../lib/console.js';
import { passwordForm } from '../../lib/passwordform.js';
import { one } from '../../lib/ui.js';

passwordForm(one('[data-password-form]'));
