// <nk92-chat>: the NK-92 assistant on a clinic's website. docs/widget.md lists its attributes.
import { Connection, newId } from "./connection.js";
import { Log, dialled, icon, make } from "./log.js";
import { STRINGS } from "./strings.js";
import { sheet } from "./styles.js";

const LONGEST_TEXT = 4000;
const SIZES = [1, 1.2, 1.45];
const HOUR = 3_600_000;
const ICONS = { chat: "M4 5h16v11H9l-5 4z", close: "M6 6l12 12M18 6 6 18", menu: "M5 12h.01M12 12h.01M19 12h.01", phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A16 16 0 0 1 4 5a1 1 0 0 1 1-1" };

// What a tab, or with storage="local" a browser, remembers. Without permission: this page.
class Store {
  #own = new Map();

  constructor(kind) { try { this.place = kind === "local" ? localStorage : sessionStorage; } catch { this.place = null; } }

  get(name) { try { return this.place.getItem(`nk92.${name}`); } catch { return this.#own.get(name) ?? null; } }

  set(name, value) {
    this.#own.set(name, value);
    try { if (value === null) this.place.removeItem(`nk92.${name}`); else this.place.setItem(`nk92.${name}`, value); } catch { /* kept in #own */ }
  }
}

export class Nk92Chat extends HTMLElement {
  static observedAttributes = ["lang", "theme"];

  #outbox = []; // messages that are not known to be stored
  #sending = Promise.resolve();
  #unread = 0;
  #away = {};
  #loading = {};
  #waiting = new WeakSet(); // messages that wait longer for their next attempt
  #screens = {};
  #Screen = null;
  #online = true;
  #told = ""; // what the patient should know just now
  #lastLevel = "none";

  connectedCallback() {
    if (this.root) { this.#wake(); return; }
    this.store = new Store(this.getAttribute("storage"));
    const server = (this.getAttribute("server") ?? new URL(import.meta.url).origin).replace(/\/$/, "");
    this.connection = new Connection(server, this.store, {
      line: (line) => this.#arrived(line), state: (online) => this.#state(online), over: () => this.#over(),
    });
    this.root = this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet];
    try { this.#outbox = JSON.parse(this.store.get("outbox") ?? "[]"); } catch { /* unreadable: nothing to send again */ }
    this.#render();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#theme());
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#wake);
    document.addEventListener("keydown", this.#escape);
    if (this.connection.token) this.#resume();
    (globalThis.requestIdleCallback ?? setTimeout)(() => this.#prepare().catch(() => {}));
    if (this.hasAttribute("open")) this.open();
  }

  disconnectedCallback() {
    this.connection.stop();
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#wake);
    document.removeEventListener("keydown", this.#escape);
  }

  attributeChangedCallback(name) { if (this.root) { if (name === "theme") this.#theme(); else this.#render(); } }

  get language() {
    const wanted = this.store?.get("language") ?? (this.getAttribute("lang") || document.documentElement.lang || navigator.language);
    return wanted.startsWith("es") ? "es" : "en";
  }

  get t() { return STRINGS[this.language]; }

  get clinic() {
    const said = Object.values(this.#away)[0]?.clinic ?? {};
    const own = { emergency_number: this.getAttribute("emergency"), phone: this.getAttribute("phone"), night_phone: this.getAttribute("night-phone") };
    return { name: "", emergency_number: "911", crisis_line: "988", ...said, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value)) };
  }

  // What the widget needs while the server is away: the clinic's numbers, safety words, red flags.
  async #load(language) {
    const get = (cache) => fetch(`${this.connection.server}/widget/away-${language}.json`, { cache, credentials: "omit" }).then((answer) => answer.json());
    this.#loading[language] ??= get("default").catch(() => get("force-cache"));
    try {
      this.#away[language] ??= await this.#loading[language];
      this.#numbers();
    } catch { this.#loading[language] = null; /* tried again when the chat is opened, and when it is needed */ }
  }

  async #prepare() {
    await Promise.all(Object.keys(STRINGS).map((language) => this.#load(language)));
    this.#Screen ??= (await import("./triage.js")).Screen;
  }

  // --- drawing

  #render() {
    const { t } = this;
    const old = this.list ? [...this.list.childNodes] : [];
    const text = this.field?.value ?? "";
    const opened = this.dialog?.open;
    const button = (className, label, shape, onclick) => make("button", { type: "button", className, ariaLabel: label, onclick }, icon(ICONS[shape]));
    this.sos = [make("a", { className: "pill" }), make("a", { className: "sos" })];
    this.count = make("span", { className: "count", hidden: true });
    this.launcher = make("button", { type: "button", className: "launch", ariaHasPopup: "dialog", onclick: () => this.open() }, icon(ICONS.chat), make("span", { textContent: t.launch }), this.count);
    this.menuButton = button("plain", t.menu, "menu", () => this.#toggleMenu());
    this.menuButton.setAttribute("aria-expanded", "false");
    const item = (label, onclick, className = "") => make("button", { type: "button", textContent: label, className, onclick });
    this.menu = make("div", { className: "menu", hidden: true, role: "group", ariaLabel: t.menu },
      make("button", { type: "button", textContent: t.language, lang: this.language === "en" ? "es" : "en", onclick: () => this.#translate() }),
      item(t.larger, () => this.#resize(1)), item(t.smaller, () => this.#resize(-1)),
      item(t.print, () => this.#keep("print")), item(t.save, () => this.#keep("save")), item(t.forget, () => this.#confirm(), "danger"));
    this.about = make("p");
    this.team = make("span");
    this.list = make("div", { className: "log", role: "log", ariaLive: "polite", ariaLabel: t.log });
    this.list.append(...old);
    this.log = this.log ? Object.assign(this.log, { list: this.list }) : new Log(this, this.list);
    this.earlier = make("button", { type: "button", className: "earlier", textContent: t.earlier, hidden: true, onclick: () => this.#earlier() });
    this.typing = make("div", { className: "typing", hidden: true, ariaHidden: "true" }, make("i"), make("i"), make("i"));
    this.choices = make("div", { className: "choices", role: "group", ariaLabel: t.suggestions });
    this.status = make("p", { className: "sr", role: "status" });
    this.alert = make("p", { className: "sr", role: "alert" });
    this.note = make("p", { className: "note", hidden: true });
    this.question = make("div", { className: "ask", hidden: true });
    this.field = make("textarea", { id: "text", rows: 1, autocomplete: "off", enterKeyHint: "send", value: text, onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.form.requestSubmit(); }
    } });
    this.form = make("form", { onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      make("label", { htmlFor: "text", textContent: t.label }),
      make("div", { className: "row" }, this.field, make("button", { className: "main", textContent: t.send })));
    this.consent = this.#consentCard();
    this.scroller = make("div", { className: "scroll", tabIndex: 0, role: "group", ariaLabel: t.log }, this.consent, this.earlier, this.list, this.typing, this.choices);
    this.dialog = make("dialog", { "aria-labelledby": "title", oncancel: (event) => { event.preventDefault(); this.#back(); } },
      make("div", { className: "top" }, make("div", {}, make("h2", { id: "title", textContent: t.title }), this.about), this.menuButton, button("plain", t.close, "close", () => this.close())),
      make("div", { className: "help" }, this.sos[1], this.team), make("div", { className: "under" }, this.menu), this.scroller, this.status, this.alert, this.note, this.question, this.form);
    this.dock = make("div", { className: "dock" }, this.sos[0], this.launcher);
    this.frame = make("div", { lang: this.language, dir: this.dir || document.documentElement.dir || "ltr" }, this.dock, this.dialog);
    this.root.replaceChildren(this.frame);
    this.#theme();
    this.#numbers();
    this.#state(this.#online);
    this.#badge();
    this.#resize(0);
    this.#show(this.#agreed);
    if (opened) this.open();
  }

  #consentCard() {
    const { t } = this;
    return make("div", { className: "consent" },
      make("ul", {}, ...t.consent.map((line) => make("li", { textContent: line.replace("{911}", this.clinic.emergency_number) }))),
      make("button", { type: "button", className: "main", textContent: t.start, onclick: () => { this.store.set("consent", "yes"); this.#show(true); this.#resume(); this.field.focus(); } }));
  }

  get #agreed() { return this.getAttribute("consent") === "none" || this.store.get("consent") === "yes"; }

  #show(agreed) {
    this.consent.hidden = agreed;
    this.form.hidden = !agreed;
    this.list.hidden = !agreed;
    if (agreed && this.log.empty) this.#starters();
  }

  #starters() {
    const own = this.getAttribute("starters")?.split("|");
    this.#offer((own ?? this.t.starters).map((title) => ({ title })));
  }

  #numbers() {
    const { t, clinic } = this;
    for (const link of this.sos) {
      link.href = dialled(clinic.emergency_number);
      link.replaceChildren(...(link.className === "pill" ? [icon(ICONS.phone)] : []), t.emergency.replace("{911}", clinic.emergency_number));
    }
    this.about.textContent = clinic.name;
    const link = (label, number) => (number ? [make("span", {}, label, make("a", { href: dialled(number), textContent: number }))] : []);
    this.team.replaceChildren(...link(t.team, clinic.phone), ...link(t.nights, clinic.night_phone));
  }

  #theme() {
    const theme = this.getAttribute("theme");
    this.frame.classList.toggle("dark", theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches));
    this.frame.classList.toggle("start", this.getAttribute("position") === "start");
  }

  #resize(step) {
    const place = Math.max(0, Math.min(SIZES.length - 1, Number(this.store.get("size") ?? 0) + step));
    this.store.set("size", String(place));
    this.style.setProperty("--size", SIZES[place]);
  }

  // --- opening, closing, options

  open() {
    if (!this.dialog.open) {
      if (matchMedia("(max-width: 34em)").matches) this.dialog.showModal(); else this.dialog.show();
    }
    this.dock.hidden = true;
    this.#unread = 0;
    this.#badge();
    this.#prepare().catch(() => {});
    if (this.#agreed) this.#resume();
    (this.#agreed ? this.field : this.consent.querySelector("button")).focus();
    this.#bottom();
  }

  close() {
    this.#toggleMenu(false);
    this.dialog.close();
    this.dock.hidden = false;
    this.launcher.focus();
  }

  #escape = (event) => { if (event.key === "Escape" && this.dialog.open && !event.defaultPrevented) { event.preventDefault(); this.#back(); } };

  // Esc: first the options, then the question, then the chat.
  #back() {
    if (!this.menu.hidden) { this.#toggleMenu(false); this.menuButton.focus(); }
    else if (!this.question.hidden) { this.question.hidden = true; this.field.focus(); }
    else this.close();
  }

  #toggleMenu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (open) this.menu.firstChild.focus();
  }

  #translate() {
    this.store.set("language", this.language === "en" ? "es" : "en");
    this.#render();
    this.#toggleMenu(false);
    this.menuButton.focus();
  }

  async #keep(how) {
    this.#toggleMenu(false);
    this.menuButton.focus();
    (await import("./keeping.js"))[how](this, this.log.text());
  }

  #confirm() {
    const { t } = this;
    this.#toggleMenu(false);
    const done = () => { this.question.hidden = true; this.field.focus(); };
    this.question.replaceChildren(make("p", { textContent: t.sure }), make("div", { className: "choices" },
      make("button", { type: "button", className: "main danger", textContent: t.yes, onclick: () => { done(); this.#forget(); } }),
      make("button", { type: "button", textContent: t.no, onclick: done })));
    this.question.hidden = false;
    this.question.querySelector("button").focus();
  }

  async #forget() {
    try {
      const words = this.connection.token ? (await this.connection.forget()).message : "";
      this.connection.stop();
      this.#outbox = [];
      this.#remember();
      this.log.clear();
      this.#starters();
      if (words) this.#say(words);
    } catch (problem) {
      if (problem.status === 401) this.#over();
      else this.#say(problem.words ?? this.t.offline);
    }
  }

  // --- the conversation

  #submit() {
    const text = this.field.value.trim();
    this.field.focus();
    if (!text) return;
    if (text.length > LONGEST_TEXT) { this.#tell(this.t.tooLong); return; }
    this.field.value = "";
    this.send(text);
  }

  // Sends a message; `choice`: the id of a quick reply.
  send(text, choice) {
    const message = { client_id: newId(), text, ...(choice && { choice }), at: new Date().toISOString() };
    this.#outbox.push(message);
    this.#offer([]);
    this.#tell("");
    this.log.add({ ...message, from: "patient" });
    this.#bottom();
    return this.#queue(message);
  }

  #queue(message) {
    this.#sending = this.#sending.then(() => (this.#outbox.includes(message) ? this.#deliver(message) : null));
    return this.#sending;
  }

  async #deliver(message) {
    const { client_id: id, text, choice } = message;
    this.#busy(true);
    try {
      const answer = await this.connection.post({ client_id: id, text, choice });
      this.#stored(message, answer.message.at);
      this.#lastLevel = answer.message.level;
      this.#reveal(answer.replies.map((line) => this.#arrived(line)).filter(Boolean));
      this.#listen();
    } catch (problem) {
      if (problem.code === "no_answer") this.#stored(message, message.at);
      else this.#unsent(message, problem.words !== undefined);
      if (problem.words) this.#say(problem.words, { level: problem.level, response: problem.response });
      else await this.#cutOff(message);
    }
    this.#busy(false);
  }

  #stored(message, at) {
    this.log.sent(message.client_id, at);
    this.#outbox = this.#outbox.filter((one) => one !== message);
    this.#remember();
  }

  #unsent(message, refused) {
    message.refused = refused;
    message.tries = (message.tries ?? 0) + 1;
    this.log.unsent(message.client_id, () => { this.field.focus(); this.#queue(message); });
    this.#remember();
  }

  #remember() { this.store.set("outbox", this.#outbox.length ? JSON.stringify(this.#outbox) : null); }

  // The server cannot be reached: look for red flags here, and say at once what to do.
  async #cutOff(message) {
    this.#state(false);
    this.connection.doubt();
    this.#listen();
    if (message.screened) return;
    message.screened = true;
    await this.#prepare().catch(() => {});
    if (!this.#Screen) return;
    for (const [language, { flags }] of Object.entries(this.#away)) this.#screens[language] ??= new this.#Screen(flags);
    const found = Object.values(this.#screens).map((screen) => screen.assess(message.text, { asked: this.#lastLevel === "ask" }));
    const worst = ["emergency", "urgent", "ask"].find((level) => found.some((one) => one.level === level));
    this.#lastLevel = worst ?? "none";
    if (!worst) return;
    const suicide = worst === "emergency" && found.filter((one) => one.level === worst).every((one) => one.suicide);
    const words = (this.#away[this.language] ?? Object.values(this.#away)[0]).words[suicide ? "suicide" : worst];
    this.#say(words, { level: worst, local: true, response: suicide ? "suicide" : "" });
  }

  // A line that comes from no stored message.
  #say(text, more = {}) {
    this.#reveal([this.#arrived({ from: "assistant", text, at: new Date().toISOString(), level: "none", buttons: [], ...more })]);
  }

  // Draws a line and tells of it; the line, when it is new.
  #arrived(line) {
    if (line.client_id) this.#outbox = this.#outbox.filter((one) => one.client_id !== line.client_id || !this.#isStored(one));
    const near = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 120;
    const drawn = this.log.add(line);
    if (!drawn) return null;
    this.earlier.hidden = !(this.log.first > 1) || this.log.first === Infinity;
    this.#offer(line.from === "patient" ? [] : line.buttons ?? []);
    if (line.from !== "patient") {
      if (/^(urgent|emergency)$/.test(line.level)) this.alert.textContent = `${this.t[`${line.level}Label`]}: ${line.text.split("\n")[0]}`;
      if (!this.dialog.open) { this.#unread += 1; this.#badge(); }
    }
    if (near) this.#reveal([drawn]);
    return drawn;
  }

  // A message that the stream shows is stored, whatever its own request says.
  #isStored(message) {
    this.log.sent(message.client_id, message.at);
    return true;
  }

  #offer(choices) {
    this.choices.replaceChildren(...choices.map(({ id, title }) => make("button", {
      type: "button", textContent: title, onclick: () => { this.send(title, id); this.field.focus(); },
    })));
  }

  async #resume() {
    if (this.#resumed || this.#resuming) { this.#listen(); return; }
    this.#resuming = true;
    try {
      if (this.connection.token) {
        this.list.setAttribute("aria-live", "off");
        const lines = await this.connection.history();
        lines.forEach((line) => this.log.add(line));
        if (lines.length) this.#offer(lines.at(-1).buttons);
        this.earlier.hidden = !lines.length || lines[0].seq === 1;
        if (Date.parse(this.store.get("ends")) - Date.now() < HOUR) this.#tell(this.t.soon);
      }
      this.#resumed = true;
    } catch (problem) {
      if (problem.status === 401) { this.#over(); this.#resumed = true; } else this.#state(false);
    }
    this.#resuming = false;
    for (const message of this.#outbox) {
      this.log.add({ ...message, from: "patient" });
      this.#unsent(message, message.refused);
      message.tries = 0;
    }
    setTimeout(() => { this.list.setAttribute("aria-live", "polite"); }, 100);
    this.#bottom();
    this.#listen();
    if (this.#online) this.#flush();
  }

  #resumed = false;

  #resuming = false;

  async #earlier() {
    const before = this.scroller.scrollHeight;
    const lines = await this.connection.history(this.log.first).catch(() => []);
    lines.reverse().forEach((line) => this.log.add(line, { old: true }));
    this.earlier.hidden = this.log.first === 1;
    this.scroller.scrollTop += this.scroller.scrollHeight - before;
    this.scroller.focus({ preventScroll: true });
  }

  // Later lines come while the page can be seen; many tabs would use up the browser's connections.
  #listen() { if (this.#agreed && !document.hidden) this.connection.listen(); }

  #wake = () => {
    if (document.hidden) this.connection.stop();
    else if (this.connection.token || this.dialog.open) { this.#listen(); this.connection.hurry(); }
  };

  // Sends again what waits. What failed before although the server could be reached waits longer each time.
  #flush() {
    for (const message of this.#outbox) {
      if (message.refused || this.#waiting.has(message)) continue;
      if (!(message.tries > 2)) { this.#queue(message); continue; }
      this.#waiting.add(message);
      setTimeout(() => { this.#waiting.delete(message); this.#queue(message); }, Math.min(60_000, 500 * 2 ** message.tries));
    }
  }

  #state(online) {
    const back = online && !this.#online;
    this.#online = online;
    this.#note();
    if (!online) this.status.textContent = this.t.offline;
    if (back) {
      this.status.textContent = "";
      if (!this.#resumed) this.#resume();
      this.#flush();
    }
  }

  #over() {
    this.connection.stop();
    this.log.clear();
    this.#outbox.forEach((message) => this.log.add({ ...message, from: "patient" }));
    this.#tell(this.t.ended);
    if (this.log.empty) this.#starters();
  }

  #tell(words) {
    this.#told = words;
    this.#note();
    this.status.textContent = words;
  }

  #note() {
    this.note.textContent = this.#online ? this.#told : this.t.offline;
    this.note.hidden = !this.note.textContent;
  }

  #busy(busy) {
    this.typing.hidden = !busy;
    this.status.textContent = busy ? this.t.writing : this.status.textContent === this.t.writing ? "" : this.status.textContent;
    if (busy) this.#bottom();
  }

  #badge() {
    this.count.hidden = !this.#unread;
    this.count.replaceChildren(String(this.#unread), make("span", { className: "sr", textContent: ` ${this.t.news}` }));
  }

  #bottom() { this.scroller.scrollTop = this.scroller.scrollHeight; }

  // The end of what came, unless that would hide its beginning; an alarm comes before all else.
  #reveal(drawn) {
    this.#bottom();
    const first = drawn.find((line) => line.matches(".emergency, .urgent")) ?? drawn[0];
    const over = first ? this.scroller.getBoundingClientRect().top - first.getBoundingClientRect().top : 0;
    if (over > 0) this.scroller.scrollTop -= over + 8;
  }
}

customElements.define("nk92-chat", Nk92Chat);
