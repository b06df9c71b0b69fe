// The pictures of a case, as large as the window, side by side; a click shows
// one of them larger still.
import { all, make, one } from './ui.js';

/** zoom opens the pictures, or closes them. */
export function zoom() {
  const dialog = one('[data-zoom]');
  if (dialog.open) { dialog.close(); return; }
  const pictures = all('[data-part=work] .pictures:not(.others) [data-picture]');
  if (!pictures.length || !dialog.showModal) return;
  const box = one('[data-zoom-in]', dialog);
  box.textContent = '';
  pictures.forEach((link) => {
    const image = one('img', link);
    const figure = make('figure', {}, make('img', { src: image.src, alt: image.alt }), make('figcaption', {}, image.alt));
    figure.addEventListener('click', () => figure.classList.toggle('actual'));
    box.append(figure);
  });
  dialog.showModal();
}

document.addEventListener('click', (event) => {
  if (event.target.closest && event.target.closest('[data-zoom-close]')) one('[data-zoom]').close();
});
