// Marks elements when they have come into view.

/** Gives every element of the selector the class `seen` once most of it can be seen. */
export function watch(selector) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) {
          target.classList.add("seen");
          observer.unobserve(target);
        }
      }
    },
    { threshold: 0.6 },
  );
  for (const element of document.querySelectorAll(selector)) {
    observer.observe(element);
  }
}
