// The wall: the reasons show once a picture is ticked, and the button says what
// it will do.
import '../../lib/console.js';
import { reasons } from '../../lib/reasons.js';
import { all, one, show, text } from '../../lib/ui.js';
import { watchUndo } from '../../lib/undo.js';

const form = one('[data-wall]');
if (form) {
  const why = reasons(form);
  const update = () => {
    const shown = all('input[name=shown]', form).length;
    const bad = all('input[name=bad]:checked', form).length;
    show(one('[data-reasons]', form), bad > 0);
    text(one('[data-submit]', form), bad ? '通过 ' + (shown - bad) + ' 张，退回 ' + bad + ' 张' : '全部通过，' + shown + ' 张');
  };
  form.addEventListener('change', update);
  addEventListener('pageshow', update);
  form.addEventListener('submit', (event) => {
    if (all('input[name=bad]:checked', form).length && !why.demand()) event.preventDefault();
  });
  update();
}
watchUndo();
