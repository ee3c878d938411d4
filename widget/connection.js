// Speaks with the API: session, messages, history, and the stream of later lines, which comes back by itself.
const LONGEST = 20_000; // milliseconds for an answer; the service gives one within ten seconds, whatever breaks
const SILENCE = 40_000; // the stream gives a sign of life every fifteen seconds
const [SOON, LATE] = [500, 15_000]; // pauses between two attempts

// The server answered, and said no. `words`: what the patient should read.
export class Refused extends Error {
  constructor(status, error = {}) {
    super(error.code);
    Object.assign(this, { status, code: error.code, words: error.message, level: error.level, response: error.response });
  }
}

export const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

// crypto.randomUUID is missing on pages that come over plain http from another machine.
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Connection {
  position = 0; // the last line that history or stream gave
  #stop = null;
  #retry = null;
  #cut = null;

  // `handlers`: line(line), state(online), over().
  constructor(server, store, handlers) {
    Object.assign(this, { server, store, handlers, language: "en" });
  }

  get token() { return this.store.get("token"); }

  #headers() { return { "Accept-Language": this.language, ...(this.token && { Authorization: `Bearer ${this.token}` }) }; }

  async #call(path, options = {}) {
    const response = await fetch(this.server + path, {
      ...options, headers: { ...this.#headers(), ...options.headers }, signal: AbortSignal.timeout(LONGEST), credentials: "omit", cache: "no-store",
    });
    const body = await response.json();
    if (response.ok) return body;
    if (response.status === 401) this.store.set("token", null);
    throw new Refused(response.status, body.error);
  }

  async open() {
    this.opening ??= this.#call("/api/session", { method: "POST" }).finally(() => { this.opening = null; });
    const opened = await this.opening;
    this.position = 0;
    this.store.set("token", opened.token);
    this.store.set("ends", opened.expires_at);
    return opened;
  }

  async post(message) {
    const post = () => this.#call("/api/messages", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message) });
    if (!this.token) await this.open();
    try {
      return await post();
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      this.handlers.over();
      await this.open();
      return post();
    }
  }

  async history(before) {
    const { messages } = await this.#call(`/api/messages${before ? `?before=${before}` : ""}`);
    if (!before) this.position = messages.at(-1)?.seq ?? 0;
    return messages;
  }

  async forget() {
    const answer = await this.#call("/api/conversation", { method: "DELETE" });
    this.store.set("token", null);
    return answer;
  }

  // Listens until stop(); opens a session first when there is none.
  async listen() {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    let wait = SOON;
    while (!stop.signal.aborted) {
      try {
        if (!this.token) await this.open();
        await this.#stream(stop.signal, () => { wait = SOON; this.handlers.state(true); });
      } catch (problem) {
        if (stop.signal.aborted) return;
        if (problem.status === 401) { this.handlers.over(); this.stop(); return; }
        this.handlers.state(false);
      }
      await Promise.race([pause(wait), new Promise((done) => { this.#retry = done; })]);
      wait = Math.min(wait * 2, LATE);
    }
  }

  stop() { this.#stop?.abort(); this.#stop = null; this.#retry?.(); }

  // Something could not be sent: the stream may be dead too, without knowing it.
  doubt() { this.#cut?.(); }

  // Tries at once instead of at the next attempt.
  hurry() { this.#retry?.(); }

  async #stream(signal, opened) {
    const silence = new AbortController();
    const end = () => silence.abort();
    this.#cut = end;
    signal.addEventListener("abort", end);
    let clock = setTimeout(end, LONGEST);
    try {
      const response = await fetch(`${this.server}/api/stream`, {
        headers: { ...this.#headers(), "Last-Event-ID": String(this.position) }, signal: silence.signal, credentials: "omit", cache: "no-store",
      });
      if (!response.ok) {
        if (response.status === 401) this.store.set("token", null);
        throw new Refused(response.status);
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        clearTimeout(clock);
        clock = setTimeout(end, SILENCE);
        const { value, done } = await reader.read();
        if (done) return;
        if (opened) { opened(); opened = null; }
        text += value;
        const events = text.split("\n\n");
        text = events.pop();
        events.forEach((event) => this.#event(event));
      }
    } finally {
      clearTimeout(clock);
      signal.removeEventListener("abort", end);
    }
  }

  #event(event) {
    if (event.startsWith("event: over")) throw new Refused(401);
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (!data) return;
    const line = JSON.parse(data);
    this.position = Math.max(this.position, line.seq);
    this.handlers.line(line);
  }
}
