/** Texts: the page a visitor sees first. @module */

/** Texts. */
export const landing = {
  title: "A grid that tends itself.",
  lead:
    "Trellis runs grid bots on your own Bitget account. Your money stays there, out of our reach; the bot keeps its orders in the book, day and night.",
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
        "Open a paper account with one click and watch the same bot trade play money.",
    },
  ],
  keys: {
    title: "How your key is kept",
    lead:
      "Trellis never holds your money. It holds a key, and this is all that ever happens to it.",
    steps: [
      {
        title: "You make it weak",
        text:
          "A key that may place futures orders, and nothing else. Withdrawal and transfer stay off.",
      },
      {
        title: "We check it",
        text:
          "We ask Bitget what it may do. A key that could move money is refused and forgotten.",
      },
      {
        title: "It is sealed",
        text:
          "Before it is stored it is encrypted with a public key. The website cannot open it again, nor can anybody who copies the database.",
      },
      {
        title: "Only the engine opens it",
        text:
          "Only the trading engine has the private key, and opens yours in memory, while your bot runs. Remove it any time: our copy is destroyed.",
      },
    ],
  },
  risks: {
    title: "What can go wrong",
    lead: "Plainly, because it is your money.",
    items: [
      {
        title: "You can lose all of your margin",
        text:
          "Perpetuals are leveraged. If the market runs far enough against a position, the exchange liquidates it.",
      },
      {
        title: "A grid earns in a range and suffers in a trend",
        text:
          "When prices run one way, a grid keeps adding to the losing side until its limit. The preview shows that worst case before you start.",
      },
      {
        title: "Costs eat small profits",
        text:
          "Each trade pays a fee, and open positions pay or receive funding every few hours. We show each result after costs, and refuse spacings that cannot cover them.",
      },
      {
        title: "Machines and exchanges fail",
        text:
          "Your orders stay in the book when we are down, but nobody moves them until we are back. You can always act on Bitget itself.",
      },
    ],
    end:
      "Nothing here is advice, and no past result promises another. Start on paper, and risk only what you can afford to lose.",
  },
};
