// A student's page: data that stand open are hidden again after a minute, and
// the box of the corrected datum offers what fits.
import '../../lib/console.js';
import { all, one, show } from '../../lib/ui.js';

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

// What is chosen from a list replaces the box that is typed into.
const what = one('#act-correct [name=field]');
if (what) {
  const form = what.form;
  const boxes = all('[data-field]', form).filter((box) => ['field', 'reason'].indexOf(box.getAttribute('data-field')) < 0);
  const fit = () => {
    const listed = boxes.some((box) => box.getAttribute('data-field') === what.value);
    boxes.forEach((box) => {
      const shown = box.getAttribute('data-field') === (listed ? what.value : 'value');
      show(box, shown);
      one('input, select', box).disabled = !shown;
    });
  };
  what.addEventListener('change', fit);
  addEventListener('restored', fit);
  fit();
}
