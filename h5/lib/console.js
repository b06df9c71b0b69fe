// What every page of staff does: what students' pages do, the session's end,
// and forms that survive it.
import './app.js';
import { keepForms } from './keep.js';
import { session } from './session.js';

keepForms();
session();
