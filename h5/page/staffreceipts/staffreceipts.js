// Uploading a list of receipts goes as uploading an admitted list.
import '../staffimport/staffimport.js';
