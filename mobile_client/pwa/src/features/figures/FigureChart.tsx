import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useWidth } from "../board/useWidth.ts";
import { type Bar, type Drawing, drawingOf, type Line, ticksTo } from "./chart.ts";
import type { Figure, Per } from "./figures.ts";
import type { Seen } from "./useFigures.ts";
import { useWrite, type Write } from "./useWrite.ts";

const HEIGHT = 240;
const LEFT = 84;
const BELOW = 26;
const ABOVE = 18;
const BAR = 30;
const NAMES = 128;
const WIDEST_COLUMN = 56;

/** One figure, drawn. Its numbers are in the table, which is what a screen reader reads. */
export function FigureChart({ seen, figure }: { seen: Seen; figure: Figure }) {
  const { t } = useTranslation("figures");
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const write = useWrite(seen.currency);
  const drawing = drawingOf(seen.rows, figure.key);
  const shared = { width, per: seen.choice.per, write, figure };
  return (
    <figure className="figure-chart card">
      <div ref={frame}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={t("chartOf", { name: t(`name.${figure.key}`) })}
            width={width}
            height={drawing.kind === "bars" ? drawing.bars.length * BAR + 4 : HEIGHT}
          >
            <Drawn drawing={drawing} {...shared} />
          </svg>
        )}
      </div>
      {drawing.kind === "lines" && (
        <figcaption className="figure-legend">
          {drawing.lines.map(({ name }, number) => (
            <span key={name}>
              <svg width="34" height="14" aria-hidden="true">
                <line className="figure-line" data-turn={number} x1="1" x2="33" y1="7" y2="7" />
                <Mark turn={number} x={17} y={7} />
              </svg>
              {name}
            </span>
          ))}
          {drawing.left > 0 && <span className="muted">{t("moreLines", { count: drawing.left })}</span>}
        </figcaption>
      )}
    </figure>
  );
}

interface DrawnProps {
  width: number;
  per: Per;
  write: Write;
  figure: Figure;
}

function Drawn({ drawing, ...rest }: DrawnProps & { drawing: Drawing }) {
  if (drawing.kind === "bars") return <Bars bars={drawing.bars} {...rest} />;
  if (drawing.kind === "columns") return <Columns periods={drawing.periods} values={drawing.values} {...rest} />;
  return <Lines periods={drawing.periods} lines={drawing.lines} {...rest} />;
}

function largestOf(values: readonly (number | null)[]): number {
  return Math.max(0, ...values.filter((value) => value !== null));
}

function Bars({ bars, width, write, figure }: DrawnProps & { bars: readonly Bar[] }) {
  const room = width - NAMES - LEFT;
  const most = largestOf(bars.map(({ value }) => value)) || 1;
  return bars.map(({ name, value }, number) => {
    const [y, length] = [number * BAR, ((value ?? 0) / most) * room];
    return (
      <g key={name}>
        <text x={NAMES - 8} y={y + BAR / 2} className="figure-text" textAnchor="end" dominantBaseline="central">
          {name.length > 18 ? `${name.slice(0, 17)}…` : name}
        </text>
        <rect className="figure-bar" x={NAMES} y={y + 5} width={Math.max(length, 1)} height={BAR - 10} rx={3}>
          <title>{`${name}: ${write.figure(figure.unit, value)}`}</title>
        </rect>
        <text x={NAMES + length + 6} y={y + BAR / 2} className="figure-text" dominantBaseline="central">
          {write.figure(figure.unit, value)}
        </text>
      </g>
    );
  });
}

/** From a value and a period's turn to their place in a chart over time. */
function placing(width: number, count: number, ticks: readonly number[]) {
  const most = ticks.at(-1) ?? 1;
  const step = (width - LEFT) / count;
  return {
    step,
    x: (turn: number) => LEFT + step * (turn + 0.5),
    y: (value: number) => HEIGHT - BELOW - (value / most) * (HEIGHT - BELOW - ABOVE),
  };
}

function Axes({
  periods,
  ticks,
  width,
  per,
  write,
  figure,
}: DrawnProps & { periods: readonly string[]; ticks: readonly number[] }) {
  const { x, y, step } = placing(width, periods.length, ticks);
  // Not every period has room for its name.
  const every = Math.ceil(44 / step);
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="figure-grid" x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 8} y={y(tick)} className="figure-text" textAnchor="end" dominantBaseline="central">
            {write.figure(figure.unit, tick)}
          </text>
        </g>
      ))}
      {periods.map(
        (period, turn) =>
          turn % every === 0 && (
            <text key={period} x={x(turn)} y={HEIGHT - 6} className="figure-text" textAnchor="middle">
              {per === "total" ? write.period(per, period) : write.tick(per, period)}
            </text>
          ),
      )}
    </>
  );
}

function Columns({
  periods,
  values,
  ...rest
}: DrawnProps & { periods: readonly string[]; values: readonly (number | null)[] }) {
  const ticks = ticksTo(largestOf(values), rest.figure.unit);
  const { x, y, step } = placing(rest.width, periods.length, ticks);
  const broad = Math.min(step * 0.7, WIDEST_COLUMN);
  const { write, figure, per } = rest;
  return (
    <>
      <Axes periods={periods} ticks={ticks} {...rest} />
      {values.map((value, turn) => {
        const period = periods[turn] ?? "";
        return (
          value !== null && (
            <rect
              key={period}
              className="figure-bar"
              x={x(turn) - broad / 2}
              y={y(value)}
              width={broad}
              height={Math.max(1, y(0) - y(value))}
              rx={3}
            >
              <title>{`${write.period(per, period)}: ${write.figure(figure.unit, value)}`}</title>
            </rect>
          )
        );
      })}
    </>
  );
}

function Lines({ periods, lines, ...rest }: DrawnProps & { periods: readonly string[]; lines: readonly Line[] }) {
  const ticks = ticksTo(largestOf(lines.flatMap(({ values }) => values)), rest.figure.unit);
  const { x, y } = placing(rest.width, periods.length, ticks);
  const { write, figure, per } = rest;
  return (
    <>
      <Axes periods={periods} ticks={ticks} {...rest} />
      {lines.map(({ name, values }, number) => {
        const points = values.flatMap((value, turn) => (value === null ? [] : [{ value, turn }]));
        return (
          <g key={name}>
            <polyline
              className="figure-line"
              data-turn={number}
              points={points.map(({ value, turn }) => `${x(turn)},${y(value)}`).join(" ")}
            />
            {points.map(({ value, turn }) => (
              <Mark key={turn} turn={number} x={x(turn)} y={y(value)}>
                {`${name}, ${write.period(per, periods[turn] ?? "")}: ${write.figure(figure.unit, value)}`}
              </Mark>
            ))}
          </g>
        );
      })}
    </>
  );
}

const SHAPES = ["M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", "M-4,-4h8v8h-8z", "M0,-5l5,9h-10z", "M0,-5l5,5l-5,5l-5,-5z"];

/** What tells lines apart besides their colour and their dashes. */
function Mark({ turn, x, y, children }: { turn: number; x: number; y: number; children?: string }) {
  return (
    <path className="figure-mark" data-turn={turn} d={SHAPES[turn % SHAPES.length]} transform={`translate(${x} ${y})`}>
      {children && <title>{children}</title>}
    </path>
  );
}
