// Uploading a list.
import '../../lib/console.js';
import '../../lib/give.js';
