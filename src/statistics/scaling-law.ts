import { mean } from "simple-statistics";
import { type LeastSquaresFit, leastSquares } from "./least-squares.js";
import { nonlinearLeastSquares } from "./nonlinear-least-squares.js";
import { requireNumber } from "./require-number.js";
import { requireSamples } from "./require-samples.js";

/** How a rate grows with cores: `min(cap, lambda n / (1 + sigma (n - 1) + kappa n (n - 1)))`, sigma, kappa or cap being absent. */
export interface ScalingFit {
  /** linear: lambda alone. amdahl: a serial part sigma. usl: also a crosstalk kappa. cap: linear up to a ceiling. */
  readonly law: "linear" | "amdahl" | "usl" | "cap";
  readonly parameters: readonly ScalingParameter[];
  /** Where the universal law turns down, `sqrt((1 - sigma) / kappa)` cores, and the rate there; absent where it does not. */
  readonly peak?: { readonly cores: number; readonly rate: number };
  /** Root mean square of the residuals as a part of the mean rate. */
  readonly relativeError: number;
  readonly residuals: readonly number[];
  /** Akaike's criterion, corrected for few points: the smaller the better, differences under 2 decide nothing. */
  readonly aicc: number;
}

/** One parameter of a scaling law. */
export interface ScalingParameter {
  readonly name: "lambda" | "sigma" | "kappa" | "cap";
  readonly value: number;
  /** 0 where the parameter sits on its bound. */
  readonly standardError: number;
  /** sigma or kappa wants to be negative and is held at 0, or the cap is never reached: the law explains no more than a simpler one. */
  readonly atBound: boolean;
}

/** The universal law takes 3 parameters and the spread from them; the criterion has no value below 6. */
const MIN_POINTS = 6;

/**
 * Which law a rate over cores follows: linear, Amdahl, the universal scalability law, or linear up to a cap, ordered by AICc.
 *
 * A cap is a link, PCIe or the generator; sigma is a lock or another serial part, kappa what cores tell each other. Read the
 * residuals before the order. Least squares on the rates as they are, so the large ones weigh most.
 * Source: G. M. Amdahl, AFIPS 30, 1967; N. J. Gunther, "Guerrilla Capacity Planning", 2007; the criterion:
 * C. M. Hurvich, C.-L. Tsai, "Regression and time series model selection in small samples", Biometrika 76, 1989.
 * @returns the fits, best first. With 6 or 7 points the criterion hardly ever takes the universal law, whose three parameters fit
 * anything.
 * @throws RangeError for fewer than 6 points, cores or rates that are not positive or of different length, or fewer than 3 different
 * numbers of cores.
 * @example
 * scalingLaw({ cores: [1, 2, 3, 4, 5, 6], rates: [17, 34, 52, 69, 70, 69] })[0].law // "cap"
 */
export function scalingLaw({ cores, rates }: { cores: readonly number[]; rates: readonly number[] }): ScalingFit[] {
  const samples = { cores, rates };
  requireSamples({ caller: "scalingLaw", samples, points: MIN_POINTS, above: 0, sameLength: true });
  requireNumber({ caller: "scalingLaw", name: "number of different cores", value: new Set(cores).size, min: 3 });
  const data = { cores, rates };
  const tried = [contended(data, "linear"), contended(data, "amdahl"), contended(data, "usl"), capped(data)];
  return tried.map((candidate) => scored(candidate, data)).sort((left, right) => left.aicc - right.aicc);
}

/**
 * The rate a fitted law gives at a number of cores: for the curve through the points.
 *
 * Source: as `scalingLaw`.
 * @example
 * scaledRate({ parameters: [{ name: "lambda", value: 10 }, { name: "sigma", value: 0.5 }], cores: 3 }) // 15
 */
export function scaledRate({
  parameters,
  cores,
}: {
  parameters: readonly Pick<ScalingParameter, "name" | "value">[];
  cores: number;
}): number {
  const named = (name: ScalingParameter["name"]) => parameters.find((parameter) => parameter.name === name)?.value;
  const [lambda, sigma, kappa] = [named("lambda") ?? 0, named("sigma") ?? 0, named("kappa") ?? 0];
  const rate = (lambda * cores) / (1 + sigma * (cores - 1) + kappa * cores * (cores - 1));
  return Math.min(rate, named("cap") ?? Number.POSITIVE_INFINITY);
}

interface Rates {
  readonly cores: readonly number[];
  readonly rates: readonly number[];
}

interface Candidate {
  readonly law: ScalingFit["law"];
  readonly fit: LeastSquaresFit;
  readonly parameters: readonly ScalingParameter[];
}

function scored({ law, fit, parameters }: Candidate, { rates }: Rates): ScalingFit {
  const points = rates.length;
  const estimated = parameters.length + 1; // the variance too
  const scale = mean([...rates]);
  // A perfect fit would have a logarithm of 0: no closer than rounding.
  const meanSquare = Math.max(fit.residualSquares / points, (Number.EPSILON * scale) ** 2);
  const aicc = points * Math.log(meanSquare) + 2 * estimated + (2 * estimated * (estimated + 1)) / (points - estimated - 1);
  const relativeError = Math.sqrt(fit.residualSquares / points) / scale;
  return { law, parameters, ...peakOf(parameters), relativeError, residuals: fit.residuals, aicc };
}

function peakOf(parameters: readonly ScalingParameter[]): Pick<ScalingFit, "peak"> {
  const [, sigma, kappa] = parameters;
  if (!(sigma && kappa && kappa.value > 0 && sigma.value < 1)) return {};
  const cores = Math.sqrt((1 - sigma.value) / kappa.value);
  return { peak: { cores, rate: scaledRate({ parameters, cores }) } };
}

/** What slows the cores down, as terms of `n / rate = (1 + sum of parameter * term) / lambda`. */
const TERMS = { sigma: (n: number) => n - 1, kappa: (n: number) => n * (n - 1) };
type Term = keyof typeof TERMS;

const TERMS_OF: Readonly<Record<"linear" | "amdahl" | "usl", readonly Term[]>> = {
  linear: [],
  amdahl: ["sigma"],
  usl: ["sigma", "kappa"],
};

function contended({ cores, rates }: Rates, law: keyof typeof TERMS_OF): Candidate {
  const terms = TERMS_OF[law];
  // n / rate is linear in the parameters: a first guess.
  const inverse = cores.map((n, index) => n / (rates[index] as number));
  const basis = [() => 1, ...terms.map((term) => TERMS[term])];
  const [constant, ...slopes] = leastSquares({ x: cores, y: inverse, basis }).coefficients;
  const lambda = (constant as number) > 0 ? 1 / (constant as number) : 1 / Math.min(...inverse);
  const fit = nonlinearLeastSquares({
    x: cores,
    y: rates,
    model: (n, [rate, ...values]) =>
      ((rate as number) * n) / values.reduce((sum, value, k) => sum + value * TERMS[terms[k] as Term](n), 1),
    start: [lambda, ...slopes.map((slope) => Math.max(slope * lambda, 1e-3))],
    min: [0, ...terms.map(() => 0)],
  });
  const parameters = (["lambda", ...terms] as const).map((name, k) => {
    const [value, standardError] = [fit.coefficients[k] as number, fit.standardErrors[k] as number];
    return { name, value, standardError, atBound: value === 0 };
  });
  return { law, fit, parameters };
}

/** Linear up to a ceiling. The kink lies between two numbers of cores, or at one of them, or is never reached. */
function capped({ cores, rates }: Rates): Candidate {
  const different = [...new Set(cores)].sort((left, right) => left - right);
  const line = leastSquares({ x: cores, y: rates, basis: [(n) => n] });
  const never = { fit: line, cap: (line.coefficients[0] as number) * (different.at(-1) as number), capError: 0, atBound: true };
  const kinks = different.slice(0, -1).flatMap((edge, index) => {
    const at = leastSquares({ x: cores, y: rates, basis: [(n) => Math.min(n, edge)] });
    const between = leastSquares({ x: cores, y: rates, basis: [(n) => (n <= edge ? n : 0), (n) => (n <= edge ? 0 : 1)] });
    const [lambda, cap] = between.coefficients as [number, number];
    const possible = lambda * edge <= cap && cap <= lambda * (different[index + 1] as number);
    return [
      {
        fit: at,
        cap: (at.coefficients[0] as number) * edge,
        capError: (at.standardErrors[0] as number) * edge,
        atBound: false,
      },
      ...(possible ? [{ fit: between, cap, capError: between.standardErrors[1] as number, atBound: false }] : []),
    ];
  });
  const [best] = [never, ...kinks].sort((left, right) => left.fit.residualSquares - right.fit.residualSquares);
  const { fit, cap, capError, atBound } = best ?? never;
  const lambda = {
    name: "lambda" as const,
    value: fit.coefficients[0] as number,
    standardError: fit.standardErrors[0] as number,
    atBound: false,
  };
  return { law: "cap", fit, parameters: [lambda, { name: "cap", value: cap, standardError: capError, atBound }] };
}
