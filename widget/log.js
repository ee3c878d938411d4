// Draws the lines of the conversation. Everything comes in as text: a message can never become markup.
const SOURCE = /\n*(From the NK-92 monograph: [^\n]+|[^\n]*monografía[^\n]*)$/;
const ALARMS = ["urgent", "emergency"];
const MOST = 300; // lines on the page; older ones are fetched again when they are asked for

export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria")) made.setAttribute(`aria-${name.slice(4).replace("-", "").toLowerCase()}`, value);
    else if (name in made && name !== "role") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const dialled = (number) => `tel:${number.replace(/[^\d+]/g, "")}`;

const SHAPES = { emergency: "M8 2h8l6 6v8l-6 6H8l-6-6V8zM12 7v6M12 16.5v.5", urgent: "M12 3 22 20H2zM12 10v5M12 17.5v.5" };

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", path);
  if (path.includes("h.01")) svg.classList.add("dots");
  return svg;
}

export class Log {
  #drawn = new Map(); // number of a line → its element
  #own = new Map(); // client id → element of a message that has no number yet
  #allowed = MOST;
  #pruned = 0;

  // `chat`: the element, for its words (t) and numbers (clinic).
  constructor(chat, list) { Object.assign(this, { chat, list }); }

  get first() { return Math.min(...this.#drawn.keys()); }

  get empty() { return !this.list.childElementCount; }

  clear() {
    this.list.replaceChildren();
    this.#drawn.clear();
    this.#own.clear();
    this.#pruned = 0;
  }

  // Draws a line once, in its place; null when it is there already.
  add(line, { old = false } = {}) {
    const { seq } = line;
    const mine = this.#own.get(line.client_id);
    if (mine) {
      if (seq) { this.#own.delete(line.client_id); this.#number(mine, seq); }
      return null;
    }
    if (seq && (this.#drawn.has(seq) || (!old && seq <= this.#pruned))) return null;
    const drawn = this.#draw(line);
    const next = seq && [...this.#drawn].filter(([other]) => other > seq).sort(([a], [b]) => a - b)[0]?.[1];
    this.list.insertBefore(drawn, next || null);
    if (seq) this.#number(drawn, seq);
    else if (line.client_id) this.#own.set(line.client_id, drawn);
    if (old) this.#allowed += 1;
    while (this.list.childElementCount > this.#allowed) this.#prune();
    return drawn;
  }

  #number(drawn, seq) { this.#drawn.set(seq, drawn); drawn.dataset.seq = seq; }

  #prune() {
    const oldest = this.list.firstElementChild;
    if (oldest.dataset.seq) { this.#pruned = Math.max(this.#pruned, +oldest.dataset.seq); this.#drawn.delete(+oldest.dataset.seq); }
    oldest.remove();
  }

  #draw(line) {
    const { t } = this.chat;
    const mine = line.from === "patient";
    const alarm = !mine && ALARMS.includes(line.level) ? line.level : "";
    const source = mine ? null : SOURCE.exec(line.text);
    const words = source ? line.text.slice(0, source.index) : line.text;
    const at = new Date(line.at);
    const today = at.toDateString() === new Date().toDateString();
    const shape = { hour: "numeric", minute: "2-digit", ...(!today && { month: "short", day: "numeric" }) };
    const language = line.response ? (line.response.endsWith("_es") ? "es" : "en") : "";
    return make("div", { className: `line ${mine ? "mine" : ""} ${alarm}` },
      make("div", { className: "bubble" },
        make("span", { className: "sr", textContent: `${mine ? t.you : t.assistant}: ` }),
        alarm && make("strong", { className: "flag" }, icon(SHAPES[alarm]), t[`${alarm}Label`]),
        make("div", { className: "words", dir: "auto", ...(language && { lang: language }) }, ...(mine ? [words] : this.#linked(words))),
        alarm && this.#calls(line),
        source && make("p", { className: "source", textContent: source[1], ...(language && { lang: language }) }),
        line.local ? make("p", { className: "source", textContent: t.local }) : null),
      make("p", { className: "meta" }, make("time", { dateTime: line.at, textContent: at.toLocaleString(this.chat.language, shape) })));
  }

  // The clinic's numbers and 911 within a text can be tapped.
  #linked(words) {
    const { phone, night_phone: night, emergency_number: emergency } = this.chat.clinic;
    const numbers = [phone, night, emergency].filter(Boolean);
    const split = words.split(new RegExp(`(?<!\\d)(${numbers.map((one) => one.replace(/[^\d\s]/g, "\\$&")).join("|")})(?!\\d)`));
    return split.map((part) => (numbers.includes(part) ? make("a", { href: dialled(part), textContent: part }) : part));
  }

  #calls(line) {
    const { t, clinic } = this.chat;
    const call = (number, label = t.call, href = dialled(number)) => make("a", { className: "call", href, textContent: label.replace("{number}", number) });
    const team = [clinic.phone && call(clinic.phone), clinic.night_phone && call(clinic.night_phone, `${t.nights}: {number}`)];
    const crisis = /suicid/.test(line.response ?? "") && [call(clinic.crisis_line), call(clinic.crisis_line, t.text, `sms:${clinic.crisis_line}`)];
    const first = line.level === "emergency" ? [...(crisis || []), call(clinic.emergency_number)] : team;
    return make("div", { className: "calls" }, ...first);
  }

  unsent(id, again) {
    const drawn = this.#own.get(id);
    if (!drawn) return;
    const { t } = this.chat;
    drawn.classList.add("unsent");
    const button = make("button", { type: "button", textContent: t.again, onclick: again });
    drawn.querySelector(".meta").replaceChildren(make("span", { textContent: `${t.unsent}. ` }), button);
  }

  sent(id, at) {
    const drawn = this.#own.get(id);
    if (!drawn?.classList.contains("unsent")) return;
    drawn.classList.remove("unsent");
    const time = new Date(at).toLocaleTimeString(this.chat.language, { hour: "numeric", minute: "2-digit" });
    drawn.querySelector(".meta").replaceChildren(make("time", { dateTime: at, textContent: time }));
  }

  // The conversation as plain text, for paper and file.
  text() {
    return [...this.list.children].map((line) => {
      const who = line.classList.contains("mine") ? this.chat.t.you : this.chat.t.assistant;
      const part = (name) => line.querySelector(name)?.textContent.trim() ?? "";
      return [`${who} · ${part(".meta time") || this.chat.t.unsent}`, part(".flag").toUpperCase(), part(".words"), part(".source")].filter(Boolean).join("\n");
    }).join("\n\n");
  }
}
