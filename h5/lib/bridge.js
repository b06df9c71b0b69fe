// A PC page's side of a handoff, whatever the phone does: fetches a QR code,
// follows its state by server-sent events or by polling, swaps the box's
// sections in place. A reload goes on with a phone that has scanned.
import { ask } from './net.js';
import { all, busy, one, show, span, text } from './ui.js';

const renewals = 3; // codes renewed by themselves before the reader is asked

/**
 * bridge drives the sections of box. rule.address() is where a code is made,
 * rule.body() goes with the request; rule.brought(news) is called for what the
 * phone submitted, with the server's words; rule.shown(name) when a section
 * appeared. rule.retakes says that the phone may submit again.
 */
export function bridge(box, rule) { return new Bridge(box, rule); }

class Bridge {
  constructor(box, rule) {
    this.box = box;
    this.rule = rule;
    this.current = '';
    this.ticket = null; // the handoff that is followed now
    this.renewed = 0;
    this.asked = 0; // number of the newest request for a code
    const cancel = one('[data-cancel]', box);
    if (cancel) cancel.addEventListener('click', () => this.start());
    all('[data-renew]', box).forEach((button) => button.addEventListener('click', () => { this.renewed = 0; this.start(button); }));
    addEventListener('pagehide', () => this.drop());
  }

  /** state shows one section. */
  state(name) {
    this.current = name;
    all('section[data-state]', this.box).forEach((section) => show(section, section.getAttribute('data-state') === name));
    if (this.rule.shown) this.rule.shown(name);
  }

  /** drop stops following; the handoff itself stays as it is. */
  drop() {
    const mine = this.ticket;
    this.asked += 1;
    if (!mine) return;
    mine.over = true;
    if (mine.source) mine.source.close();
    clearTimeout(mine.timer);
    clearInterval(mine.clock);
    this.ticket = null;
  }

  /** end closes the handoff for the phone too. */
  end() {
    const mine = this.ticket;
    this.drop();
    this.forget();
    return mine ? ask(mine.state + '/end', {}) : Promise.resolve();
  }

  async start(button) {
    this.drop();
    const mine = this.asked;
    const idle = button ? busy(button, '正在获取') : () => {};
    const answer = await ask(this.rule.address(), this.rule.body ? this.rule.body() : {});
    idle();
    if (mine !== this.asked) { // closed, or asked again meanwhile
      if (answer.ok) ask(answer.state + '/end', {});
      return;
    }
    if (!answer.ok) {
      text(one('[data-failed]', this.box), answer.error.message);
      this.state('failed');
      return;
    }
    one('[data-qr]', this.box).src = answer.qr;
    this.state('waiting');
    this.follow(answer);
  }

  follow(answer) {
    text(one('[data-code]', this.box), answer.code);
    this.ticket = { events: answer.events, state: answer.state, ends: Date.now() + answer.expires_in * 1000, over: false, errors: 0 };
    this.keep(JSON.stringify({ events: answer.events, state: answer.state }));
    this.countdown(this.ticket);
    this.listen(this.ticket);
  }

  // What a reload needs; without storage a reload shows a new code.
  keep(value) { try { sessionStorage.setItem('handoff ' + this.rule.address(), value); } catch (e) { /* private mode */ } }

  forget() { try { sessionStorage.removeItem('handoff ' + this.rule.address()); } catch (e) { /* private mode */ } }

  /** resume goes on with the phone that had scanned before a reload. */
  async resume() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem('handoff ' + this.rule.address())); } catch (e) { /* private mode */ }
    if (!kept) return false;
    const mine = this.asked;
    const answer = await ask(kept.state);
    if (mine !== this.asked) return false;
    const alive = ['scanned', 'active'].concat(this.rule.retakes ? ['submitted'] : []);
    if (!answer.ok || alive.indexOf(answer.state) < 0) {
      if (answer.ok || answer.status === 404) this.forget();
      return false;
    }
    this.follow({ events: kept.events, state: kept.state, code: answer.code, expires_in: answer.expires_in });
    this.apply(this.ticket, answer);
    return true;
  }

  countdown(mine) {
    const line = one('[data-countdown]', this.box);
    const tick = () => {
      const left = (mine.ends - Date.now()) / 1000;
      text(line, span(left));
      if (left > 0 || this.current !== 'waiting') return;
      clearInterval(mine.clock);
      if (this.renewed < renewals && !document.hidden) { this.renewed += 1; this.start(); } else { this.over(); }
    };
    mine.clock = setInterval(tick, 500);
    tick();
  }

  listen(mine) {
    if (!window.EventSource) { this.poll(mine, 2000); return; }
    mine.source = new EventSource(mine.events);
    mine.source.addEventListener('state', (event) => {
      mine.errors = 0;
      try { this.apply(mine, JSON.parse(event.data)); } catch (e) { /* not ours */ }
    });
    mine.source.onerror = () => {
      mine.errors += 1;
      if (mine.errors < 3 && mine.source.readyState !== EventSource.CLOSED) return;
      mine.source.close();
      this.poll(mine, 2000);
    };
  }

  async poll(mine, wait) {
    if (mine.over) return;
    const answer = await ask(mine.state);
    if (mine.over) return;
    if (answer.ok && answer.state) this.apply(mine, answer);
    if (!mine.over) mine.timer = setTimeout(() => this.poll(mine, answer.ok ? 2000 : Math.min(10000, wait * 1.5)), wait);
  }

  apply(mine, news) {
    if (mine.over) return;
    if (news.expires_in) mine.ends = Date.now() + news.expires_in * 1000;
    if (news.state === 'waiting') { if (this.current !== 'waiting') this.state('waiting'); return; }
    if (news.state === 'scanned' || news.state === 'active') {
      const title = one('[data-scanned-title]', this.box);
      text(title, title.getAttribute(news.state === 'active' ? 'data-active' : 'data-scanned'));
      const by = one('[data-by]', this.box);
      text(by, news.user || '');
      show(by, Boolean(news.user));
      const trouble = one('[data-trouble]', this.box);
      if (trouble) {
        text(trouble, news.trouble ? '手机上没有成功：' + news.trouble : '');
        show(trouble, Boolean(news.trouble));
      }
      if (this.current !== 'scanned') this.state('scanned');
      return;
    }
    if (news.state === 'submitted' || news.state === 'done') {
      if (news.state === 'done') { this.drop(); this.forget(); }
      this.rule.brought(news);
      return;
    }
    this.over();
  }

  over() {
    this.drop();
    this.forget();
    this.state('expired');
  }
}

/** onward goes to the next page a moment after the last words are shown. */
export function onward(next) { setTimeout(() => { location.href = next || location.href; }, 900); }
