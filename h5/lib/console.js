// What every page of staff does: what students' pages do, the session's end,
// and forms that survive it.
import './app.js';
import { keepForms } from './keep.js';
import { session } from './session.js';

keepForms();
session();

// On a phone the navigation scrolls: the page that is open is in sight.
document.querySelector('.console-nav [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
