import '../../lib/app.js';
import { facePage } from '../../lib/facepage.js';

facePage();
