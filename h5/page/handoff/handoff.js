import '../../lib/app.js';
import { padPage } from '../../lib/padpage.js';
import { one } from '../../lib/ui.js';

padPage(one('[data-padpage]'));
