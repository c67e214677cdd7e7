// lint: text-literal www/src/features/x/state.ts
document.title = "Films";
