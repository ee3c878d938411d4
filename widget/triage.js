// The alarms of triage, checked in the browser while the server cannot be reached. Towards alarm: in doubt it speaks.
// The table comes from channels/web/red_flags.py; stem() must do what its stem() does.
const NEAR = 8; // words between two parts of a sign
const RANK = "raue"; // routine, ask, urgent, emergency
const FEVER_C = 38, FEVER_F = 100.4, ALMOST_F = 99.9;
const AROUND = ["denial", "present", "first_person", "third_person", "own_people"];
const LIGHT = /^(any|a|an|the|more|un|una|ningu|of|de)$/;
const EITHER = /^(or|nor|ni|o|u)$/;
const ASKS = /^(what|how|when|why|which|who|does|is|are|wil|cuand|cual|cuant|quien|dond)$/;
const ALIKE = /[bv]{2}|[cszkq]{2}|[gj]{2}|h/;
const LETTER = /^[a-z]+$/;

export function stem(word) {
  if (!LETTER.test(word)) return word;
  const once = word.replace(/(.)\1+/g, "$1");
  return (once.length > 4 ? once.replace(/(?:ing|ed|es|s|e|y|o|a|os|as)$/, "") : once).slice(0, 5);
}

const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\u200b-\u200f]/g, "").toLowerCase()
  .replace(/[’‘ʼ´`']/g, "").replace(/[º℃℉]/g, "°").replace(/\p{Extended_Pictographic}/gu, " . ").replace(/(\d) \. ?(\d)(?!\d)/g, "$1.$2");

// Words, numbers and sentence ends, each with where it stands.
const pieces = (text) => plain(text).match(/\b(?:sp|c)?o2\b|\d+(?:[.,:/]\d+)*|[a-z]+|[.!?;\n]+|[°%$#+-]/g) ?? [];

// One slip: a letter changed, left out, put in, or two swapped; the first letter only where it sounds alike.
function isNear(a, b) {
  if (Math.abs(a.length - b.length) > 1 || !(a[0] === b[0] || ALIKE.test(a[0] + b[0]) || (a[0] === b[1] && a[1] === b[0]))) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const [x, y] = [a.slice(i), b.slice(i)];
  const cut = a.length === 5 && b.length === 5; // both may go on
  return x.slice(1) === y.slice(1) || x.slice(1) === (cut ? y.slice(0, -1) : y) || (cut ? x.slice(0, -1) : x) === y.slice(1)
    || (x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2));
}

function numberWord(digits) {
  if (digits.length < 3 && +digits > 7) return /^[78].$/.test(digits) ? "8#" : "##";
  return /^(19|20)..$/.test(digits) ? "####" : digits;
}

// A list as red_flags.py writes it: each entry a capital that counts the letters it shares with the one before, and the rest.
function unfold(list) {
  let entry = "";
  return list.split(/(?=[A-Z])/).map((one) => { entry = entry.slice(0, one.charCodeAt(0) - 65) + one.slice(1); return entry; });
}

export class Screen {
  constructor(table) {
    this.table = table;
    this.starts = new Map(); // first stem → [its other stems, label]
    this.patterns = [];
    table.concepts.split("\n").forEach((list, place) => unfold(list).forEach((p) => this.#learn(p, `@${place}`)));
    for (const [kind, [phrases, patterns]] of Object.entries(table.signs)) {
      unfold(phrases).forEach((phrase) => this.#learn(phrase, `!${kind}`));
      if (patterns) patterns.split("\n").forEach((line) => this.#pattern(kind, line));
    }
    this.lexicon = [...new Set([...this.starts].flatMap(([first, list]) => [first, ...list.flatMap(([rest]) => rest)]))]
      .filter((word) => word.length > 2);
    this.known = new Set([...this.lexicon, ...unfold(table.alone)]);
    this.spelled = new Map();
    for (const kind of AROUND) unfold(table[kind]).forEach((phrase) => this.#learn(phrase, `~${kind}`));
    for (const kind of ["counted", "other_measure", "other_thing", "cue", "about", "above", "below", "reducer", "celsius_cue"]) {
      this[kind] = new Set(unfold(table[kind]));
    }
  }

  #learn(phrase, label) {
    const [first, ...rest] = phrase.split(" ");
    if (!this.starts.has(first)) this.starts.set(first, []);
    this.starts.get(first).push([rest, label]);
  }

  #pattern(kind, line) {
    const gaps = line.split(/[>&]/).slice(1).map((one) => parseInt(/^\d+~/.exec(one) ?? NEAR, 10));
    const elements = line.replace(/\d+~/g, "").split(/[>&]/).map((one) => one.split("|"));
    elements.flat().filter((label) => label[0] !== "@").forEach((label) => this.#learn(label.replaceAll("_", " "), label));
    this.patterns.push({ kind, elements, gaps, ordered: [...line.replace(/[^>&]/g, "")].map((joint) => joint === ">") });
  }

  // What a word may mean: itself, what short writing stands for, a word one slip away.
  #readings(piece) {
    if (!LETTER.test(piece)) return [piece, ...(/^\d+$/.test(piece) ? [numberWord(piece)] : [])];
    const short = stem(piece);
    if (this.known.has(short) || this.starts.has(short) || short.length < 4) return [short];
    if (!this.spelled.has(short)) this.spelled.set(short, this.lexicon.filter((word) => isNear(short, word)));
    return [short, ...this.spelled.get(short)];
  }

  #words(text) {
    const words = [];
    for (const piece of pieces(text)) {
      const long = LETTER.test(piece) && Object.hasOwn(this.table.shorthand, piece) && this.table.shorthand[piece];
      if (long) long.split(" ").forEach((word) => words.push([word]));
      else if (/[.!?;\n]/.test(piece[0])) words.push(["."]);
      else words.push(...(this.#split(piece) ?? [this.#readings(piece)]));
    }
    return words;
  }

  // "cantbreathe": two or three words written together.
  #split(piece) {
    if (piece.length < 7 || !LETTER.test(piece) || this.starts.has(stem(piece)) || this.known.has(stem(piece))) return null;
    for (let cut = 2; cut < piece.length - 3; cut += 1) {
      const [head, tail] = [stem(piece.slice(0, cut)), stem(piece.slice(cut))];
      if (this.starts.has(head) && this.known.has(tail) && piece.length - cut < 10) return [[head], [tail]];
    }
    return null;
  }

  #spans(words) {
    const spans = new Map();
    words.forEach((readings, start) => {
      for (const word of readings) {
        for (const [rest, label] of this.starts.get(word) ?? []) {
          if (!rest.every((other, place) => words[start + 1 + place]?.includes(other))) continue;
          if (!spans.has(label)) spans.set(label, []);
          spans.get(label).push([start, start + 1 + rest.length]);
        }
      }
    });
    return spans;
  }

  #stands(pattern, spans, walls) {
    const found = pattern.elements.map((labels) => labels.flatMap((label) => spans.get(label) ?? []));
    if (found.some((list) => !list.length)) return [];
    const reach = (element, low, high) => element === found.length ? [[low, high]] : found[element].flatMap(([start, end]) => {
      const gap = pattern.gaps[element - 1];
      const behind = start >= high && start - high <= gap && walls[start] === walls[high - 1];
      const before = !pattern.ordered[element - 1] && end <= low && low - end <= gap && walls[end - 1] === walls[low];
      return behind || before ? reach(element + 1, Math.min(low, start), Math.max(high, end)) : [];
    });
    return found[0].flatMap(([start, end]) => reach(1, start, end));
  }

  // Every sign that stands in the words: [kind, start, end].
  #signs(words) {
    let wall = 0;
    const walls = words.map(([word]) => (wall += word === "."));
    const spans = this.#spans(words);
    const signs = [...spans].filter(([label]) => label[0] === "!").flatMap(([label, list]) => list.map((span) => [label.slice(1), ...span]));
    for (const pattern of this.patterns) {
      for (const span of this.#stands(pattern, spans, walls)) signs.push([pattern.kind, ...span]);
    }
    return this.#present(signs.sort((one, other) => one[1] - other[1]), spans, words, walls);
  }

  // Leaves out what is denied just before it, and what a question about the treatment names ("is a rash common?").
  #present(signs, spans, words, walls) {
    const stretch = (kinds) => kinds.flatMap((kind) => spans.get(`~${kind}`) ?? []);
    const denial = new Set(stretch(["denial"]).map(([, end]) => end));
    const bodies = stretch(["present", "first_person", "third_person", "own_people"]);
    const denied = new Set(); // where a denied sign ends
    return signs.filter(([kind, start, end]) => {
      const said = (place) => words[place - 1]?.[0] ?? "";
      let place = start;
      while (LIGHT.test(said(place))) place -= 1;
      if (denial.has(place) || (EITHER.test(said(place)) && denied.has(place - 1))) { denied.add(end); return false; }
      if (kind[1] === "s") return true;
      const first = walls.indexOf(walls[start]);
      return start <= first + (words[first][0] === ".") || !ASKS.test(words[first][0] === "." ? words[first + 1][0] : words[first][0]) || bodies.some(([low]) => walls[low] === walls[start]);
    });
  }

  // The level of a text ("none", "ask", "urgent", "emergency") and whether it speaks of suicide alone.
  assess(text, { asked = false } = {}) {
    const words = this.#words(text);
    const signs = this.#signs(words).map(([kind]) => kind);
    const heat = this.#heat(text, asked);
    if (heat) signs.push(heat + this.table.fever);
    const cooler = heat === "r" && !words.some((readings) => readings.some((word) => this.reducer.has(word)));
    let kinds = cooler ? signs.filter((kind) => kind[0] !== "a") : signs;
    if (asked && !heat) kinds.push("u");
    this.table.combinations.forEach(([level, groups], place) => {
      const whole = [...Array(groups).keys()].every((group) => signs.some((kind) => kind.includes(`+${place}.${group}`)));
      if (whole) kinds = [...kinds, level];
    });
    const rank = Math.max(0, ...kinds.map((kind) => RANK.indexOf(kind[0])));
    const grave = kinds.filter((kind) => kind[0] === "e");
    return { level: ["none", "ask", "urgent", "emergency"][rank], suicide: grave.length > 0 && grave.every((kind) => kind[1] === "s") };
  }

  // "u": a fever was measured; "a": a number that may be one; "r": a temperature below a fever; "": none.
  #heat(text, asked) {
    const said = pieces(text);
    const words = said.map(stem);
    const cue = words.some((word) => this.cue.has(word)) || asked;
    const elsewhere = words.some((word) => this.other_thing.has(word)) && !words.includes("fever") && !words.includes("my");
    const few = words.filter((word) => LETTER.test(word)).length < 5;
    let worst = "";
    const numbers = this.#numbers(said);
    const decimals = numbers.some((number) => number.decimal);
    for (const { value, from, to } of numbers) {
      const unit = said.slice(to, to + 3).find((word) => /^(f|c|fahrenheit|celsius|centigrados?)$/.test(word))?.[0];
      const degrees = unit || /^(°|degrees?|grados?|degs?)$/.test(said[to] ?? "");
      if (elsewhere) continue;
      if (!degrees && (this.counted.has(words[to]) || /^[%/]$/.test(said[to] ?? "") || /^[$#-]$/.test(said[from - 1] ?? ""))) continue;
      if (!degrees && words.slice(Math.max(0, from - 3), from).some((word) => this.other_measure.has(word))) continue;
      const celsius = unit === "c" || (unit !== "f" && value < 60);
      const possible = celsius ? value >= 34 && value <= 43 : value >= 93 && value <= 110;
      if (!possible) { if (cue && value > 9) worst = worst || "a"; continue; }
      if (!(degrees || decimals || cue || few || !celsius || this.celsius_cue.has(words[from - 1]))) continue;
      const before = words[from - 1];
      const fever = celsius ? value >= FEVER_C : value >= FEVER_F;
      const unsure = !celsius && value >= ALMOST_F && (this.about.has(before) || this.above.has(before) || words[to] === "ish");
      const found = fever ? (this.below.has(before) ? "a" : "u") : unsure ? "a" : "r";
      if (!worst || RANK.indexOf(found) > RANK.indexOf(worst)) worst = found;
    }
    return worst;
  }

  // Numbers in digits and in words, with the pieces that say them.
  #numbers(said) {
    const found = [];
    for (let place = 0; place < said.length; place += 1) {
      const written = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(said[place]);
      const from = place;
      const values = [];
      let value = written ? +`${written[1]}.${written[2] ?? 0}` : null;
      if (!written) {
        for (; place < said.length; place += 1) {
          if (Object.hasOwn(this.table.numbers, said[place])) values.push(this.table.numbers[said[place]]);
          else if (!(values.length && /^(and|y)$/.test(said[place]) && Object.hasOwn(this.table.numbers, said[place + 1] ?? ""))) break;
        }
        if (!values.length) { place = from; continue; }
        value = wholeOf(values);
        place -= 1;
      }
      let to = place + 1;
      let decimal = Boolean(written?.[2]) || value % 1 > 0;
      const rest = said.slice(to, to + 4).join(" ");
      const half = /^(?:and a half|y medi[oa]|and half|1\/2)/.exec(rest);
      const point = /^(?:point|punto|coma|con|dot|pt) (\w+)/.exec(rest);
      const tenth = point && (/^\d{1,2}$/.test(point[1]) ? +`0.${point[1]}` : this.table.numbers[point[1]] / 10);
      if (half) [value, decimal, to] = [value + 0.5, true, to + half[0].split(" ").length];
      else if (point && tenth >= 0) [value, decimal, to] = [value + tenth, true, to + 2];
      found.push({ value, decimal, from, to });
      place = to - 1;
    }
    return found;
  }
}

// "a hundred and two", "one oh one", "ninety nine", "thirty eight five", "ciento dos".
function wholeOf(values) {
  const hundred = values.indexOf(100);
  if (hundred >= 0) return 100 + small(values.slice(hundred + 1));
  if (values[0] === 1 && values[1] === 0) return 100 + small(values.slice(2));
  if (values[0] === 1 && values[1] > 9) return 100 + values[1];
  return small(values);
}

function small(values) {
  const [first = 0, second, third] = values;
  if (first > 19 && second > 0 && second < 10) return first + second + (third < 10 ? third / 10 : 0);
  return first + (second < 10 ? second / 10 : 0);
}
