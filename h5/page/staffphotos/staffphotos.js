// Uploading the archive of photos.
import '../../lib/console.js';
import '../../lib/give.js';
