// lint: web-call www/src/lib/news.ts
export const news = (): EventSource => new EventSource("api/events");
