import '../../lib/app.js';
