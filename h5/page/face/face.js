import '../../lib/app.js';
import { facePage } from '../../lib/facepage.js';
import { lend } from '../../lib/lend.js';

lend(facePage());
