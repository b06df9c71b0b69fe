// The signature pad. The strokes as they were written are the master; what is
// seen is the master moved and scaled evenly into the pad. It is refitted when
// the width changes: keyboards and address bars change the height alone.
import SignaturePad from '../third_party/signature_pad/signature_pad.js';
import { one } from './ui.js';

const shortest = 60; // px of ink below which nothing was signed
const margin = 10; // px around a refitted drawing
const pen = { penColor: '#1B2129', minWidth: 1.6, maxWidth: 4.2, velocityFilterWeight: 0.7 };

/** pad prepares a [data-pad]; options: begin(), change(empty). */
export function pad(box, options) { return new Pad(box, options); }

class Pad {
  constructor(box, options) {
    this.box = box;
    this.options = options;
    this.canvas = one('canvas', box);
    this.master = []; // [[{x, y, t, p}, …], …]
    this.fit = { scale: 1, x: 0, y: 0 }; // seen = master × scale + offset
    this.width = 0;
    this.height = 0;
    this.writing = false;
    this.ink = new SignaturePad(this.canvas, Object.assign({ throttle: 8, minDistance: 2 }, pen));
    this.ink.addEventListener('beginStroke', () => {
      this.writing = true;
      box.classList.add('used');
      if (options.begin) options.begin();
    });
    this.ink.addEventListener('endStroke', () => {
      this.writing = false;
      this.take();
      this.report();
      this.measure();
    });
    const measure = () => this.measure();
    addEventListener('resize', measure);
    if (window.ResizeObserver) new ResizeObserver(measure).observe(box);
    this.measure();
    this.restore(history.state);
  }

  seen(p) { return { x: p.x * this.fit.scale + this.fit.x, y: p.y * this.fit.scale + this.fit.y }; }

  redraw() {
    const scale = this.fit.scale;
    this.ink.fromData(this.master.map((stroke) => Object.assign({ dotSize: 0, compositeOperation: 'source-over' }, pen, {
      minWidth: pen.minWidth * scale,
      maxWidth: pen.maxWidth * scale,
      // Time grows with the scale, so that speed, and the line with it, stays.
      points: stroke.map((p) => Object.assign(this.seen(p), { time: p.t * scale, pressure: p.p })),
    })), { clear: true });
  }

  bounds() {
    const b = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    this.master.forEach((stroke) => stroke.forEach((p) => {
      b.left = Math.min(b.left, p.x);
      b.right = Math.max(b.right, p.x);
      b.top = Math.min(b.top, p.y);
      b.bottom = Math.max(b.bottom, p.y);
    }));
    return b;
  }

  // refit centres the drawing, as large as it was unless that does not fit.
  refit(from) {
    if (this.master.length === 0) { this.fit = { scale: 1, x: 0, y: 0 }; return; }
    const b = this.bounds();
    const most = Math.min((this.width - 2 * margin) / Math.max(1, b.right - b.left), (this.height - 2 * margin) / Math.max(1, b.bottom - b.top));
    const share = Math.min(this.width / from.width, this.height / from.height) * this.fit.scale;
    const scale = Math.min(Math.max(share, Math.min(most, this.fit.scale)), most);
    this.fit = {
      scale: scale,
      x: this.width / 2 - scale * (b.left + b.right) / 2,
      y: this.height / 2 - scale * (b.top + b.bottom) / 2,
    };
  }

  /** measure fits the canvas to its box; it waits while a stroke goes on. */
  measure() {
    if (this.writing) return;
    const w = this.box.clientWidth;
    const h = this.box.clientHeight;
    if (w === 0 || h === 0 || (w === this.width && h === this.height)) return;
    const from = { width: this.width || w, height: this.height || h };
    const turned = this.width !== 0 && w !== this.width;
    this.width = w;
    this.height = h;
    const ratio = Math.max(1, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(w * ratio);
    this.canvas.height = Math.round(h * ratio);
    this.canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    if (turned) this.refit(from);
    this.redraw();
  }

  // take moves what was just written into the master.
  take() {
    const fit = this.fit;
    this.ink.toData().slice(this.master.length).forEach((stroke) => {
      this.master.push(stroke.points.map((p) => ({
        x: (p.x - fit.x) / fit.scale, y: (p.y - fit.y) / fit.scale, t: p.time, p: p.pressure || 0,
      })));
    });
  }

  report() {
    const empty = this.isEmpty();
    this.box.classList.toggle('used', !empty);
    // The drawing lives in this history entry only, for back and forward.
    const state = empty ? null : { pad: this.master, fit: this.fit, width: this.width, height: this.height };
    try { history.replaceState(state, ''); } catch (e) { /* too large to keep */ }
    this.options.change(empty);
  }

  /** restore shows {pad, fit, width, height} of an earlier visit. */
  restore(state) {
    if (!state || !state.pad || !state.pad.length) return;
    this.master = state.pad;
    this.fit = state.fit;
    if (!this.width) this.width = state.width; // a hidden pad is measured when it is shown
    else if (state.width !== this.width) this.refit(state);
    this.redraw();
    this.report();
  }

  isEmpty() { return this.master.length === 0; }

  clear() {
    this.master = [];
    this.fit = { scale: 1, x: 0, y: 0 };
    this.ink.clear();
    this.report();
  }

  /** forget removes the drawing from the history entry. */
  forget() {
    try { history.replaceState(null, ''); } catch (e) { /* not allowed here */ }
  }

  /** short tells that this is a dot or a slip and no signature. */
  short() {
    let ink = 0;
    this.master.forEach((stroke) => stroke.forEach((p, i) => { if (i) ink += Math.hypot(p.x - stroke[i - 1].x, p.y - stroke[i - 1].y); }));
    return ink * this.fit.scale < shortest;
  }

  /** strokes is what the server takes: CSS px of the pad, ms from the start. */
  strokes() {
    const start = this.isEmpty() ? 0 : this.master[0][0].t;
    const round = (v) => Math.round(v * 100) / 100;
    let bottom = this.height; // an address bar may have shortened the pad since
    const strokes = this.master.map((stroke) => ({
      points: stroke.map((p) => {
        const s = this.seen(p);
        bottom = Math.max(bottom, Math.ceil(s.y));
        return [round(s.x), round(s.y), Math.max(0, Math.round(p.t - start)), round(p.p)];
      }),
    }));
    return { width: this.width, height: bottom, strokes: strokes };
  }

  /** picture is the drawing as a data URI, '' where reading is blocked. */
  picture() {
    const b = this.bounds();
    const ratio = this.canvas.width / this.width;
    const x = Math.max(0, (b.left * this.fit.scale + this.fit.x - margin) * ratio);
    const y = Math.max(0, (b.top * this.fit.scale + this.fit.y - margin) * ratio);
    const w = Math.min(this.canvas.width - x, ((b.right - b.left) * this.fit.scale + 2 * margin) * ratio);
    const h = Math.min(this.canvas.height - y, ((b.bottom - b.top) * this.fit.scale + 2 * margin) * ratio);
    try {
      const out = document.createElement('canvas');
      out.width = Math.max(1, w);
      out.height = Math.max(1, h);
      out.getContext('2d').drawImage(this.canvas, x, y, w, h, 0, 0, w, h);
      return out.toDataURL('image/png');
    } catch (e) {
      return '';
    }
  }
}
