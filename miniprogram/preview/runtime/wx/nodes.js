// Looking at the drawn page: selector queries, intersection observers, and the map's context.
import { mapContext } from "./map_context.js";

export function nodeCalls({ router }) {
  return {
    createSelectorQuery() {
      const query = router.currentPage().createSelectorQuery();
      query.in = (component) => component.createSelectorQuery();
      return query;
    },
    createIntersectionObserver: (component, options) => component.createIntersectionObserver(options),
    createMapContext: (id, component = router.currentPage()) => mapContext(id, component),
  };
}
