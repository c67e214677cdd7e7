// What www/messages.ts makes of the catalogues.
declare module "virtual:messages" {
  type Show = (value: unknown) => string;
  type Choose = (value: never, forms: Record<string, unknown>) => unknown;
  type Message = string | ((values: Record<string, unknown>) => unknown);
  export type Make = (show: Show, plural: Choose, choose: Choose) => Record<string, Message>;
  export interface Catalogues {
    first: Make;
    later: Record<string, () => Promise<{ default: Make }>>;
  }
  export const source: Catalogues;
  export const others: Record<string, () => Promise<{ default: Catalogues }>>;
}
