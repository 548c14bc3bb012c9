/**
 * Runs in a page, as text: how much each element's text stands out from what is behind it, 1 to 21 (WCAG 2). Colours may
 * be half transparent, and in any notation of CSS: a canvas works them out.
 */
export const measureContrast = `(elements) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const read = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return { rgb: [red, green, blue], alpha: alpha / 255 };
  };
  const over = (color, alpha, below) => color.map((value, i) => value * alpha + below[i] * (1 - alpha));
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return elements.map((element) => {
    const chain = [];
    for (let node = element; node; node = node.parentElement) chain.unshift(node);
    let behind = [255, 255, 255];
    let opacity = 1;
    for (const node of chain) {
      const style = getComputedStyle(node);
      const { rgb, alpha } = read(style.backgroundColor);
      behind = over(rgb, alpha, behind);
      opacity *= Number(style.opacity);
    }
    const { rgb, alpha } = read(getComputedStyle(element).color);
    const [light, dark] = [luminance(over(rgb, alpha * opacity, behind)), luminance(behind)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  });
}`;
