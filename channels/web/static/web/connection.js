// Talks to the API. The token lives in sessionStorage: it ends with the tab, and no cookie is set.
const KEY = "nk92.token";
const LONGEST = 20_000; // milliseconds; the service answers within ten seconds, whatever breaks

export class SessionOver extends Error {}

class Refused extends Error {
  constructor(message) { super(message); this.forPatient = message; }
}

async function call(path, options = {}) {
  const signal = AbortSignal.timeout(LONGEST);
  const response = await fetch(path, { ...options, signal, credentials: "omit", cache: "no-store" });
  const body = await response.json();
  if (response.ok) return body;
  if (response.status === 401) { sessionStorage.removeItem(KEY); throw new SessionOver(body.error?.message); }
  throw new Refused(body.error?.message);
}

const bearer = () => ({ Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` });

export async function openConversation() {
  const { token } = await call("/api/session", { method: "POST" });
  sessionStorage.setItem(KEY, token);
}

// All of the last lines, or those after the number `after`.
export async function fetchHistory(after) {
  if (!sessionStorage.getItem(KEY)) { await openConversation(); return []; }
  const path = after === undefined ? "/api/messages" : `/api/messages?after=${after}`;
  return (await call(path, { headers: bearer() })).messages;
}

// crypto.randomUUID is missing on pages that come over plain http from another machine.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function postMessage(message) {
  const post = () => call("/api/messages", {
    method: "POST", headers: { ...bearer(), "Content-Type": "application/json" }, body: JSON.stringify(message),
  });
  if (!sessionStorage.getItem(KEY)) await openConversation();
  try {
    return await post();
  } catch (problem) {
    if (!(problem instanceof SessionOver)) throw problem;
    await openConversation();
    return post();
  }
}
