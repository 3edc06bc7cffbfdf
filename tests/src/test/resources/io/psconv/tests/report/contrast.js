// Texts that stand out from what is behind them by less than arguments[0], as WCAG counts it.
const numbers = (color) => (color.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
const luminance = (color) => {
  const [red, green, blue] = numbers(color).slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const color = getComputedStyle(one).backgroundColor;
    const parts = numbers(color);
    if (parts.length < 4 || parts[3] > 0) {
      return color;
    }
  }
  return 'rgb(255, 255, 255)';
};
const faint = [];
let texts = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || ['title', 'desc'].includes(element.tagName)) {
    continue;
  }
  texts++;
  const style = getComputedStyle(element);
  const color = element.closest('svg') ? style.fill : style.color;
  const one = luminance(color);
  const other = luminance(behind(element));
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (contrast < arguments[0]) {
    faint.push(contrast.toFixed(2) + ': ' + walker.currentNode.textContent.trim().slice(0, 40));
  }
}
if (texts < 100) {
  faint.push('only ' + texts + ' texts were found');
}
return faint;
