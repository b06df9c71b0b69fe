// The signature pad. The strokes as they were written are the master; what is
// seen is the master moved and scaled evenly into the pad. It is refitted when
// the width changes: keyboards and address bars change the height alone.
import SignaturePad from '../third_party/signature_pad/signature_pad.js';
import { one } from './ui.js';

const shortest = 60; // px of ink below which nothing was signed

/** pad prepares a [data-pad]; options: begin(), change(empty), ink, initial. */
export function pad(box, options) {
  const canvas = one('canvas', box);
  const context = canvas.getContext('2d');
  let fit = { scale: 1, x: 0, y: 0 }; // seen = master × scale + offset
  let master = []; // [[{x, y, t, p}, …], …]
  let width = 0;
  let height = 0;
  let writing = false;

  const pen = new SignaturePad(canvas, { penColor: '#1B2129', minWidth: 1.6, maxWidth: 4.2, throttle: 8, minDistance: 2 });
  const seen = (p) => ({ x: p.x * fit.scale + fit.x, y: p.y * fit.scale + fit.y });

  function redraw() {
    const data = master.map((stroke) => ({
      penColor: '#1B2129', minWidth: 1.6 * fit.scale, maxWidth: 4.2 * fit.scale, dotSize: 0, velocityFilterWeight: 0.7, compositeOperation: 'source-over',
      // Time grows with the scale, so that speed, and the line with it, stays.
      points: stroke.map((p) => Object.assign(seen(p), { time: p.t * fit.scale, pressure: p.p })),
    }));
    pen.fromData(data, { clear: true });
  }

  function bounds() {
    const b = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    master.forEach((stroke) => stroke.forEach((p) => {
      b.left = Math.min(b.left, p.x); b.right = Math.max(b.right, p.x);
      b.top = Math.min(b.top, p.y); b.bottom = Math.max(b.bottom, p.y);
    }));
    return b;
  }

  // refit centres the drawing and lets it take the same share of the pad.
  function refit(from) {
    if (master.length === 0) { fit = { scale: 1, x: 0, y: 0 }; return; }
    const b = bounds();
    const margin = 10;
    const share = Math.min(width / from.width, height / from.height) * fit.scale;
    const most = Math.min((width - 2 * margin) / Math.max(1, b.right - b.left), (height - 2 * margin) / Math.max(1, b.bottom - b.top));
    const scale = Math.min(Math.max(share, Math.min(most, fit.scale)), most);
    fit = { scale: scale, x: width / 2 - scale * (b.left + b.right) / 2, y: height / 2 - scale * (b.top + b.bottom) / 2 };
  }

  function measure() {
    if (writing) return; // a stroke goes on; measured again when it ends
    const w = box.clientWidth;
    const h = box.clientHeight;
    if (w === 0 || h === 0 || (w === width && h === height)) return;
    const from = { width: width || w, height: height || h };
    const wider = width !== 0 && w !== width;
    width = w;
    height = h;
    const ratio = Math.max(1, window.devicePixelRatio || 1);
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (wider) refit(from);
    redraw();
  }

  // take moves what was just written into the master.
  function take() {
    const data = pen.toData();
    for (let i = master.length; i < data.length; i += 1) {
      master.push(data[i].points.map((p) => ({
        x: (p.x - fit.x) / fit.scale, y: (p.y - fit.y) / fit.scale, t: p.time, p: p.pressure || 0,
      })));
    }
  }

  function report() {
    box.classList.toggle('used', master.length > 0);
    // The drawing lives in this history entry only, for back and forward.
    try { history.replaceState(master.length ? { pad: master, fit: fit, width: width, height: height } : null, ''); } catch (e) { /* too large */ }
    options.change(master.length === 0);
  }

  pen.addEventListener('beginStroke', () => {
    writing = true;
    box.classList.add('used');
    if (options.begin) options.begin();
  });
  pen.addEventListener('endStroke', () => {
    writing = false;
    take();
    report();
    measure();
  });

  function restore(state) {
    if (!state || !state.pad || !state.pad.length) return;
    master = state.pad;
    fit = state.fit;
    if (width && state.width !== width) refit(state);
    redraw();
    report();
  }

  addEventListener('resize', measure);
  if (window.ResizeObserver) new ResizeObserver(measure).observe(box);
  measure();
  restore(history.state);

  return {
    measure: measure,
    isEmpty: () => master.length === 0,
    clear: () => { master = []; fit = { scale: 1, x: 0, y: 0 }; pen.clear(); report(); },
    forget: () => { try { history.replaceState(null, ''); } catch (e) { /* not allowed here */ } },
    restore: (strokes) => restore(strokes),
    /** short tells that this is a dot or a slip and no signature. */
    short: () => {
      let ink = 0;
      master.forEach((stroke) => stroke.forEach((p, i) => { if (i) ink += Math.hypot(p.x - stroke[i - 1].x, p.y - stroke[i - 1].y); }));
      return ink * fit.scale < shortest;
    },
    /** strokes is what the server takes: CSS px of the pad, ms from the start. */
    strokes: () => {
      const start = master.length ? master[0][0].t : 0;
      const round = (v) => Math.round(v * 100) / 100;
      let bottom = height;
      const strokes = master.map((stroke) => ({
        points: stroke.map((p) => {
          const s = seen(p);
          bottom = Math.max(bottom, Math.ceil(s.y));
          return [round(s.x), round(s.y), Math.max(0, Math.round(p.t - start)), round(p.p)];
        }),
      }));
      return { width: width, height: bottom, strokes: strokes };
    },
    picture: () => crop(canvas, bounds(), fit, width),
  };
}

// crop cuts the drawing out for "签名已提交"; '' where canvas reading is blocked.
function crop(canvas, b, fit, width) {
  try {
    const ratio = canvas.width / width;
    const margin = 14;
    const x = Math.max(0, (b.left * fit.scale + fit.x - margin) * ratio);
    const y = Math.max(0, (b.top * fit.scale + fit.y - margin) * ratio);
    const w = Math.min(canvas.width - x, ((b.right - b.left) * fit.scale + 2 * margin) * ratio);
    const h = Math.min(canvas.height - y, ((b.bottom - b.top) * fit.scale + 2 * margin) * ratio);
    const out = document.createElement('canvas');
    out.width = Math.max(1, w);
    out.height = Math.max(1, h);
    out.getContext('2d').drawImage(canvas, x, y, w, h, 0, 0, w, h);
    return out.toDataURL('image/png');
  } catch (e) {
    return '';
  }
}
