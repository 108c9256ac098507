// The tags WeChat builds in and the preview draws; one of these in a selector or template means `wx-<tag>` in the DOM.
export const BUILTIN_TAGS = [
  ...["view", "text", "image", "cover-view", "cover-image", "icon", "rich-text", "progress", "root-portal"],
  ...["button", "input", "textarea", "form", "label", "navigator"],
  ...["checkbox", "checkbox-group", "radio", "radio-group", "switch", "slider"],
  ...["picker", "picker-view", "picker-view-column"],
  ...["scroll-view", "swiper", "swiper-item", "page-container", "match-media"],
  ...["map", "canvas", "page-meta"],
];
