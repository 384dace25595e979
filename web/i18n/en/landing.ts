/** Texts: the page a visitor sees first. @module */

/** Texts. */
export const landing = {
  title: "A grid that tends itself.",
  lead:
    "Trellis runs grid bots on your own Bitget account. You keep your money and your keys; the bot keeps its orders in the book, day and night.",
  getStarted: "Create an account",
  signIn: "Sign in",
  tryDemo: "Look around with the demo",
  points: [
    {
      title: "Your account, your funds",
      text:
        "The key you connect may trade and nothing else. Keys that could withdraw are refused.",
    },
    {
      title: "Sealed keys",
      text:
        "Your secret is encrypted before it is stored. The website can seal it, but never open it.",
    },
    {
      title: "Every order explained",
      text:
        "See each resting order on the chart, each fill as it happens, and why the bot did what it did.",
    },
    {
      title: "Paper first",
      text:
        "Open a paper account with one click and watch the same bot on real prices with play money.",
    },
  ],
  risk:
    "Grid trading with leverage can lose your whole margin. Start on paper, and only risk what you can afford to lose.",
};
