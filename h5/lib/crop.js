// A frame of fixed shape over a picture: dragged, pinched, wheeled, or moved
// with the arrow keys and + and −.

/**
 * frame places the element over its stage. size is the picture's, ratio is
 * width / height; changed gets {x, y, width, height} in the picture's pixels.
 */
export function frame(element, stage, size, ratio, changed) {
  const most = Math.min(size.width, size.height * ratio);
  const least = most * 0.2;
  const box = { width: most };
  box.x = (size.width - most) / 2;
  box.y = Math.max(0, (size.height - most / ratio) / 3); // heads are in the upper part
  const fingers = new Map();

  function settle() {
    box.width = Math.min(most, Math.max(least, box.width));
    box.height = box.width / ratio;
    box.x = Math.min(size.width - box.width, Math.max(0, box.x));
    box.y = Math.min(size.height - box.height, Math.max(0, box.y));
    element.style.left = 100 * box.x / size.width + '%';
    element.style.top = 100 * box.y / size.height + '%';
    element.style.width = 100 * box.width / size.width + '%';
    element.style.height = 100 * box.height / size.height + '%';
    changed({ x: box.x, y: box.y, width: box.width, height: box.height });
  }

  function zoom(factor) {
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    box.width = Math.min(most, Math.max(least, box.width * factor));
    box.x = x - box.width / 2;
    box.y = y - box.width / ratio / 2;
    settle();
  }

  const distance = () => {
    const p = Array.from(fingers.values());
    return Math.hypot(p[0].x - p[1].x, p[0].y - p[1].y);
  };

  const down = (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    stage.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const before = fingers.size === 2 ? distance() : 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) {
      const after = distance();
      if (before > 0 && after > 0) zoom(after / before);
      return;
    }
    const unit = size.width / stage.clientWidth;
    box.x += (event.clientX - last.x) * unit;
    box.y += (event.clientY - last.y) * unit;
    settle();
  };
  const up = (event) => fingers.delete(event.pointerId);
  const wheel = (event) => { event.preventDefault(); zoom(event.deltaY < 0 ? 0.95 : 1.05); };
  const key = (event) => {
    const step = size.width / 50;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const by = moves[event.key];
    if (by) { box.x += by[0]; box.y += by[1]; settle(); }
    else if (event.key === '+' || event.key === '=') zoom(0.95);
    else if (event.key === '-') zoom(1.05);
    else return;
    event.preventDefault();
  };
  stage.addEventListener('pointerdown', down);
  stage.addEventListener('pointermove', move);
  stage.addEventListener('pointerup', up);
  stage.addEventListener('pointercancel', up);
  stage.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('keydown', key);
  settle();
  return { zoom: zoom };
}
