import type { JSX } from "preact";
import type { BacktestBand } from "../../data/run_backtest.ts";
import { t } from "../../i18n/mod.ts";
import { formatInstant, formatPercent, formatSize } from "../format.ts";

/** Fewer minutes than this of those asked for are worth a word. */
const SHARE_WHOLE = 0.999;
const HASH_SHOWN = 8;

/** Which minutes a result is about, what is missing, and what was assumed. */
export function BandCoverage(
  { band }: { readonly band: BacktestBand },
): JSX.Element {
  const { fromMs, toMs, minutes, wanted, gap } = band.coverage;
  const isShort = gap === null && minutes < wanted * SHARE_WHOLE;
  const share = formatPercent(minutes / wanted, { max: 1 });
  const hasFunding = band.models.path.report.funding !== null;
  return (
    <div class="band-coverage small muted">
      <p>
        {t.backtest.coverage(
          formatInstant(fromMs, 0),
          formatInstant(toMs, 0),
          formatSize(minutes),
        )} {isShort && t.backtest.coverageShort(share)}
        {gap !== null &&
          t.backtest.coverageGap(gap.minutes, formatInstant(gap.fromMs, 0))}
      </p>
      {!hasFunding && <p>{t.backtest.fundingUnknown}</p>}
      <p>
        {t.backtest.assumptions(
          band.engineVersion,
          band.dataHash.slice(0, HASH_SHOWN),
        )}
      </p>
    </div>
  );
}
