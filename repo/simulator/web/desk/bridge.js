// Stands between a page of the product and the desk around it. DESK and DEVICE
// are set by the server above this text. On the phone it is also the bridge of
// the WeChat client.
(() => {
  const up = window.parent !== window ? window.parent : null;
  const tell = (message) => up && up.postMessage({ device: DEVICE, ...message }, DESK);

  // The page as the desk's bars show it.
  const report = () => tell({ type: "page", title: document.title, path: location.pathname + location.search });
  addEventListener("pageshow", report);
  document.addEventListener("DOMContentLoaded", () => {
    report();
    const title = document.querySelector("title");
    if (title) new MutationObserver(report).observe(title, { childList: true });
  });

  // The scanner sees what the screen shows: pictures and canvases in view.
  const picture = (el) => {
    const w = el.naturalWidth || el.width, h = el.naturalHeight || el.height;
    const box = el.getBoundingClientRect();
    const seen = box.width > 40 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!seen || !w || Math.abs(w - h) > w / 20 || w > 2000 || !el.checkVisibility()) return null;
    const canvas = document.createElement("canvas");
    canvas.width = w;
    canvas.height = h;
    try {
      canvas.getContext("2d").drawImage(el, 0, 0, w, h);
      return canvas.toDataURL("image/png");
    } catch {
      return null; // a picture of another origin
    }
  };
  const post = async (path, body) => {
    const res = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return res.json();
  };
  addEventListener("message", async (e) => {
    if (e.origin !== DESK || !e.data) return;
    if (e.data.type === "scan") {
      const images = [...document.querySelectorAll("img, canvas")].map(picture).filter(Boolean);
      const { text } = images.length ? await post("/__desk/scan", { images }) : { text: "" };
      tell({ type: "scanned", text });
    }
    if (e.data.type === "back") history.back();
    if (e.data.type === "reload") location.reload();
  });

  if (DEVICE !== "phone") return;

  // The cashier: a sheet over the page, in a shadow so that no style leaks.
  const style = `
    :host{position:fixed;inset:0;z-index:2147483647;background:rgba(17,24,32,.5);display:flex;align-items:flex-end;font:17px/27px system-ui,"Noto Sans CJK SC",sans-serif;color:#1b2129}
    section{width:100%;box-sizing:border-box;background:#fff;border-radius:16px 16px 0 0;padding:24px 20px 28px;text-align:center}
    h2{font-size:17px;font-weight:400;margin:0;color:#4a5462}
    .sum{font-size:34px;line-height:48px;font-weight:600;margin:4px 0 20px;font-variant-numeric:tabular-nums}
    p{margin:0 0 20px}
    button{display:block;width:100%;min-height:52px;border-radius:10px;font:inherit;font-size:18px;border:0;background:#07803f;color:#fff;margin-top:12px}
    button.quiet{background:#fff;border:1px solid #8a93a1;color:#1b2129}
    button:focus-visible{outline:2px solid #1b2129;outline-offset:2px}
    button:disabled{opacity:.6}`;
  const sheet = (fill) => new Promise((done) => {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    const css = new CSSStyleSheet();
    css.replaceSync(style);
    root.adoptedStyleSheets = [css];
    host.id = "wx-cashier";
    const box = document.createElement("section");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", "微信支付");
    const add = (tag, text, cls) => {
      const el = document.createElement(tag);
      el.textContent = text;
      if (cls) el.className = cls;
      box.append(el);
      return el;
    };
    fill(add, (value) => { host.remove(); done(value); });
    root.append(box);
    document.body.append(host);
    box.querySelector("button").focus();
  });
  const failed = (why) => sheet((add, end) => {
    add("h2", "支付失败");
    add("p", why);
    add("button", "知道了", "quiet").onclick = () => end();
  });
  const pay = async (params) => {
    const order = await post("/__desk/bridge", { op: "check", ...params });
    if (order.fail || order.error) {
      await failed(order.fail || "支付参数不正确");
      return { err_msg: "get_brand_wcpay_request:fail", err_desc: order.fail || "" };
    }
    const op = await sheet((add, end) => {
      add("h2", order.title);
      add("div", order.amount, "sum");
      const yes = add("button", "确认支付");
      yes.onclick = () => { yes.disabled = true; end("pay"); };
      add("button", "取消", "quiet").onclick = () => end("cancel");
    });
    const after = await post("/__desk/bridge", { op, ...params });
    if (after.fail) {
      await failed(after.fail);
      return { err_msg: "get_brand_wcpay_request:fail", err_desc: after.fail };
    }
    return { err_msg: "get_brand_wcpay_request:" + (op === "pay" ? "ok" : "cancel") };
  };

  let busy = false;
  window.WeixinJSBridge = {
    async invoke(name, params, callback = () => {}) {
      if (name !== "getBrandWCPayRequest") {
        callback({ err_msg: name + ":fail" });
        return;
      }
      if (busy) return; // the client shows one cashier at a time
      busy = true;
      try {
        callback(await pay(params));
      } catch {
        callback({ err_msg: "get_brand_wcpay_request:fail" });
      } finally {
        busy = false;
      }
    },
    call(name) {
      if (name === "closeWindow") tell({ type: "close" });
    },
    on() {},
  };
  document.addEventListener("DOMContentLoaded", () => {
    setTimeout(() => document.dispatchEvent(new Event("WeixinJSBridgeReady")), 30);
  });
})();
