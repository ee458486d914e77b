import type { Formula as FormulaData } from '@sepconv/cost-model';

/** Text in which `C_in` and `C_out` have their index set low. Screen readers get the plain text. */
export function Symbols({ text }: { readonly text: string }) {
  const parts = text.split(/(C_in|C_out)/);
  return (
    <>
      {parts.map((part, position) => {
        const index = /^C_(in|out)$/.exec(part)?.[1];
        if (index === undefined) return <span key={position}>{part.replaceAll('·', '\u2009·\u2009')}</span>;
        return (
          <span key={position}>
            C<sub>{index}</sub>
          </span>
        );
      })}
    </>
  );
}

/** A formula in symbols, and below it with the numbers put in, as the cost model gives them. */
export function Formula({ formula }: { readonly formula: FormulaData }) {
  return (
    <span class="formula">
      <span class="formula-symbolic">
        <Symbols text={formula.symbolic} />
      </span>
      <span class="formula-substituted">
        <Symbols text={formula.substituted} />
      </span>
    </span>
  );
}
