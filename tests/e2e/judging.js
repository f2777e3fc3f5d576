// Measured in the page itself; each function returns what is wrong, in plain words.
({
  structure() {
    const wrong = [];
    const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter((heading) =>
      heading.checkVisibility(),
    );
    const firsts = levels.filter((heading) => heading.localName === "h1");
    if (firsts.length !== 1) {
      wrong.push(`${firsts.length} headings of level 1`);
    }
    let before = 1;
    for (const heading of levels) {
      const level = Number(heading.localName[1]);
      if (level > before + 1) {
        wrong.push(`a level is skipped before «${heading.textContent.trim()}»`);
      }
      before = level;
    }
    const wanted = new URLSearchParams(location.search).get("lang") ?? "es";
    if (!document.documentElement.lang.startsWith(wanted)) {
      wrong.push(`the language is not ${wanted}`);
    }
    if (!document.title.split(" · ")[0].trim()) {
      wrong.push("no title of its own");
    }
    if (document.querySelectorAll("main").length !== 1) {
      wrong.push("not one main part");
    }
    const skip = document.querySelector("body > a");
    if (!skip || !document.querySelector(skip.getAttribute("href"))) {
      wrong.push("no way to skip to the main part");
    }
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) {
      wrong.push(`the id ${id} is there twice`);
    }
    return wrong;
  },

  tooWide() {
    const wide = document.documentElement.scrollWidth;
    if (wide <= window.innerWidth) {
      return [];
    }
    const rolls = (element) => {
      for (let up = element.parentElement; up; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible") {
          return true;
        }
      }
      return false;
    };
    const out = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .filter((element) => element.checkVisibility() && !rolls(element))
      .map((element) => `${element.localName}.${element.className}`);
    return [`${wide} px wide in ${window.innerWidth}: ${out.slice(0, 4).join(", ")}`];
  },

  cutOff() {
    return [...document.querySelectorAll("body *")]
      .filter((element) => {
        const hides = getComputedStyle(element).overflowX === "hidden";
        const shown = element.checkVisibility() && element.getBoundingClientRect().width > 2;
        const overflows = element.scrollWidth > element.clientWidth + 1;
        return hides && shown && overflows && element.innerText?.trim();
      })
      .map((element) => `text is cut off: «${element.innerText.trim().slice(0, 40)}»`);
  },

  brokenWords() {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const broken = new Set();
    const range = document.createRange();
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.parentElement.checkVisibility()) {
        continue;
      }
      for (const word of text.data.matchAll(/(?<!\S)\p{L}{2,12}(?![^\s.,:;)»])(?!\.\S)/gu)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) {
          broken.add(`the word «${word[0]}» is broken`);
        }
      }
    }
    return [...broken];
  },

  tooSmall(least) {
    const wrong = [];
    const controls = "button, a, input, select, textarea, summary";
    for (const element of document.querySelectorAll(controls)) {
      const inText = element.localName === "a" && getComputedStyle(element).display === "inline";
      if (!element.checkVisibility({ visibilityProperty: true }) || inText) {
        continue;
      }
      const target = ["radio", "checkbox"].includes(element.type)
        ? (element.closest("label") ?? element)
        : element;
      const box = target.getBoundingClientRect();
      if (box.bottom < 0 || box.right < 0 || box.width <= 1) {
        continue; // shown only when the keyboard reaches it
      }
      const [width, height] = [Math.round(box.width), Math.round(box.height)];
      if (height < least || width < least) {
        const words = (element.innerText || element.ariaLabel || element.name || "").trim();
        wrong.push(`${element.localName} «${words.slice(0, 40)}» is ${width} × ${height} px`);
      }
    }
    return wrong;
  },

  reached() {
    const met = [];
    const note = (event) => event.key === "Tab" && met.push(this.focused());
    document.addEventListener("keyup", note, true);
    return met;
  },

  focused() {
    const element = document.activeElement;
    if (!element || element === document.body) {
      return null;
    }
    const marked = (one) => {
      const style = getComputedStyle(one);
      const outlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
      return outlined || style.boxShadow !== "none";
    };
    const words = (element.innerText || element.ariaLabel || element.name || "").trim();
    const box = element.getBoundingClientRect();
    return {
      name: `${element.localName} «${words.slice(0, 40)}»`,
      key: `${element.localName} ${box.x} ${box.y + window.scrollY} ${words}`,
      seen: marked(element) || marked(element.parentElement),
    };
  },
});
