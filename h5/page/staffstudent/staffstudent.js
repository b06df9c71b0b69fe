// A student's page: data that stand open are hidden again after a minute, and
// the box of the corrected datum offers what fits.
import '../../lib/console.js';
import { all, one } from '../../lib/ui.js';

const open = all('[data-mask]');
const note = one('[data-countdown]');
if (open.length || note) {
  let left = 60;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) {
      if (note) note.textContent = '完整信息 ' + left + ' 秒后自动隐藏，已记入日志';
      return;
    }
    clearInterval(timer);
    open.forEach((value) => {
      value.textContent = value.getAttribute('data-mask');
      value.classList.remove('revealed');
    });
    if (note) note.textContent = '完整信息已隐藏';
  }, 1000);
}
