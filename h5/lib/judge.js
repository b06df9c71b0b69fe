// Judges one frame of the camera: is a whole, bright, uncovered, sharp face
// there? The limits are the server's, which judges the picture again.
import { detect, gray } from './pico.js';

/** limits reads the numbers from the page. */
export function limits(root) {
  const n = (name) => Number(root.getAttribute('data-' + name));
  return { noFace: n('no-face'), score: n('score'), brightMin: n('bright-min'), brightMax: n('bright-max'), sharpMin: n('sharp-min'), mask: n('mask'), aim: root.getAttribute('data-aim'), steady: root.getAttribute('data-steady') };
}

/** judge returns {ok, nobody, hint, more}; image is ImageData of the lens, a square. */
export function judge(classify, image, rule) {
  const width = image.width;
  const height = image.height;
  const pixels = gray(image.data, new Uint8Array(width * height));
  const bright = mean(pixels, width, 0, 0, width, height);
  const face = detect(classify, pixels, width, height, Math.round(width * 0.25))[0];
  if (!face || face.score < rule.noFace) {
    if (bright < rule.brightMin) return nobody('光线不足', '请面向窗户或灯');
    return nobody(rule.aim, '脸放进圆框，露出双耳');
  }
  const half = face.size / 2;
  const left = face.column - half;
  const top = face.row - half;
  if (left < 0 || top < 0 || left + face.size > width || top + face.size > height) return no('拍摄不全', '请把整张脸放进圆框');
  if (Math.hypot(face.column - width / 2, face.row - height / 2) > width * 0.22) return no('拍摄不全', '请把脸移到圆框中间');
  if (face.size < width * 0.3) return no('请靠近一些', '脸放进圆框，露出双耳');
  if (face.size > width * 0.85) return no('请离远一些', '请露出耳朵');
  const light = mean(pixels, width, left, top, face.size, face.size);
  if (light < rule.brightMin) return no('光线不足', '请面向窗户或灯');
  if (light > rule.brightMax) return no('光线太强', '请避开直射的光');
  if (face.score < rule.score || masked(image, face, rule.mask)) return no('遮挡面部', '请摘下口罩，拨开刘海，露出耳朵');
  if (sharpness(pixels, width, left, top, face.size) < rule.sharpMin) return no('画面模糊', rule.steady);
  return { ok: true, hint: '检测成功，正在拍照', more: '请保持不动2秒' };
}

const no = (hint, more) => ({ ok: false, hint: hint, more: more });
const nobody = (hint, more) => ({ ok: false, nobody: true, hint: hint, more: more });

function each(width, x, y, w, h, visit) {
  for (let r = Math.max(0, Math.floor(y)); r < y + h; r += 2) {
    for (let c = Math.max(0, Math.floor(x)); c < x + w; c += 2) visit(r * width + c);
  }
}

function mean(pixels, width, x, y, w, h) {
  let sum = 0;
  let n = 0;
  each(width, x, y, Math.min(w, width - x - 1), Math.min(h, pixels.length / width - y - 1), (i) => { sum += pixels[i]; n += 1; });
  return n ? sum / n : 0;
}

// A mask is missed by the score, but its colour is not a cheek's: compare the
// red difference (Cr) of the mouth with that of the cheeks.
function masked(image, face, limit) {
  const cr = (x, y, w, h) => {
    let sum = 0;
    let n = 0;
    each(image.width, x, y, w, h, (i) => {
      const p = 4 * i;
      sum += 128 + 0.5 * image.data[p] - 0.4187 * image.data[p + 1] - 0.0813 * image.data[p + 2];
      n += 1;
    });
    return n ? sum / n : 0;
  };
  const s = face.size;
  const mouth = cr(face.column - 0.15 * s, face.row + 0.2 * s, 0.3 * s, 0.18 * s);
  const cheeks = (cr(face.column - 0.32 * s, face.row - 0.02 * s, 0.14 * s, 0.12 * s) + cr(face.column + 0.18 * s, face.row - 0.02 * s, 0.14 * s, 0.12 * s)) / 2;
  return Math.abs(mouth - cheeks) > limit;
}

// The variance of the Laplacian inside the face: low means blurred.
function sharpness(pixels, width, x, y, size) {
  let sum = 0;
  let square = 0;
  let n = 0;
  each(width, Math.max(1, x), Math.max(1, y), size - 2, size - 2, (i) => {
    const v = 4 * pixels[i] - pixels[i - 1] - pixels[i + 1] - pixels[i - width] - pixels[i + width];
    sum += v;
    square += v * v;
    n += 1;
  });
  return n ? square / n - (sum / n) * (sum / n) : 0;
}
