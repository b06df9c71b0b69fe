// Runs a pico cascade (pigo's facefinder): pixel-intensity comparisons in
// decision trees (Markuš et al. 2013). It finds where a face is, never whose.

/** unpack reads the cascade's bytes and returns classify(r, c, s, pixels, dim). */
export function unpack(buffer) {
  const view = new DataView(buffer);
  const depth = view.getInt32(8, true);
  const count = view.getInt32(12, true);
  const leaves = Math.pow(2, depth);
  const codes = new Int8Array(count * leaves * 4);
  const scores = new Float32Array(count * leaves);
  const limits = new Float32Array(count);
  let at = 16;
  for (let t = 0; t < count; t += 1) {
    // The root is node 1: the first four codes stay zero.
    for (let i = 4; i < leaves * 4; i += 1) { codes[t * leaves * 4 + i] = view.getInt8(at); at += 1; }
    for (let i = 0; i < leaves; i += 1) { scores[t * leaves + i] = view.getFloat32(at, true); at += 4; }
    limits[t] = view.getFloat32(at, true);
    at += 4;
  }
  return function classify(row, column, size, pixels, width) {
    const r = row * 256;
    const c = column * 256;
    let sum = 0;
    for (let t = 0; t < count; t += 1) {
      const base = t * leaves * 4;
      let node = 1;
      for (let d = 0; d < depth; d += 1) {
        const i = base + 4 * node;
        const a = pixels[((r + codes[i] * size) >> 8) * width + ((c + codes[i + 1] * size) >> 8)];
        const b = pixels[((r + codes[i + 2] * size) >> 8) * width + ((c + codes[i + 3] * size) >> 8)];
        node = 2 * node + (a <= b ? 1 : 0);
      }
      sum += scores[t * leaves + node - leaves];
      if (sum <= limits[t]) return -1;
    }
    return sum - limits[count - 1];
  };
}

/** gray writes the luma of RGBA pixels into out. */
export function gray(rgba, out) {
  for (let i = 0, j = 0; j < out.length; i += 4, j += 1) out[j] = (2 * rgba[i] + 7 * rgba[i + 1] + rgba[i + 2]) / 10;
  return out;
}

/** detect lists faces {row, column, size, score}, overlapping finds joined. */
export function detect(classify, pixels, width, height, least) {
  const found = [];
  const most = Math.min(width, height);
  for (let size = least; size <= most; size = Math.floor(size * 1.1) + 1) {
    const step = Math.max(1, Math.floor(size * 0.1));
    const edge = Math.floor(size / 2) + 1;
    for (let row = edge; row <= height - edge; row += step) {
      for (let column = edge; column <= width - edge; column += step) {
        const score = classify(row, column, size, pixels, width);
        if (score > 0) found.push({ row: row, column: column, size: size, score: score });
      }
    }
  }
  return join(found);
}

function overlap(a, b) {
  const h = Math.max(0, Math.min(a.row + a.size / 2, b.row + b.size / 2) - Math.max(a.row - a.size / 2, b.row - b.size / 2));
  const w = Math.max(0, Math.min(a.column + a.size / 2, b.column + b.size / 2) - Math.max(a.column - a.size / 2, b.column - b.size / 2));
  return h * w / (a.size * a.size + b.size * b.size - h * w);
}

function join(found) {
  const used = found.map(() => false);
  const out = [];
  found.forEach((first, i) => {
    if (used[i]) return;
    let n = 0;
    const sum = { row: 0, column: 0, size: 0, score: 0 };
    for (let j = i; j < found.length; j += 1) {
      if (overlap(first, found[j]) <= 0.2) continue;
      used[j] = true;
      n += 1;
      ['row', 'column', 'size', 'score'].forEach((key) => { sum[key] += found[j][key]; });
    }
    out.push({ row: sum.row / n, column: sum.column / n, size: sum.size / n, score: sum.score });
  });
  return out.sort((a, b) => b.score - a.score);
}
