// Before the first paint: the theme chosen earlier, else the system's.
try {
  const theme = localStorage.getItem("trellis.theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage is closed to us: the system's theme stays.
}
