// Where a typed sentence differs from the wanted one; the server says the same
// (service/application/compare.go).

const marks = { '，': '中文逗号', ',': '英文逗号', '。': '中文句号', '.': '英文句号', '．': '全角点号', '、': '顿号' };
const blanks = { ' ': '空格', '\u3000': '全角空格', '\u00a0': '空格', '\n': '换行', '\r': '换行', '\t': '制表符' };

function quoted(c) {
  if (blanks[c]) return blanks[c];
  if (marks[c]) return marks[c] + '“' + c + '”';
  return /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/.test(c) ? '看不见的字符' : '“' + c + '”';
}

function follows(w, t) {
  for (let i = 0; i < Math.min(2, w.length, t.length); i += 1) if (w[i] !== t[i]) return false;
  return true;
}

/** compare returns {at, sentence}: how many characters are right, what to mend. */
export function compare(want, typed) {
  const w = Array.from(want.trim());
  const t = Array.from(typed.trim());
  let n = 0;
  while (n < w.length && n < t.length && w[n] === t[n]) n += 1;
  return { at: n, sentence: said(w, t, n) };
}

function said(w, t, n) {
  if (n === w.length && n === t.length) return '';
  if (t.length === 0) return '请把上面那句话输入完整';
  if (n === t.length) return '还没有输完，接下来是' + quoted(w[n]);
  if (n === w.length) return '句子后面多了' + quoted(t[n]) + '，请删去';
  if (n + 1 < w.length && t[n] === w[n + 1] && follows(w.slice(n + 1), t.slice(n))) return '第 ' + (n + 1) + ' 个字' + quoted(w[n]) + '漏了';
  if (n + 1 < t.length && t[n + 1] === w[n] && follows(w.slice(n), t.slice(n + 1))) return '第 ' + (n + 1) + ' 个字' + quoted(t[n]) + '是多余的，请删去';
  return '第 ' + (n + 1) + ' 个字应为' + quoted(w[n]) + '，您输入的是' + quoted(t[n]);
}
