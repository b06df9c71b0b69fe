// A frame of fixed shape over a picture: dragged, pinched, wheeled, or moved
// with the arrow keys and + and −.

/**
 * frame places the element over its stage. size is the picture's, ratio is
 * width / height; changed gets {x, y, width, height} in the picture's pixels.
 */
export function frame(element, stage, size, ratio, changed) { return new Frame(element, stage, size, ratio, changed); }

class Frame {
  constructor(element, stage, size, ratio, changed) {
    this.element = element;
    this.stage = stage;
    this.size = size;
    this.ratio = ratio;
    this.changed = changed;
    this.most = Math.min(size.width, size.height * ratio);
    this.box = {
      width: this.most,
      x: (size.width - this.most) / 2,
      y: Math.max(0, (size.height - this.most / ratio) / 3), // heads are in the upper part
    };
    this.fingers = new Map();
    const up = (event) => this.fingers.delete(event.pointerId);
    stage.addEventListener('pointerdown', (event) => this.down(event));
    stage.addEventListener('pointermove', (event) => this.move(event));
    stage.addEventListener('pointerup', up);
    stage.addEventListener('pointercancel', up);
    stage.addEventListener('wheel', (event) => { event.preventDefault(); this.zoom(event.deltaY < 0 ? 0.95 : 1.05); }, { passive: false });
    element.addEventListener('keydown', (event) => this.key(event));
    this.settle();
  }

  settle() {
    const box = this.box;
    const { width, height } = this.size;
    box.width = Math.min(this.most, Math.max(this.most * 0.2, box.width));
    box.height = box.width / this.ratio;
    box.x = Math.min(width - box.width, Math.max(0, box.x));
    box.y = Math.min(height - box.height, Math.max(0, box.y));
    this.element.style.left = 100 * box.x / width + '%';
    this.element.style.top = 100 * box.y / height + '%';
    this.element.style.width = 100 * box.width / width + '%';
    this.element.style.height = 100 * box.height / height + '%';
    this.changed({ x: box.x, y: box.y, width: box.width, height: box.height });
  }

  /** zoom changes the frame's size around its middle; below 1 it gets smaller. */
  zoom(factor) {
    const box = this.box;
    const x = box.x + box.width / 2;
    const y = box.y + box.width / this.ratio / 2;
    box.width = Math.min(this.most, Math.max(this.most * 0.2, box.width * factor));
    box.x = x - box.width / 2;
    box.y = y - box.width / this.ratio / 2;
    this.settle();
  }

  distance() {
    const p = Array.from(this.fingers.values());
    return Math.hypot(p[0].x - p[1].x, p[0].y - p[1].y);
  }

  down(event) {
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.stage.setPointerCapture(event.pointerId);
  }

  move(event) {
    const last = this.fingers.get(event.pointerId);
    if (!last) return;
    const two = this.fingers.size === 2;
    const before = two ? this.distance() : 0;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (two) {
      const after = this.distance();
      if (before > 0 && after > 0) this.zoom(after / before);
      return;
    }
    const unit = this.size.width / this.stage.clientWidth;
    this.box.x += (event.clientX - last.x) * unit;
    this.box.y += (event.clientY - last.y) * unit;
    this.settle();
  }

  key(event) {
    const step = this.size.width / 50;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (by) {
      this.box.x += by[0];
      this.box.y += by[1];
      this.settle();
    } else if (event.key === '+' || event.key === '=') this.zoom(0.95);
    else if (event.key === '-') this.zoom(1.05);
    else return;
    event.preventDefault();
  }
}
