// The front camera: opening, the square that the lens shows, a still picture.
import { draw, jpeg, load, within } from './photo.js';

const longest = 640; // px of the picture that is sent
const largest = 1e6; // bytes of it

/** open starts the camera into a video element; it throws a sentence. */
export async function open(video) {
  const devices = navigator.mediaDevices;
  if (!devices || !devices.getUserMedia) throw new Error('这个浏览器不能打开摄像头，请用手机拍一张正面照片');
  let stream;
  try {
    stream = await devices.getUserMedia({ audio: false, video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } } });
  } catch (e) {
    if (e.name === 'NotAllowedError') throw new Error('没有得到摄像头权限。请在设置里允许使用摄像头，或者拍一张正面照片');
    if (e.name === 'NotReadableError') throw new Error('摄像头正被其他程序使用。请关闭其他程序，或者拍一张正面照片');
    throw new Error('没有找到可用的摄像头，请拍一张正面照片');
  }
  video.srcObject = stream;
  await video.play(); // iOS shows nothing without it
  return () => {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}

/** square copies what the round lens shows into a canvas of side px. */
export function square(video, context, side) {
  const s = Math.min(video.videoWidth, video.videoHeight);
  context.drawImage(video, (video.videoWidth - s) / 2, (video.videoHeight - s) / 2, s, s, 0, 0, side, side);
  return context.getImageData(0, 0, side, side);
}

/** still is a JPEG of the whole frame. */
export async function still(video) {
  const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
  return jpeg(canvas, 0.92);
}

/** fromFile makes the same of a chosen photo; the file itself if it cannot. */
export async function fromFile(file) {
  try {
    const photo = await load(file);
    const scale = Math.min(1, 1280 / Math.max(photo.width, photo.height));
    const canvas = draw(photo, 0, { x: 0, y: 0, width: photo.width, height: photo.height }, Math.round(photo.width * scale), Math.round(photo.height * scale));
    const blob = await within(canvas, largest);
    photo.release();
    return blob || file;
  } catch (e) {
    return file;
  }
}
