// Moving between pages, and the bars and scroll area of the visible one.
import { asyncCalls } from "./call.js";

export function navigationCalls({ router }) {
  const top = () => router.top();
  return asyncCalls({
    navigateTo: ({ url, events }) => ({ eventChannel: router.push(url, events) }),
    redirectTo: ({ url }) => router.replace(url),
    navigateBack: ({ delta }) => router.back(delta),
    switchTab: ({ url }) => router.switchTab(url),
    reLaunch: ({ url }) => router.relaunch(url),
    setNavigationBarTitle({ title }) {
      top().bar.title.textContent = title;
      document.title = title;
    },
    setNavigationBarColor: ({ frontColor, backgroundColor }) => top().bar.colour(frontColor, backgroundColor),
    showNavigationBarLoading() {
      top().bar.spinner.hidden = false;
    },
    hideNavigationBarLoading() {
      top().bar.spinner.hidden = true;
    },
    setBackgroundColor({ backgroundColor }) {
      if (backgroundColor) top().root.style.background = backgroundColor;
    },
    setTabBarBadge: ({ index, text }) => router.tabBar.badge(index, text),
    removeTabBarBadge: ({ index }) => router.tabBar.badge(index, null),
    showTabBarRedDot: ({ index }) => router.tabBar.badge(index, ""),
    hideTabBarRedDot: ({ index }) => router.tabBar.badge(index, null),
    startPullDownRefresh: () => top().pullDown.start(),
    stopPullDownRefresh: () => top().pullDown.stop(),
    pageScrollTo: ({ scrollTop, selector, duration }) => scrollPage(top(), { scrollTop, selector, duration }),
  });
}

function scrollPage(record, { scrollTop = 0, selector, duration }) {
  const target = selector ? record.component.getShadowRoot().querySelector(selector)?.$$ : null;
  const shift = target ? target.getBoundingClientRect().top - record.body.getBoundingClientRect().top : 0;
  const place = target ? record.body.scrollTop + shift : scrollTop;
  record.body.scrollTo({ top: place, behavior: duration === 0 ? "instant" : "smooth" });
}
