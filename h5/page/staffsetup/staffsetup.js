// A code to type, and a QR code to scan.
import '../../lib/console.js';
import { passwordForm } from '../../lib/passwordform.js';
import { scanBox } from '../../lib/scan.js';
import { all } from '../../lib/ui.js';

all('[data-password-form]').forEach(passwordForm);
all('[data-scan]').forEach(scanBox);
