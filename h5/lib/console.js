// What every page of staff does.
import './app.js';
