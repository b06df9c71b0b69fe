// The desk: shows the state of the simulator and drives both devices.
import { card, inboxItem, logLine, menuBar, orderItem, time } from "./parts.js";

const $ = (id) => document.getElementById(id);
let state = null;
let view = "chat";
let page = ""; // what the phone's web view has open
let newest = 0; // the newest SMS that was shown or announced
const phoneWidth = 390, pcWidth = 1280;

async function post(path, body = {}) {
  const res = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return res.json();
}

// fill changes a list only when its content changed, so that focus, an open
// select and the scroll position stay.
const shown = new Map();
function fill(el, items, make) {
  const key = JSON.stringify(items);
  if (shown.get(el.id) === key) return false;
  shown.set(el.id, key);
  el.replaceChildren(...items.map(make).flat());
  return true;
}

function options(el, list, value) {
  if (document.activeElement === el) return;
  fill(el, list, ([id, name]) => new Option(name, id));
  if (value !== undefined) el.value = value;
}

function show(next) {
  view = next;
  for (const name of ["chat", "inbox", "scan", "cashier", "web"]) $("view-" + name).hidden = name !== next;
  for (const b of document.querySelectorAll(".tabs button")) {
    if (b.dataset.view === (next === "web" ? "chat" : next)) b.setAttribute("aria-current", "page");
    else b.removeAttribute("aria-current");
  }
  const titles = { chat: state?.account ?? "", inbox: "收件箱", scan: "扫一扫", cashier: "收银台", web: page };
  $("phone-title").textContent = titles[next];
  $("phone-back").textContent = next === "web" ? "×" : "‹";
  $("phone-back").setAttribute("aria-label", next === "web" ? "关闭" : "返回");
  $("phone-back").style.visibility = next === "chat" ? "hidden" : "visible";
  $("phone-reload").style.visibility = next === "web" ? "visible" : "hidden";
  if (next === "inbox") {
    $("banner").hidden = true;
    post("/desk/read");
  }
  fit();
}

// fit scales the frames so that the pages have the widths of a PC and a phone.
function fit() {
  const stage = $("pc-stage").getBoundingClientRect();
  const scale = Math.min(1, stage.width / pcWidth);
  size($("pc"), stage, scale);
  $("zoom").textContent = Math.round(scale * 100) + "%";
  const box = $("view-web").getBoundingClientRect();
  if (box.width) size($("phone"), box, box.width / phoneWidth);
}

function size(frame, box, scale) {
  frame.style.width = box.width / scale + "px";
  frame.style.height = box.height / scale + "px";
  frame.style.transform = `scale(${scale})`;
}

async function open(url, more = {}) {
  const to = await post("/desk/open", { url, ...more });
  if (to.error) {
    $("scan-text").textContent = to.error;
    return;
  }
  if (to.url) {
    $("phone").src = to.url;
    page = "正在打开";
  }
  show(to.view);
}

async function openPC(url) {
  const to = await post("/desk/open", { url, pc: true });
  if (to.url) $("pc").src = to.url;
}

async function tap(button) {
  if (button.type === "view") await open(button.url, { menu: true });
  else await post("/_sim/events", { event: "click", openid: state.user, key: button.key });
}

function scan() {
  show("scan");
  $("scan-text").textContent = "正在扫电脑屏幕上的二维码…";
  $("pc").contentWindow.postMessage({ type: "scan" }, state.pc);
}

addEventListener("message", (e) => {
  if (!state || (e.origin !== state.pc && e.origin !== state.phone) || !e.data) return;
  const m = e.data;
  if (m.type === "page" && e.origin === state.pc) $("pc-address").textContent = new URL(state.product).host + m.path;
  if (m.type === "page" && e.origin === state.phone) retitle(m.title);
  if (m.type === "close") close();
  if (m.type === "scanned" && view === "scan") {
    if (m.text) open(m.text);
    else $("scan-text").textContent = "电脑屏幕上没有二维码，请先打开有二维码的页面";
  }
});

function retitle(title) {
  if (!page) return;
  page = title || "网页";
  if (view === "web") $("phone-title").textContent = page;
}

// close leaves the web view as × does; home goes back to it while it is open.
function close() {
  page = "";
  $("phone").src = "about:blank";
  show("chat");
}

const home = () => show(page ? "web" : "chat");

// announce shows a new SMS over whatever the phone has open, as phones do.
function announce() {
  const last = state.sms[0];
  if (!last || last.id <= newest) return;
  newest = last.id;
  if (last.read || view === "inbox") return;
  const banner = $("banner");
  banner.textContent = last.text;
  banner.hidden = false;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => { banner.hidden = true; }, 8000);
}

function drawPhone() {
  const follower = state.users.find((u) => u.openid === state.user)?.follower;
  const silent = !state.messages.length, first = state.menu?.[0]?.name;
  const chat = [{ follower, silent, first }, ...[...state.messages].reverse()];
  const changed = fill($("chat"), chat, (m) => ("follower" in m ? head(m) : card(m, open)));
  if (changed) $("chat").scrollTop = $("chat").scrollHeight;
  fill($("menu"), state.menu ?? [], menuBar(tap));
  $("menu").hidden = !(state.menu?.length && follower);
  const all = [...state.messages, ...state.sms].sort((a, b) => b.time.localeCompare(a.time));
  fill($("inbox"), all.length ? all : [null], (m) => (m ? inboxItem(m, open) : empty("还没有消息")));
  fill($("orders"), state.orders.length ? state.orders : [null], (o) => (o ? orderItem(o) : empty("还没有订单，扫电脑上的付款码或在手机上缴费")));
  const unread = all.filter((m) => !m.read).length;
  $("unread").textContent = unread;
  $("unread").hidden = unread === 0;
  announce();
  if (unread && view === "inbox") post("/desk/read");
}

function empty(text) {
  const el = document.createElement("p");
  el.className = "empty";
  el.textContent = text;
  return el;
}

// head stands above the messages: the way to follow, or what to tap first.
function head({ follower, silent, first }) {
  if (!follower) return follow();
  if (!silent) return [];
  return empty("还没有消息。" + (first ? `点下面的菜单“${first}”开始，或` : "") + "在上面的“入口”里选择要打开的页面");
}

function follow() {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "big";
  b.textContent = "关注公众号";
  b.onclick = () => post("/_sim/events", { event: "subscribe", openid: state.user });
  return b;
}

async function refresh() {
  try {
    const first = !state;
    state = await (await fetch("/desk/state")).json();
    if (state.error) return;
    options($("entry"), state.entries.map((e) => [e.url, e.name]));
    options($("user"), state.users.map((u) => [u.openid, u.nickname]), state.user);
    options($("face"), state.faces, state.face);
    options($("fault"), state.faults.map((f) => [f.id, f.name]), state.fault);
    fill($("log"), state.log, logLine);
    drawPhone();
    $("clock").textContent = time(new Date().toISOString());
    if (first) show(view);
    if (first) openPC($("entry").value);
  } catch (e) {
    console.warn(e);
    // the simulator is away; the next round tries again
  }
}

$("entry").onchange = (e) => {
  openPC(e.target.value);
  if (!state.entries.find((x) => x.url === e.target.value)?.pc) open(e.target.value);
};
$("user").onchange = async (e) => {
  await post("/desk/choose", { user: e.target.value });
  e.target.blur();
  close();
  refresh();
};
$("face").onchange = async (e) => { await post("/desk/choose", { face: e.target.value }); e.target.blur(); };
$("fault").onchange = async (e) => { await post("/desk/choose", { fault: e.target.value }); e.target.blur(); };
$("reset").onclick = async () => {
  await post("/desk/reset");
  close();
  openPC($("entry").value);
};
$("pc-back").onclick = () => $("pc").contentWindow.postMessage({ type: "back" }, state.pc);
$("pc-reload").onclick = () => $("pc").contentWindow.postMessage({ type: "reload" }, state.pc);
$("phone-back").onclick = () => (view === "web" ? close() : home());
$("banner").onclick = () => show("inbox");
$("phone").onload = () => {
  try {
    retitle($("phone").contentDocument.title); // the cashier, a page of the desk's own origin
  } catch {
    // a page of the product: its bridge tells the title
  }
};
$("phone-reload").onclick = () => $("phone").contentWindow.postMessage({ type: "reload" }, state.phone);
$("scan-again").onclick = scan;
for (const b of document.querySelectorAll(".tabs button")) {
  const to = b.dataset.view;
  b.onclick = () => (to === "scan" ? scan() : to === "chat" ? home() : show(to));
}
addEventListener("resize", fit);
show("chat");
await refresh();
setInterval(refresh, 1000);
