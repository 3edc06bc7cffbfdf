// What lies where it should not: the page wider than its window, a drawing wider than the page,
// letters or marks outside of their drawing, letters over letters.
const problems = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) {
  problems.push('page of ' + root.scrollWidth + ' px in a window of ' + root.clientWidth);
}
for (const svg of document.querySelectorAll('svg')) {
  const name = svg.querySelector('title').textContent;
  const frame = svg.getBoundingClientRect();
  if (frame.width < 300 || frame.left < 0 || frame.right > root.clientWidth + 0.5) {
    problems.push(name + ': from ' + frame.left + ' to ' + frame.right);
  }
  const inside = (element) => {
    const box = element.getBoundingClientRect();
    if (box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
      problems.push(name + ': outside, ' + element.textContent);
    }
    return box;
  };
  svg.querySelectorAll('[data-mark]').forEach(inside);
  const letters = [...svg.querySelectorAll('text')];
  const boxes = letters.map(inside);
  // Lines of letters have room above and below them.
  const room = 3;
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length; j++) {
      if (boxes[i].left < boxes[j].right && boxes[j].left < boxes[i].right
          && boxes[i].top + room < boxes[j].bottom - room
          && boxes[j].top + room < boxes[i].bottom - room) {
        problems.push(name + ': ' + letters[i].textContent + ' over ' + letters[j].textContent);
      }
    }
  }
}
return problems;
