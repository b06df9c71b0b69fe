// Requests to our own server. Every answer is {ok: true, …} or
// {ok: false, error: {message, field, wait, …}}, also when the network fails,
// so that callers have one way to tell the reader.

const offline = '网络不通，请检查网络后再试';
const slow = '等了很久没有回应，请再试一次';

// disconnected is the failure of a request without an answer: to a browser a
// file that it cannot read any more is a lost connection too.
async function disconnected(body, words) {
  const files = body instanceof FormData ? Array.from(body.values()).filter((value) => value instanceof Blob) : [];
  try {
    // One that is gone has the size 0, of which no part can be asked for.
    await Promise.all(files.map((file) => new Response(file.size ? file.slice(0, 1) : file).arrayBuffer()));
    return failure(words);
  } catch (e) {
    return failure('这个文件读不出来，可能已被移动、修改或删除，请重新选择', 'file');
  }
}

function failure(message, kind) {
  return { ok: false, error: { kind: kind || 'network', message: message } };
}

function understand(status, body) {
  let answer = null;
  try { answer = JSON.parse(body); } catch (e) { /* a proxy's page, not ours */ }
  if (answer && answer.error) return { ok: false, status: status, error: answer.error };
  if (answer && status < 400) {
    if (answer.ok === undefined) answer.ok = true;
    return answer;
  }
  return failure('服务器暂时没有响应，请稍后再试', 'server');
}

/** watch asks how something stands by itself: it keeps no session alive. */
export function watch(url) { return ask(url, undefined, 20, true); }

/** ask fetches JSON; body may be an object (JSON), URLSearchParams or FormData. */
export async function ask(url, body, seconds, background) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), (seconds || 20) * 1000);
  const options = { credentials: 'same-origin', headers: { Accept: 'application/json' }, signal: stop.signal };
  if (background) options.headers['X-Ruxue-Background'] = '1';
  if (body !== undefined) {
    options.method = 'POST';
    options.body = body;
    if (!(body instanceof FormData) && !(body instanceof URLSearchParams)) {
      options.headers['Content-Type'] = 'application/json';
      options.body = JSON.stringify(body);
    }
  }
  try {
    const response = await fetch(url, options);
    // A session that ended answers with the login page: go there.
    if (response.redirected && !(response.headers.get('Content-Type') || '').includes('json')) {
      location.href = response.url;
      return failure('请重新登录', 'session');
    }
    return understand(response.status, await response.text());
  } catch (e) {
    return e.name === 'AbortError' ? failure(slow) : disconnected(body, offline);
  } finally {
    clearTimeout(timer);
  }
}

/** upload posts a form with progress (0–1); it returns {done, cancel}. */
export function upload(url, form, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve) => {
    request.open('POST', url);
    request.setRequestHeader('Accept', 'application/json');
    request.timeout = 120000;
    request.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total); };
    request.onload = () => resolve(understand(request.status, request.responseText));
    request.onerror = () => resolve(disconnected(form, '没有传上去，请检查网络后再试'));
    request.ontimeout = () => resolve(failure('网络太慢，没有传上去，请再试一次'));
    request.onabort = () => resolve(failure('', 'cancelled'));
    request.send(form);
  });
  return { done: done, cancel: () => request.abort() };
}
