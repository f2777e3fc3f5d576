// Ready words for a correction: one press puts them into the two fields of a point.

document.addEventListener("click", (event) => {
  const ready = event.target.closest("button[data-for]");
  if (ready) {
    for (const field of ["reason", "instruction"]) {
      const box = document.getElementById(`${ready.dataset.for}_${field}`);
      const words = ready.dataset[field];
      if (!box.value.includes(words)) {
        box.value = [box.value.trim(), words].filter(Boolean).join(" ");
      }
    }
  }
});
