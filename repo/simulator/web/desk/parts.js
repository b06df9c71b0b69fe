// The desk's small pieces: message cards, list rows, menu, log lines.

function el(tag, text, cls) {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

// time is the hour and minute in Beijing.
export function time(iso, seconds) {
  return new Date(iso).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false, hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined });
}

// card is a message in the account's window.
export function card(m, open) {
  const box = el("article", undefined, "card");
  if (m.kind === "text") box.append(el("div", m.text));
  else {
    box.append(el("h3", m.title));
    const dl = el("dl");
    for (const l of m.lines ?? []) dl.append(el("dt", l.label), el("dd", l.value));
    box.append(dl);
    if (m.url) {
      const b = el("button", "查看详情");
      b.type = "button";
      b.append(el("span", "›"));
      b.onclick = () => open(m.url);
      box.append(b);
    }
  }
  return [el("time", time(m.time)), box];
}

// inboxItem is a line of the inbox: an SMS or a message of the account.
export function inboxItem(m, open) {
  const sms = m.phone !== undefined;
  const li = el("li", undefined, (sms ? "sms " : "") + (m.read ? "" : "new"));
  const sign = sms ? m.text.match(/^【(.+?)】/)?.[1] : undefined;
  li.append(el("span", sms ? "短信" : "微信"), el("strong", sms ? (sign ?? "短信") + " " + m.phone.slice(3) : m.title), el("time", time(m.time)));
  li.append(el("p", m.text || (m.lines ?? []).map((l) => l.value).join("，")));
  if (m.url) {
    const b = el("button", "查看详情");
    b.type = "button";
    b.onclick = () => open(m.url);
    li.append(b);
  }
  return li;
}

// orderItem is an order of this WeChat user.
export function orderItem(o) {
  const li = el("li");
  li.append(el("span", "￥"), el("strong", o.amount), el("time", time(o.time)), el("p", o.title + "，" + o.state));
  return li;
}

// menuBar makes an entry of the account's menu; one with entries below opens
// them upwards.
export function menuBar(tap) {
  return (entry) => {
    const box = el("div");
    const top = el("button", (entry.sub_button?.length ? "☰ " : "") + entry.name);
    top.type = "button";
    box.append(top);
    if (!entry.sub_button?.length) {
      top.onclick = () => tap(entry);
      return box;
    }
    const list = el("ul");
    list.hidden = true;
    for (const sub of entry.sub_button) {
      const li = el("li"), b = el("button", sub.name);
      b.type = "button";
      b.onclick = () => { list.hidden = true; tap(sub); };
      li.append(b);
      list.append(li);
    }
    top.setAttribute("aria-expanded", "false");
    top.onclick = () => {
      for (const other of box.parentElement.querySelectorAll("ul")) if (other !== list) other.hidden = true;
      list.hidden = !list.hidden;
      top.setAttribute("aria-expanded", String(!list.hidden));
    };
    box.append(list);
    return box;
  };
}

const names = {
  authorize: "微信授权", oauth: "微信授权", userinfo: "微信用户", user: "微信用户", token: "公众号凭证", ticket: "公众号凭证", menu: "公众号菜单",
  qrcode: "带参二维码", showqrcode: "带参二维码", template: "模板消息", push: "微信推送", sms: "短信", face: "人脸核身", "pay.prepay": "微信支付",
  "pay.query": "微信支付", "pay.close": "微信支付", "pay.refund": "微信支付", "pay.bill": "微信支付", pay: "收银台", cashier: "收银台", callback: "支付通知",
};

// logLine is one call between the product and a provider.
export function logLine(r) {
  const li = el("li");
  const ok = r.outcome === "ok", wait = r.outcome === "cancel" || r.outcome === "no answer";
  const result = el("span", ok ? "成功" : r.outcome === "cancel" ? "取消" : r.outcome === "no answer" ? "无应答" : r.outcome, ok ? "ok" : wait ? "warn" : "bad");
  li.append(el("time", time(r.time, true)), el("span", names[r.api] ?? r.api), el("span", r.note ?? ""), result);
  return li;
}
