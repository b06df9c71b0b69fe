// Photos on a canvas: load upright, turn, cut, shrink to a number of bytes.
// Browsers since iOS 13.4 and Chrome 81 draw an <img> as its EXIF orientation
// says, so there is nothing to parse.

/** load reads a picture file; it rejects what the browser cannot show. */
export function load(file) {
  return new Promise((resolve, reject) => {
    const url = URL.createObjectURL(file);
    const image = new Image();
    image.onload = () => resolve({ image: smaller(image), width: image.naturalWidth, height: image.naturalHeight, release: () => URL.revokeObjectURL(url) });
    image.onerror = () => { URL.revokeObjectURL(url); reject(new Error('not a picture')); };
    image.src = url;
  });
}

// smaller is the picture decoded once, at most 2560 px, for quick redrawing;
// draw() still counts in the pixels of the original.
function smaller(image) {
  const scale = 2560 / Math.max(image.naturalWidth, image.naturalHeight);
  if (scale >= 1) return image;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const context = canvas.getContext('2d');
  if (!context) return image;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** turned is the size after quarter turns clockwise. */
export function turned(photo, turns) {
  return turns % 2 ? { width: photo.height, height: photo.width } : { width: photo.width, height: photo.height };
}

/**
 * draw puts the part {x, y, width, height} (pixels of the turned photo) onto a
 * new canvas of width × height pixels.
 */
export function draw(photo, turns, part, width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#fff'; // transparent PNGs become white, not black
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.scale(width / part.width, height / part.height);
  context.translate(-part.x, -part.y);
  const size = turned(photo, turns);
  context.translate(size.width / 2, size.height / 2);
  context.rotate(turns * Math.PI / 2);
  context.drawImage(photo.image, -photo.width / 2, -photo.height / 2, photo.width, photo.height);
  return canvas;
}

export function jpeg(canvas, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no blob'))), 'image/jpeg', quality);
  });
}

/** within finds the best JPEG quality that keeps to max bytes, null if none. */
export async function within(canvas, max) {
  let best = await jpeg(canvas, 0.92);
  if (!max || best.size <= max) return best;
  best = null;
  let low = 0.1;
  let high = 0.92;
  for (let i = 0; i < 6; i += 1) {
    const middle = (low + high) / 2;
    const blob = await jpeg(canvas, middle);
    if (blob.size <= max) { best = blob; low = middle; } else { high = middle; }
  }
  return best;
}

/** shrink makes a whole photo fit max bytes, smaller in steps if it must. */
export async function shrink(photo, turns, max, longest) {
  const size = turned(photo, turns);
  let scale = Math.min(1, (longest || 2000) / Math.max(size.width, size.height));
  for (let i = 0; i < 8; i += 1) {
    const width = Math.max(1, Math.round(size.width * scale));
    const height = Math.max(1, Math.round(size.height * scale));
    const canvas = draw(photo, turns, { x: 0, y: 0, width: size.width, height: size.height }, width, height);
    const blob = await within(canvas, max);
    if (blob) return { blob: blob, width: width, height: height };
    scale *= 0.75;
  }
  throw new Error('does not fit');
}
